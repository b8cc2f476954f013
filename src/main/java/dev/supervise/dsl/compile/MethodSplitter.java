package dev.supervise.dsl.compile;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.codehaus.groovy.ast.ClassHelper;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.CodeVisitorSupport;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.Variable;
import org.codehaus.groovy.ast.VariableScope;
import org.codehaus.groovy.ast.expr.ArgumentListExpression;
import org.codehaus.groovy.ast.expr.DeclarationExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.ast.stmt.BlockStatement;
import org.codehaus.groovy.ast.stmt.ExpressionStatement;
import org.codehaus.groovy.ast.stmt.Statement;
import org.codehaus.groovy.ast.stmt.TryCatchStatement;

/// Splits long sequences of words, as generated scripts have, into methods: the JVM takes 64 KB of
/// code in one method, and the compiler needs memory with the square of the guarded statements in
/// one.
///
/// Only statements that are guarded words are moved, and only those whose variables never change,
/// which the methods are given as parameters.
final class MethodSplitter {
  /// Sequences up to this stay where they are.
  private static final int SHORT = 128;

  private static final int PART = 64;

  private final ClassNode type;
  private final Set<Variable> changing;
  private final List<MethodNode> parts = new ArrayList<>();

  private MethodSplitter(ClassNode type, Set<Variable> changing) {
    this.type = type;
    this.changing = changing;
  }

  /// @param methods whose code may be long; it is changed in place
  /// @param changing variables that a copy would not do for
  /// @return the methods that were made
  static List<MethodNode> split(ClassNode type, List<MethodNode> methods, Set<Variable> changing) {
    MethodSplitter code = new MethodSplitter(type, changing);
    for (MethodNode method : methods) {
      if (method.getCode() instanceof BlockStatement block
          && block.getStatements().size() > SHORT) {
        code.split(method, block);
      }
    }
    return code.parts;
  }

  private void split(MethodNode method, BlockStatement block) {
    Map<String, Variable> declared = new LinkedHashMap<>();
    for (Parameter parameter : method.getParameters()) {
      declared.put(parameter.getName(), parameter);
    }
    List<Statement> rest = new ArrayList<>();
    List<Statement> part = new ArrayList<>();
    Map<String, Variable> captured = new LinkedHashMap<>();
    for (Statement statement : block.getStatements()) {
      Map<String, Variable> used = used(statement, declared);
      boolean movable =
          statement instanceof TryCatchStatement
              && used.values().stream().noneMatch(changing::contains);
      if (!movable || part.size() == PART) {
        rest.addAll(moved(part, captured));
        part.clear();
        captured.clear();
      }
      if (movable) {
        part.add(statement);
        captured.putAll(used);
      } else {
        rest.add(statement);
        declare(statement, declared);
      }
    }
    rest.addAll(moved(part, captured));
    block.getStatements().clear();
    block.getStatements().addAll(rest);
  }

  private static void declare(Statement statement, Map<String, Variable> declared) {
    if (statement instanceof ExpressionStatement simple
        && simple.getExpression() instanceof DeclarationExpression declaration) {
      List<Expression> names =
          declaration.isMultipleAssignmentDeclaration()
              ? declaration.getTupleExpression().getExpressions()
              : List.of(declaration.getVariableExpression());
      for (Expression name : names) {
        if (name instanceof VariableExpression variable) {
          declared.put(variable.getName(), variable);
        }
      }
    }
  }

  /// The variables of the method that a statement uses. A closure cannot declare one of that name
  /// again, so the name is enough.
  private static Map<String, Variable> used(Statement statement, Map<String, Variable> declared) {
    Map<String, Variable> used = new LinkedHashMap<>();
    if (!declared.isEmpty()) {
      statement.visit(
          new CodeVisitorSupport() {
            @Override
            public void visitVariableExpression(VariableExpression variable) {
              Variable known = declared.get(variable.getName());
              if (known != null) {
                used.put(variable.getName(), known);
              }
            }
          });
    }
    return used;
  }

  /// The statements as a method, and its call; a few stay as they are.
  private List<Statement> moved(List<Statement> part, Map<String, Variable> captured) {
    if (part.size() < PART / 4) {
      return List.copyOf(part);
    }
    List<Parameter> parameters = new ArrayList<>();
    List<Expression> arguments = new ArrayList<>();
    captured.forEach((name, variable) -> {
      parameters.add(
          new Parameter(
              variable.isDynamicTyped() ? ClassHelper.OBJECT_TYPE : variable.getOriginType(),
              name));
      arguments.add(new VariableExpression(name));
    });
    MethodNode method =
        new MethodNode(
            "part$" + parts.size(),
            Modifier.PUBLIC,
            ClassHelper.VOID_TYPE,
            parameters.toArray(Parameter[]::new),
            ClassNode.EMPTY_ARRAY,
            new BlockStatement(new ArrayList<>(part), new VariableScope()));
    method.setSourcePosition(part.getFirst());
    method.setDeclaringClass(type);
    parts.add(method);
    MethodCallExpression call =
        new MethodCallExpression(
            new VariableExpression("this"),
            method.getName(),
            new ArgumentListExpression(arguments));
    call.setImplicitThis(false);
    call.setMethodTarget(method);
    return List.of(new ExpressionStatement(call));
  }
}

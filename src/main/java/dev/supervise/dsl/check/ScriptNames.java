package dev.supervise.dsl.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.codehaus.groovy.ast.CodeVisitorSupport;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.DeclarationExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.syntax.Types;

/// The names that a script gives itself, and those it reads anywhere.
final class ScriptNames extends CodeVisitorSupport {
  private final Set<String> variables = new HashSet<>();
  private final Set<String> fields = new HashSet<>();
  private final Set<String> read = new HashSet<>();
  private final Map<String, List<MethodNode>> methods = new HashMap<>();
  private int depth;

  ScriptNames(ModuleNode module) {
    module.getStatementBlock().visit(this);
    for (MethodNode method : module.getMethods()) {
      methods.computeIfAbsent(method.getName(), _ -> new ArrayList<>()).add(method);
      method.getCode().visit(this);
    }
  }

  /// Assigned at the script's own level without declaration, or a field.
  boolean variable(String name) {
    return variables.contains(name);
  }

  Set<String> variables() {
    return variables;
  }

  /// Declared with `@Field`.
  boolean field(String name) {
    return fields.contains(name);
  }

  /// Read or called somewhere, so that an assignment to it is no misspelt word.
  boolean read(String name) {
    return read.contains(name);
  }

  List<MethodNode> methods(String name) {
    return methods.getOrDefault(name, List.of());
  }

  Set<String> methods() {
    return methods.keySet();
  }

  /// Whether `getX()` makes the name `x`.
  boolean getter(String name) {
    String suffix = Character.toUpperCase(name.charAt(0)) + name.substring(1);
    return methods.containsKey("get" + suffix) || methods.containsKey("is" + suffix);
  }

  @Override
  public void visitVariableExpression(VariableExpression variable) {
    read.add(variable.getName());
  }

  @Override
  public void visitMethodCallExpression(MethodCallExpression call) {
    if (call.isImplicitThis() && call.getMethodAsString() != null) {
      read.add(call.getMethodAsString());
    }
    super.visitMethodCallExpression(call);
  }

  @Override
  public void visitClosureExpression(ClosureExpression closure) {
    depth++;
    super.visitClosureExpression(closure);
    depth--;
  }

  @Override
  public void visitDeclarationExpression(DeclarationExpression declaration) {
    declaration.getRightExpression().visit(this);
    if (!declaration.getAnnotations().isEmpty() && !declaration.isMultipleAssignmentDeclaration()) {
      fields.add(declaration.getVariableExpression().getName());
      variables.add(declaration.getVariableExpression().getName());
    }
  }

  @Override
  public void visitBinaryExpression(BinaryExpression binary) {
    boolean plain = binary.getOperation().getType() == Types.EQUAL;
    if (plain && binary.getLeftExpression() instanceof VariableExpression variable) {
      if (depth == 0) {
        variables.add(variable.getName());
      }
      binary.getRightExpression().visit(this);
    } else {
      super.visitBinaryExpression(binary);
    }
  }
}

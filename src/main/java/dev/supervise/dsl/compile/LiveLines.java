package dev.supervise.dsl.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.VariableScope;
import org.codehaus.groovy.ast.expr.ArgumentListExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.DeclarationExpression;
import org.codehaus.groovy.ast.expr.EmptyExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.TupleExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.ast.stmt.BlockStatement;
import org.codehaus.groovy.ast.stmt.ExpressionStatement;
import org.codehaus.groovy.ast.stmt.ReturnStatement;
import org.codehaus.groovy.ast.stmt.Statement;

/// Makes what one typed line declares survive to the next: `def x = 1` assigns a variable of the
/// session instead of one of the line, `def twice(n) { … }` a closure. Acts on the syntax tree as
/// the parser leaves it.
final class LiveLines {
  private LiveLines() {}

  /// @return what the line defines and says nothing besides, for an answer: `twice(n)`, `class P`
  static List<String> keep(ModuleNode module) {
    BlockStatement body = module.getStatementBlock();
    List<Statement> statements = new ArrayList<>();
    List<String> defined = new ArrayList<>();
    for (ClassNode type : module.getClasses()) {
      if (!type.isScript() && type.getOuterClass() == null) {
        defined.add("class " + type.getNameWithoutPackage());
      }
    }
    // Of classes alone the compiler makes a script that returns nothing.
    boolean saysMore =
        body.getStatements().stream()
            .anyMatch(statement -> !statement.equals(ReturnStatement.RETURN_NULL_OR_VOID));
    for (MethodNode method : List.copyOf(module.getMethods())) {
      defined.add(
          method.getName()
              + Arrays.stream(method.getParameters())
                  .map(Parameter::getName)
                  .collect(Collectors.joining(", ", "(", ")")));
      ClosureExpression closure = new ClosureExpression(method.getParameters(), method.getCode());
      closure.setVariableScope(new VariableScope());
      closure.setSourcePosition(method);
      statements.add(assigned(new VariableExpression(method.getName()), closure));
    }
    module.getMethods().clear();
    for (Statement statement : body.getStatements()) {
      statements.addAll(kept(statement));
    }
    body.getStatements().clear();
    body.addStatements(statements);
    return saysMore ? List.of() : defined;
  }

  private static List<Statement> kept(Statement statement) {
    if (!(statement instanceof ExpressionStatement said)
        || !(said.getExpression() instanceof DeclarationExpression declared)) {
      return List.of(statement);
    }
    Expression value =
        declared.getRightExpression() instanceof EmptyExpression
            ? new ConstantExpression(null)
            : declared.getRightExpression();
    if (!(declared.getLeftExpression() instanceof TupleExpression several)) {
      return List.of(assigned((VariableExpression) declared.getLeftExpression(), value));
    }
    // def (a, b) = [1, 2]: stays as it is, under other names, and is handed on one by one.
    List<Statement> all = new ArrayList<>();
    ArgumentListExpression hidden = new ArgumentListExpression();
    for (Expression each : several) {
      hidden.addExpression(new VariableExpression(((VariableExpression) each).getName() + "$kept"));
    }
    DeclarationExpression inner = new DeclarationExpression(hidden, declared.getOperation(), value);
    inner.setSourcePosition(declared);
    all.add(new ExpressionStatement(inner));
    for (Expression each : several) {
      VariableExpression variable = (VariableExpression) each;
      all.add(assigned(variable, new VariableExpression(variable.getName() + "$kept")));
    }
    return all;
  }

  /// Not an assignment: `def port = 1` must not be taken for the word `port`.
  private static Statement assigned(VariableExpression to, Expression value) {
    MethodCallExpression keep =
        new MethodCallExpression(
            VariableExpression.THIS_EXPRESSION,
            "keep$",
            new ArgumentListExpression(new ConstantExpression(to.getName()), value));
    keep.setImplicitThis(false);
    keep.setSourcePosition(value);
    ExpressionStatement statement = new ExpressionStatement(keep);
    statement.setSourcePosition(value);
    return statement;
  }
}

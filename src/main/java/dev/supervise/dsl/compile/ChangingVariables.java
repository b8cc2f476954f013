package dev.supervise.dsl.compile;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.CodeVisitorSupport;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.Variable;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.DeclarationExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.PostfixExpression;
import org.codehaus.groovy.ast.expr.PrefixExpression;
import org.codehaus.groovy.ast.expr.TupleExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.syntax.Types;

/// The local variables that are assigned again after their declaration, so that a copy would not
/// do.
final class ChangingVariables extends CodeVisitorSupport {
  private final Set<Variable> changing = Collections.newSetFromMap(new IdentityHashMap<>());

  private ChangingVariables() {}

  static Set<Variable> of(ClassNode type) {
    ChangingVariables found = new ChangingVariables();
    for (MethodNode method : type.getMethods()) {
      if (method.getCode() != null) {
        method.getCode().visit(found);
      }
    }
    return found.changing;
  }

  @Override
  public void visitBinaryExpression(BinaryExpression expression) {
    if (!(expression instanceof DeclarationExpression)
        && Types.ofType(expression.getOperation().getType(), Types.ASSIGNMENT_OPERATOR)) {
      assigned(expression.getLeftExpression());
    }
    super.visitBinaryExpression(expression);
  }

  @Override
  public void visitDeclarationExpression(DeclarationExpression expression) {
    // A variable that is assigned nothing yet will be; a closure that names itself is not there
    // yet.
    if (expression.getRightExpression() instanceof org.codehaus.groovy.ast.expr.EmptyExpression) {
      assigned(expression.getLeftExpression());
    }
    super.visitDeclarationExpression(expression);
  }

  @Override
  public void visitPostfixExpression(PostfixExpression expression) {
    assigned(expression.getExpression());
    super.visitPostfixExpression(expression);
  }

  @Override
  public void visitPrefixExpression(PrefixExpression expression) {
    assigned(expression.getExpression());
    super.visitPrefixExpression(expression);
  }

  private void assigned(Expression target) {
    switch (target) {
      case VariableExpression variable -> {
        if (variable.getAccessedVariable() != null) {
          changing.add(variable.getAccessedVariable());
        }
      }
      case TupleExpression several -> several.getExpressions().forEach(this::assigned);
      default -> {
        // A property or an element: the variable itself stays.
      }
    }
  }
}

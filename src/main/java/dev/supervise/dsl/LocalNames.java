package dev.supervise.dsl;

import org.codehaus.groovy.ast.CodeVisitorSupport;
import org.codehaus.groovy.ast.DynamicVariable;
import org.codehaus.groovy.ast.FieldNode;
import org.codehaus.groovy.ast.PropertyNode;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.VariableExpression;

/// Finds expressions that read local variables, and so must stay in their method.
final class LocalNames extends CodeVisitorSupport {
  private boolean found;

  private LocalNames() {}

  static boolean usedIn(Expression expression) {
    LocalNames names = new LocalNames();
    expression.visit(names);
    return names.found;
  }

  @Override
  public void visitVariableExpression(VariableExpression variable) {
    found |=
        !variable.isThisExpression()
            && !(variable.getAccessedVariable() instanceof DynamicVariable)
            && !(variable.getAccessedVariable() instanceof FieldNode)
            && !(variable.getAccessedVariable() instanceof PropertyNode);
  }
}

package dev.supervise.dsl.compile;

import java.util.Set;
import org.codehaus.groovy.ast.CodeVisitorSupport;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;

/// Finds code that speaks of the closure it stands in: such a block must stay a closure.
final class ClosureNames extends CodeVisitorSupport {
  private static final Set<String> NAMES = Set.of("owner", "delegate", "thisObject", "super");
  private static final Set<String> METHODS =
      Set.of("call", "getOwner", "getDelegate", "setDelegate", "getThisObject");

  private boolean found;

  private ClosureNames() {}

  static boolean usedIn(ClosureExpression block) {
    ClosureNames names = new ClosureNames();
    block.getCode().visit(names);
    return names.found;
  }

  @Override
  public void visitVariableExpression(VariableExpression variable) {
    found |= NAMES.contains(variable.getName());
  }

  @Override
  public void visitMethodCallExpression(MethodCallExpression call) {
    found |= call.isImplicitThis() && METHODS.contains(String.valueOf(call.getMethodAsString()));
    super.visitMethodCallExpression(call);
  }
}

package dev.supervise.dsl.check;

import dev.supervise.dsl.words.Vocabulary.Block;
import dev.supervise.text.Nearest;
import java.util.List;
import org.codehaus.groovy.ast.CodeVisitorSupport;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.stmt.BlockStatement;
import org.codehaus.groovy.ast.stmt.ExpressionStatement;
import org.codehaus.groovy.ast.stmt.Statement;

/// Whether a block holds its code itself instead of in a `run { … }`: `function('f') { println 1
/// }`.
final class BareCode extends CodeVisitorSupport {
  private final Block block;
  private final ScriptNames names;
  private boolean elsewhere;

  private BareCode(Block block, ScriptNames names) {
    this.block = block;
    this.names = names;
  }

  /// False where a `run` may come from somewhere: misspelt, from a helper, from an include.
  static boolean is(ClosureExpression closure, Block block, ScriptNames names) {
    if (!(closure.getCode() instanceof BlockStatement body)) {
      return false;
    }
    List<Statement> statements = body.getStatements();
    BareCode looked = new BareCode(block, names);
    statements.forEach(each -> each.visit(looked));
    return !looked.elsewhere
        && (closure.isParameterSpecified() && !statements.isEmpty()
            || statements.stream().anyMatch(looked::code));
  }

  @Override
  public void visitMethodCallExpression(MethodCallExpression call) {
    String name = call.getMethodAsString();
    if (call.isImplicitThis() && name != null) {
      elsewhere |=
          name.equals("run")
              || name.equals("include")
              || names.variable(name)
              || !names.methods(name).isEmpty()
              || !block.words().containsKey(name)
                  && !Nearest.within(1, name, List.of("run")).isEmpty();
    }
    super.visitMethodCallExpression(call);
  }

  /// What stands in no block of words: anything but words.
  private boolean code(Statement statement) {
    return !(statement instanceof ExpressionStatement simple)
        || simple.getExpression() instanceof MethodCallExpression call
            && !(call.isImplicitThis()
                && (block.words().containsKey(call.getMethodAsString())
                    || !GDK.contains(String.valueOf(call.getMethodAsString()))));
  }

  /// What a misspelt word is not taken for.
  private static final List<String> GDK = List.of("println", "print", "printf", "sleep");
}

package dev.supervise.dsl.compile;

import dev.supervise.dsl.words.Dispatch;
import dev.supervise.dsl.words.Language;
import dev.supervise.dsl.words.Vocabulary;
import dev.supervise.dsl.words.Words;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.CodeVisitorSupport;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.ast.expr.ArgumentListExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.jspecify.annotations.Nullable;

/// Gives literal blocks of words an empty parameter list (`{ -> … }`) before names are resolved, so
/// that `it` inside one is the surrounding loop's.
final class BlockMarks extends CodeVisitorSupport {
  /// Words that open a block of words in some block.
  static final Set<String> OPENING = opening();

  private static Set<String> opening() {
    Set<String> words = new HashSet<>();
    for (Vocabulary.Block block : Language.VOCABULARY.blocks()) {
      for (List<Method> methods : Dispatch.table(block.delegate()).values()) {
        for (Method method : methods) {
          if (Words.class.isAssignableFrom(method.getReturnType())) {
            words.add(method.getName());
          }
        }
      }
    }
    return Set.copyOf(words);
  }

  private BlockMarks() {}

  static void mark(ModuleNode module) {
    for (ClassNode type : module.getClasses()) {
      if (type.isScript()) {
        for (MethodNode method : type.getMethods()) {
          if (!method.isStatic() && method.getCode() != null) {
            method.getCode().visit(new BlockMarks());
          }
        }
      }
    }
  }

  /// The block of words that a call without receiver ends with; null where it has none.
  static @Nullable ClosureExpression blockOf(Expression expression) {
    if (expression instanceof MethodCallExpression call
        && call.isImplicitThis()
        && call.getMethod() instanceof ConstantExpression name
        && OPENING.contains(String.valueOf(name.getValue()))
        && call.getArguments() instanceof ArgumentListExpression args
        && !args.getExpressions().isEmpty()
        && args.getExpressions().getLast() instanceof ClosureExpression block) {
      return block;
    }
    return null;
  }

  @Override
  public void visitMethodCallExpression(MethodCallExpression call) {
    ClosureExpression block = blockOf(call);
    if (block != null && block.getParameters() != null && block.getParameters().length == 0) {
      ClosureExpression bare = new ClosureExpression(null, block.getCode());
      bare.setSourcePosition(block);
      bare.copyNodeMetaData(block);
      List<Expression> args = ((ArgumentListExpression) call.getArguments()).getExpressions();
      args.set(args.size() - 1, bare);
    }
    super.visitMethodCallExpression(call);
  }
}

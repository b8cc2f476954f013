package dev.supervise.dsl.check;

import dev.supervise.dsl.words.MistakeText;
import java.util.Optional;
import java.util.Set;
import org.codehaus.groovy.ast.expr.CastExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.ConstructorCallExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.GStringExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.TupleExpression;

/// Java's own ways to name a file, where the name is relative: to the directory that supervise
/// happens to be started from, while all that words take is relative to the script's. Pure.
final class RelativeFiles {
  private static final Set<String> OPENED =
      Set.of(
          "File",
          "FileReader",
          "FileWriter",
          "FileInputStream",
          "FileOutputStream",
          "RandomAccessFile");

  private RelativeFiles() {}

  /// `new File('data')`.
  static Optional<MistakeText> made(ConstructorCallExpression call) {
    String type = call.getType().getNameWithoutPackage();
    return OPENED.contains(type) && inJava(call.getType().getName(), "java.io.")
        ? relative(first(call.getArguments()))
            .map(path -> advice("new " + type + "('" + path + "')", path))
        : Optional.empty();
  }

  /// `Path.of('data')`, `Paths.get('data')`.
  static Optional<MistakeText> asked(MethodCallExpression call) {
    String text = call.getObjectExpression().getText() + "." + call.getMethodAsString();
    String plain = text.startsWith("java.nio.file.") ? text.substring(14) : text;
    return plain.equals("Path.of") || plain.equals("Paths.get")
        ? relative(first(call.getArguments())).map(path -> advice(plain + "('" + path + "')", path))
        : Optional.empty();
  }

  /// `'data' as File`.
  static Optional<MistakeText> cast(CastExpression cast) {
    return cast.getType().getNameWithoutPackage().equals("File")
            && inJava(cast.getType().getName(), "java.io.")
        ? relative(cast.getExpression()).map(path -> advice("'" + path + "' as File", path))
        : Optional.empty();
  }

  private static boolean inJava(String type, String home) {
    return type.indexOf('.') < 0 || type.startsWith(home);
  }

  private static Expression first(Expression arguments) {
    return arguments instanceof TupleExpression tuple && !tuple.getExpressions().isEmpty()
        ? tuple.getExpressions().getFirst()
        : arguments;
  }

  /// A path that is seen to be relative, as it is written.
  private static Optional<String> relative(Expression path) {
    return switch (path) {
      case ConstantExpression constant when constant.getValue() instanceof String text ->
          text.startsWith("/") ? Optional.empty() : Optional.of(text);
      // What begins with a value may well be absolute.
      case GStringExpression string -> {
        String begins = string.getStrings().getFirst().getText();
        yield begins.isEmpty() || begins.startsWith("/")
            ? Optional.empty()
            : Optional.of(begins + "…");
      }
      default -> Optional.empty();
    };
  }

  private static MistakeText advice(String written, String path) {
    return new MistakeText(
        written + " is relative to the directory supervise is started from",
        "beside the script it is file('" + path + "'), or scriptDir.resolve('" + path + "')");
  }
}

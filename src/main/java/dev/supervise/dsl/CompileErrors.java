package dev.supervise.dsl;

import dev.supervise.dsl.Vocabulary.Block;
import dev.supervise.spec.Origin;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.CodeVisitorSupport;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.control.CompilationFailedException;
import org.codehaus.groovy.control.MultipleCompilationErrorsException;
import org.codehaus.groovy.control.messages.ExceptionMessage;
import org.codehaus.groovy.control.messages.Message;
import org.codehaus.groovy.control.messages.SyntaxErrorMessage;
import org.codehaus.groovy.syntax.SyntaxException;
import org.jspecify.annotations.Nullable;

/// The compiler's complaints as mistakes of the script.
final class CompileErrors {
  private static final Pattern KEYWORD =
      Pattern.compile(
          "(\\w+)\\s*[ (=:]\\s*"
              + "\\b(transient|default|native|volatile|synchronized|goto|const|static|final)\\b");
  private static final Pattern LABEL = Pattern.compile("^\\s*(\\w+):\\s*(.+)$");
  private static final Pattern EQUALS = Pattern.compile("^\\s*(\\w+)\\s.*?(\\w+)'?\\s*=\\s*(.+)$");
  private static final Pattern TAIL = Pattern.compile("( @ line \\d+, column \\d+\\.?\\s*)+$");

  private CompileErrors() {}

  /// What to throw for a script that does not compile.
  ///
  /// A text that does not parse is one mistake, alone, with its line and a caret. Everything the
  /// compiler finds later (a class that does not exist, a block too large for the JVM) joins what
  /// the walker found, except on lines the walker has already named.
  ///
  /// @param module the syntax tree, absent when the text does not parse
  /// @param walked the walker's mistakes
  static ScriptMistakes of(
      CompilationFailedException failure,
      ScriptText text,
      Vocabulary vocabulary,
      @Nullable ModuleNode module,
      List<Mistake> walked) {
    List<Mistake> found = new ArrayList<>(walked);
    Set<Integer> lines = new HashSet<>();
    walked.forEach(mistake -> lines.add(mistake.origin().line()));
    List<? extends Message> errors =
        failure instanceof MultipleCompilationErrorsException several
            ? several.getErrorCollector().getErrors()
            : List.of();
    boolean grabbed = walked.stream().anyMatch(mistake -> mistake.word().equals("@Grab"));
    for (Message error : errors) {
      switch (error) {
        case SyntaxErrorMessage syntax
            when grabbed
                && String.valueOf(syntax.getCause().getMessage()).contains("resolve class") -> {}
        case SyntaxErrorMessage syntax when module == null -> {
          return unparsed(syntax.getCause(), text, vocabulary);
        }
        case SyntaxErrorMessage syntax -> {
          SyntaxException cause = syntax.getCause();
          if (lines.add(cause.getLine())) {
            found.add(mistake(text, cause.getLine(), cause.getStartColumn(), plain(cause)));
          }
        }
        case ExceptionMessage thrown -> found.add(thrown(thrown.getCause(), text, module));
        default -> found.add(mistake(text, 1, 0, new Advice(sentence(error.toString()), "")));
      }
    }
    if (found.isEmpty()) {
      found.add(
          mistake(text, 1, 0, new Advice(sentence(String.valueOf(failure.getMessage())), "")));
    }
    return new ScriptMistakes(MistakeReport.of(found, List.of()));
  }

  private static Mistake mistake(ScriptText text, int line, int column, Advice advice) {
    return new Mistake(
        new Origin(text.path(), Math.max(line, 1)),
        column,
        "",
        "",
        advice.message(),
        advice.hint());
  }

  private static Advice plain(SyntaxException cause) {
    String message = sentence(String.valueOf(cause.getOriginalMessage()));
    return message.startsWith("unable to resolve class")
        ? new Advice(message, "a class of another package is named in full or imported")
        : new Advice(message, "");
  }

  // Text that does not parse

  private static ScriptMistakes unparsed(
      SyntaxException error, ScriptText text, Vocabulary vocabulary) {
    int line = Math.clamp(error.getLine(), 1, Math.max(1, text.lines().size()));
    int column = Math.max(1, error.getStartColumn());
    Optional<OpenBracket> open = OpenBracket.in(text.lines());
    String message = String.valueOf(error.getOriginalMessage());
    if (open.isPresent() && open.get().bracket().matches("/\\*|'+|\"+")) {
      OpenBracket left = open.get();
      return alone(
          text,
          left.line(),
          left.column(),
          new Advice(
              (left.bracket().equals("/*") ? "this comment" : "this string")
                  + " is left open: "
                  + left.closing()
                  + " is missing",
              ""));
    }
    if (message.matches("(?s)Unexpected character: '\\\\?['\"]'.*")) {
      return alone(text, line, column, new Advice("this string is not closed on its line", ""));
    }
    Optional<Advice> known = newcomer(text.line(line), vocabulary);
    if (known.isEmpty() && line > 1 && text.line(line).isBlank()) {
      known = newcomer(text.line(line - 1), vocabulary);
      line = known.isPresent() ? line - 1 : line;
    }
    if (known.isPresent()) {
      return alone(text, line, Math.min(column, text.line(line).length() + 1), known.get());
    }
    if (open.isPresent() && open.get().line() <= line) {
      OpenBracket left = open.get();
      return alone(text, left.line(), left.column(), leftOpen(left, text, vocabulary));
    }
    return alone(text, line, column, unexpected(message, text.line(line), column));
  }

  private static ScriptMistakes alone(ScriptText text, int line, int column, Advice advice) {
    String source = text.line(line);
    StringBuilder caret = new StringBuilder();
    for (int i = 0; i < Math.min(column - 1, source.length()); i++) {
      caret.append(source.charAt(i) == '\t' ? '\t' : ' ');
    }
    return new ScriptMistakes(
        mistake(text, line, column, advice), "    " + source + "\n    " + caret + "^");
  }

  private static Advice leftOpen(OpenBracket left, ScriptText text, Vocabulary vocabulary) {
    String closing = "'" + left.closing() + "'";
    String before = text.line(left.line()).substring(0, left.column() - 1).strip();
    Matcher opener = Pattern.compile("(\\w+)\\s*\\(?\\s*('[^']*'|\"[^\"]*\")?").matcher(before);
    String what = left.bracket().equals("{") ? "this block" : "this '" + left.bracket() + "'";
    if (left.bracket().equals("{")
        && opener.lookingAt()
        && !vocabulary.placesOf(opener.group(1)).isEmpty()) {
      String name = opener.group(2);
      what =
          "the block of "
              + opener.group(1)
              + (name == null ? "" : " '" + name.substring(1, name.length() - 1) + "'");
    }
    return new Advice(
        what
            + " is left open: "
            + closing
            + " is missing"
            + (left.close().isEmpty() ? "" : " before '" + left.close() + "'"),
        "");
  }

  private static Optional<Advice> newcomer(String line, Vocabulary vocabulary) {
    Matcher keyword = KEYWORD.matcher(line);
    if (keyword.find() && isWord(vocabulary, keyword.group(1))) {
      String word = keyword.group(2);
      return Optional.of(
          new Advice(
              "'" + word + "' is a keyword of Java and cannot stand bare",
              word.equals("transient")
                  ? "write "
                      + keyword.group(1)
                      + " onFailure or "
                      + keyword.group(1)
                      + " 'transient'"
                  : "write '" + word + "' in quotes"));
    }
    Matcher label = LABEL.matcher(line);
    if (label.find() && isWord(vocabulary, label.group(1))) {
      return Optional.of(
          NewcomerForms.colon(
              label.group(1),
              takesOptions(vocabulary, label.group(1)) ? "NAME: value" : label.group(2).strip()));
    }
    Matcher equals = EQUALS.matcher(line);
    if (equals.find() && takesOptions(vocabulary, equals.group(1))) {
      return Optional.of(
          new Advice(
              "'" + equals.group(2) + " = …' is an assignment to Groovy, not a named value",
              "write " + equals.group(1) + " " + equals.group(2) + ": " + equals.group(3).strip()));
    }
    return Optional.empty();
  }

  private static boolean isWord(Vocabulary vocabulary, String name) {
    return !vocabulary.placesOf(name).isEmpty();
  }

  private static boolean takesOptions(Vocabulary vocabulary, String name) {
    for (Block block : vocabulary.blocks()) {
      Vocabulary.Entry entry = block.words().get(name);
      if (entry != null && entry.takesOptions()) {
        return true;
      }
    }
    return false;
  }

  private static Advice unexpected(String message, String line, int column) {
    if (!message.startsWith("Unexpected input") && !message.startsWith("Unexpected character")) {
      return new Advice(sentence(message), "");
    }
    String rest = column - 1 < line.length() ? line.substring(column - 1) : "";
    Matcher token = Pattern.compile("^\\s*(\\w+|.)").matcher(rest);
    if (!token.find()) {
      return new Advice("this does not parse: unexpected end of the line", "");
    }
    return new Advice(
        token.group(1).matches("[})\\]]")
            ? "this '" + token.group(1) + "' closes nothing"
            : "this does not parse: unexpected '" + token.group(1) + "'",
        "");
  }

  /// Groovy begins some sentences with a capital and ends them with the place.
  private static String sentence(String message) {
    String first = TAIL.matcher(message.strip()).replaceAll("").lines().findFirst().orElse(message);
    return first.isEmpty()
        ? "this does not compile"
        : Character.toLowerCase(first.charAt(0)) + first.substring(1);
  }

  // Text that parses and does not compile

  private static Mistake thrown(Throwable cause, ScriptText text, @Nullable ModuleNode module) {
    String message = String.valueOf(cause.getMessage());
    if (message.startsWith("Class too large: ")) {
      return mistake(
          text,
          1,
          0,
          new Advice(
              "this file is too large for the JVM, which takes 65,535 names and texts in one class",
              "use a loop, or move a part to another file and 'include' it"));
    }
    if (!message.startsWith("Method too large: ")) {
      return mistake(text, 1, 0, new Advice(sentence(message), ""));
    }
    String method = message.replaceFirst("(?s)^.*\\.([\\w$]+) \\(.*$", "$1");
    int line = 1;
    int column = 0;
    String what = "the script's top level";
    if (module != null && method.equals("doCall")) {
      Largest largest = new Largest();
      module
          .getClasses()
          .forEach(each -> each.getMethods().forEach(m -> m.getCode().visit(largest)));
      line = largest.line;
      column = largest.column;
      what = "this block";
    } else if (module != null && !method.equals("run")) {
      for (ClassNode type : module.getClasses()) {
        for (MethodNode each : type.getMethods(method)) {
          line = each.getLineNumber();
          column = each.getColumnNumber();
        }
      }
      // Blocks of words are compiled to methods.
      what = method.contains("$") ? "this block" : "method '" + method + "'";
    }
    return mistake(
        text,
        line,
        column,
        new Advice(
            what + " is too large for the JVM, which takes 64 KB of code in one piece",
            "use a loop, or move a part to another file and 'include' it"));
  }

  /// The closure with the most calls of its own.
  private static final class Largest extends CodeVisitorSupport {
    private int line = 1;
    private int column;
    private int most;
    private int own;

    @Override
    public void visitClosureExpression(ClosureExpression closure) {
      int around = own;
      own = 0;
      super.visitClosureExpression(closure);
      if (own > most) {
        most = own;
        line = closure.getLineNumber();
        column = closure.getColumnNumber();
      }
      own = around;
    }

    @Override
    public void visitMethodCallExpression(MethodCallExpression call) {
      own++;
      super.visitMethodCallExpression(call);
    }
  }
}

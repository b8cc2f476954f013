package dev.supervise.dsl.check;

import dev.supervise.dsl.mistake.ScriptText;
import dev.supervise.dsl.value.NearestName;
import dev.supervise.dsl.value.Quantity;
import dev.supervise.dsl.words.MistakeText;
import dev.supervise.dsl.words.Vocabulary.Entry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.codehaus.groovy.ast.ASTNode;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.ListExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;

/// The forms that people type in their first hour, which Groovy reads as something else: what is
/// wrong with each, and the right spelling. Pure; whoever calls knows that the word exists there.
final class NewcomerForms {
  private NewcomerForms() {}

  static final Set<String> DURATIONS =
      Set.of("ms", "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days");
  static final List<String> UNITS =
      List.of(
          "days", "day", "hours", "hour", "minutes", "minute", "ms", "seconds", "second", "KB",
          "MB", "GB");

  private static final Pattern LABEL_IN_STRING =
      Pattern.compile("\\$\\{\\s*[A-Za-z_][A-Za-z0-9_]*\\s*:\\s*$");

  /// `restart: always`.
  static MistakeText colon(String word, Expression value, ScriptText text) {
    return colon(
        word,
        value instanceof ListExpression list
            ? list.getExpressions().stream().map(text::of).collect(Collectors.joining(", "))
            : text.of(value));
  }

  static MistakeText colon(String word, String rest) {
    return new MistakeText(
        "'" + word + ":' is a label to Groovy, not a word", "write " + word + " " + rest);
  }

  /// `oneShot` without brackets, `delay` without a value.
  static MistakeText alone(Entry word) {
    return word.bare()
        ? new MistakeText(
            "'" + word.name() + "' without brackets does nothing", "write " + word.name() + "()")
        : new MistakeText("'" + word.name() + "' needs a value", "");
  }

  /// `command ['a', 'b']`.
  static MistakeText index(String word, Expression index, ScriptText text) {
    String inner =
        index instanceof ListExpression list
            ? list.getExpressions().stream().map(text::of).collect(Collectors.joining(", "))
            : text.of(index);
    return new MistakeText(
        "'" + word + " [" + inner + "]' is an index to Groovy, not a list",
        "write " + word + " " + inner + " or " + word + "([" + inner + "])");
  }

  /// `delay -1.seconds`.
  static MistakeText minus(String word, BinaryExpression expression, ScriptText text) {
    String operator = expression.getOperation().getText();
    String value = text.of(expression.getRightExpression());
    String bracketed = word + "(" + operator + value + ")";
    boolean duration = DURATIONS.stream().anyMatch(unit -> value.endsWith("." + unit));
    return new MistakeText(
        "'" + word + " " + operator + value + "' is a calculation to Groovy, not a value",
        duration && operator.equals("-")
            ? "write " + word + " " + value + "; a duration is never negative"
            : "write " + bracketed);
  }

  /// `env PORT=8080`, which Groovy reads as the declaration of a variable of type `env`.
  static MistakeText equalsSign(
      String word, VariableExpression variable, BinaryExpression assignment, ScriptText text) {
    String value =
        text.of(assignment.getRightExpression()).replaceAll("\\s+(\\w+)\\s*=\\s*", ", $1: ");
    return new MistakeText(
        "'" + word + " " + variable.getName() + "=…' is an assignment to Groovy, not a named value",
        "write " + word + " " + variable.getName() + ": " + value);
  }

  /// `alive every: 10.seconds { }`.
  static MistakeText blockOnNumber(ConstantExpression number, String unit) {
    return new MistakeText(
        "the block belongs to '" + number.getText() + "." + unit + "' as it stands",
        "put a comma before the block: " + number.getText() + "." + unit + ", { … }");
  }

  /// `restart always delay 1.second`.
  static MistakeText oneLine(String first, String second) {
    return new MistakeText(
        "two words on one line: '" + first + "' and '" + second + "'",
        "put '" + second + "' on a line of its own, or ';' before it");
  }

  /// `process('web') { … }.start()`.
  static MistakeText nothingToAsk(String word, String asked) {
    return new MistakeText(
        asked.equals("call")
            ? "'" + word + "' yields no value that could be called"
            : "'" + word + "' yields no value, so there is nothing to ask for '" + asked + "'",
        "a new word needs a line of its own, or ';' before it; a second value a comma");
  }

  /// `process { … }`, `process(5) { … }`.
  static MistakeText nameless(String word) {
    return new MistakeText("'" + word + "' needs a name", "write " + word + "('NAME') { … }");
  }

  /// `@Grab('…')`.
  static MistakeText grab() {
    return new MistakeText(
        "@Grab is refused: a script loads nothing from the network",
        "groovy-json, groovy-datetime and java.* are there; run anything else as a process");
  }

  /// `within 30s`, `delay 5 seconds`, `stop SIGTERM, within: 5 seconds`: empty for what is no
  /// number and its unit.
  static Optional<MistakeText> spelledOut(String word, String before, String after) {
    Matcher number = Pattern.compile("(?:.*[ ,(:])?([0-9]+(?:\\.[0-9]+)?)").matcher(before);
    if (!number.matches() || !after.matches("[A-Za-z]+")) {
      return Optional.empty();
    }
    Optional<String> unit =
        UNITS.contains(after) ? Optional.of(after) : NearestName.of(after, UNITS);
    return unit.map(known ->
        new MistakeText(
            "'" + number.group(1) + " " + after + "' is two values to Groovy, not one with a unit",
            "write "
                + word
                + " "
                + before
                + "."
                + known
                + (Quantity.isText(number.group(1) + after)
                    ? " or '" + number.group(1) + after + "'"
                    : "")));
  }

  /// `command 'a' 'b'`, `stop SIGTERM within: 5.seconds`.
  static MistakeText missingComma(String word, String before, String after) {
    if (before.isBlank() || after.isBlank()) {
      return new MistakeText("a comma is missing in '" + word + "'", "put one between its values");
    }
    return new MistakeText(
        "a comma is missing in '" + word + "' between " + before + " and " + after,
        "write " + word + " " + before + ", " + after);
  }

  /// `process 'web' { … }` and `process web { … }`.
  static MistakeText nameWithoutBrackets(String word, String name) {
    return new MistakeText(
        "the block belongs to '" + name + "' as it stands, not to '" + word + "'",
        "write " + word + "('" + name + "') { … }");
  }

  /// `"bin:$PATH"`: an environment variable's name in a string.
  static Optional<MistakeText> shellVariable(String name) {
    if (!name.matches("[A-Z_][A-Z0-9_]*")) {
      return Optional.empty();
    }
    return Optional.of(
        new MistakeText(
            "unknown name '" + name + "' in a string",
            "write ${sysEnv('"
                + name
                + "')} for the environment's value, or single quotes or \\$ for a plain $"));
  }

  /// `"${PORT:-80}"`: what is the shell's stands in a string of Groovy's, to which it is a label
  /// and an expression.
  static Optional<MistakeText> labelInString(ASTNode value, ScriptText text) {
    String line = text.line(value.getLineNumber());
    int start = ScriptText.index(line, value.getColumnNumber());
    Matcher label = LABEL_IN_STRING.matcher(line.substring(0, start));
    if (!label.find()) {
      return Optional.empty();
    }
    int end = line.indexOf('}', start);
    String form = line.substring(label.start(), end < 0 ? line.length() : end + 1);
    return Optional.of(shellForm(form, "is a label and " + text.of(value)));
  }

  /// @param form with its `$`
  /// @param is what it is to Groovy
  static MistakeText shellForm(String form, String is) {
    return new MistakeText(
        "'" + form + "' " + is + " to Groovy",
        "write \\" + form + ", or single quotes, to hand it on as it is");
  }

  /// `shell "echo ${1}"`.
  static MistakeText shellParameter(String number) {
    String form = "${" + number + "}";
    return new MistakeText(
        "'" + form + "' is the number " + number + " to Groovy, and no parameter of the shell",
        "write \\" + form + " or single quotes");
  }

  /// `after db`: a name given bare.
  static MistakeText bareName(String word, String name) {
    return new MistakeText("unknown name '" + name + "'", "write " + word + " '" + name + "'");
  }

  /// `umask 22`: a number that would be read as decimal.
  static MistakeText umask(String number) {
    String octal = "0".repeat(Math.max(0, 3 - number.length())) + number;
    return new MistakeText(
        "umask is written as an octal number in quotes, not " + number,
        "write umask '" + octal + "'");
  }

  /// `5.secs`.
  static MistakeText unit(ConstantExpression number, String written) {
    return new MistakeText(
        "unknown unit '" + written + "' in '" + number.getText() + "." + written + "'",
        NearestName.of(written, UNITS)
            .map(unit -> "did you mean " + number.getText() + "." + unit + "?")
            .orElse("durations are ms, seconds, minutes, hours, days; sizes are KB, MB, GB"));
  }

  /// `process('web') { it -> … }`.
  static MistakeText parameter(String word) {
    return new MistakeText(
        "the block of '" + word + "' is a block of words and takes no parameter",
        "write { … } without the parameter and ->");
  }

  /// `for (int i = 0; i < 2; i++) { function("f-$i") { run { println i } } }`.
  static MistakeText changes(String name) {
    return new MistakeText(
        "the loop changes '"
            + name
            + "' before this code runs, so that it sees the last value only",
        "write def own = " + name + " in the loop, and use own here");
  }
}

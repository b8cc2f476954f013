package dev.supervise.dsl.words;

import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.Command;
import dev.supervise.spec.InvalidSpec;
import dev.supervise.spec.Value;
import groovy.lang.Closure;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Text for `sh -c` with values in it. A number stands in it as it is; any other value travels as
/// `$1`, `$2`, … and is quoted for the place it stands at, so that it is one argument, or a part of
/// one, whatever it contains. Where quotes would be wrong only numbers may stand.
final class ShellText {
  /// What sh takes for a whole number and reads as one of ten digits: no zero in front.
  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,17})");

  /// A name of the shell's that a digit would go on.
  private static final Pattern ENDS_WITH_NAME = Pattern.compile("(?s).*\\$[A-Za-z_][A-Za-z0-9_]*");

  private final String word;
  private final StringBuilder text = new StringBuilder();
  private final List<Value> arguments = new ArrayList<>(List.of(Value.of("sh")));
  private final ShellContext context = new ShellContext();

  /// @param word as mistakes name it
  ShellText(String word) {
    this.word = word;
  }

  void literal(String literal) {
    context.read(literal);
    text.append(literal);
  }

  /// @param value a text, a number or a closure
  /// @param next the literal text behind it
  void value(Object value, String next) {
    text.append(
        switch (context.place()) {
          case WORD ->
              number(value) && !redirects(next) && !goesOnName()
                  ? value
                  : '"' + (number(value) ? value.toString() : parameter(value)) + '"';
          case SINGLE_QUOTES -> number(value) ? value : "'\"" + parameter(value) + "\"'";
          case EXPANDED -> number(value) && !goesOnName() ? value : parameter(value);
          case ARITHMETIC -> term(value);
          case VERBATIM -> verbatim(value);
          case COMMENT -> number(value) ? value : parameter(value);
          case ESCAPED -> throw refuse("behind a backslash, which would take its quote for itself");
          case NAME -> throw refuse("behind a $, where the shell wants a name");
          case DELIMITER -> throw refuse("where the shell wants the delimiter of a here-document");
        });
    context.value();
  }

  private static boolean number(Object value) {
    return value instanceof Number;
  }

  /// `8080>log` would mean descriptor 8080.
  private static boolean redirects(String next) {
    return next.startsWith("<") || next.startsWith(">");
  }

  private boolean goesOnName() {
    return ENDS_WITH_NAME.matcher(text).matches();
  }

  private String parameter(Object value) {
    return parameter(
        value instanceof Closure<?> closure
            ? DeferredText.value(word, closure)
            : Value.of(value.toString()));
  }

  private String parameter(Value value) {
    arguments.add(value);
    return "${" + (arguments.size() - 1) + "}";
  }

  private String term(Object value) {
    if (value instanceof Closure<?> closure) {
      return "(" + parameter(DeferredText.value(word, closure, ShellText::term)) + ")";
    }
    String number = term(value.toString());
    if (goesOnName()) {
      return parameter(value);
    }
    return number.startsWith("-") ? "(" + number + ")" : number;
  }

  /// @throws InvalidSpec it would be taken for a name, for a part of the calculation, or for a
  ///   number of eight digits
  private static String term(String value) {
    if (!WHOLE.matcher(value).matches()) {
      throw new InvalidSpec(
          "'" + value + "' stands in $(( )), where a value has to be a whole number");
    }
    return value;
  }

  private Object verbatim(Object value) {
    if (!number(value)) {
      throw refuse("in a here-document whose delimiter is quoted, where nothing is put in for $");
    }
    return value;
  }

  private InvalidSpec refuse(String place) {
    return new InvalidSpec(word + ": a value stands " + place);
  }

  Command command() {
    if (text.toString().isBlank()) {
      throw new WordError("command is empty; the first word must name a program");
    }
    return new Command.Shell(
        Value.of(text.toString()), arguments.size() == 1 ? List.of() : arguments);
  }
}

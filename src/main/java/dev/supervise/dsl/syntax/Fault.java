package dev.supervise.dsl.syntax;

/// A place of a script's text that the language's lexer cannot read, and why.
public sealed interface Fault {
  /// Where it begins, an index into the text.
  int start();

  /// Behind its last character.
  int end();

  /// Whether it is over only when something closes it, however many lines later: a text of several
  /// lines, a comment.
  default boolean goesOn() {
    return switch (this) {
      case OpenText(_, _, String quote, _) -> quote.length() > 1;
      case OpenComment _ -> true;
      case Escape _, Dollar _, ShellForm _, OpenValue _, Hash _, CurlyQuote _, Stray _ -> false;
    };
  }

  /// A backslash in a string before something that is not escaped with one: `'\d'`.
  ///
  /// @param quote what opened the string
  record Escape(int start, int end, String quote) implements Fault {}

  /// A `$` in a string with `${…}` that begins neither `${…}` nor `$name`: `"a$"`.
  ///
  /// @param quote what opened the string
  record Dollar(int start, int end, String quote) implements Fault {}

  /// `${…}` with what means something to a shell and nothing, or something else, to Groovy:
  /// `"${PORT:-80}"`, `"${#x}"`.
  record ShellForm(int start, int end) implements Fault {}

  /// A string in one pair of quotes that does not end on its line, or one in three that does not
  /// end at all.
  ///
  /// @param escaped whether what looks like its end is `\'`
  record OpenText(int start, int end, String quote, boolean escaped) implements Fault {}

  /// `${` in a string of one line without its `}`.
  record OpenValue(int start, int end) implements Fault {}

  /// `/*` without its end.
  record OpenComment(int start, int end) implements Fault {}

  /// `# …`, to the end of its line.
  record Hash(int start, int end) implements Fault {}

  /// A quote of a typesetter, and what it encloses on its line: `“x”`.
  ///
  /// @param closed whether there is a second one
  record CurlyQuote(int start, int end, boolean closed) implements Fault {}

  /// A character that stands for nothing outside strings and comments.
  record Stray(int start, int end) implements Fault {}
}

package dev.supervise.dsl.syntax;

/// A piece of a script's text, as [Lexer] cuts it.
///
/// @param start its first character, an index into the text
/// @param end behind its last
public record Lexeme(Kind kind, int start, int end) {
  public enum Kind {
    /// A name or a keyword.
    WORD,
    NUMBER,
    /// A string with its quotes, or what of it stands before, between and behind its `${…}`.
    TEXT,
    /// `(`, `[`, `{`, or `${` in a string.
    OPEN,
    CLOSE,
    /// Any other character that the language knows.
    SIGN,
    SEMICOLON,
    NEWLINE
  }
}

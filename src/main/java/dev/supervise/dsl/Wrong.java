package dev.supervise.dsl;

/// Something a word refuses, without its place: whoever called the word knows the line.
final class Wrong extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String hint;

  Wrong(String message) {
    this(message, "");
  }

  Wrong(String message, String hint) {
    super(message, null, false, false);
    this.hint = hint;
  }

  /// What was probably meant; or empty.
  String hint() {
    return hint;
  }
}

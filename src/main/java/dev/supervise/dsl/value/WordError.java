package dev.supervise.dsl.value;

/// Something a word refuses, without its place: whoever called the word knows the line.
public final class WordError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String hint;

  public WordError(String message) {
    this(message, "");
  }

  public WordError(String message, String hint) {
    super(message, null, false, false);
    this.hint = hint;
  }

  /// What was probably meant; or empty.
  public String hint() {
    return hint;
  }
}

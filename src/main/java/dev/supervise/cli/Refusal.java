package dev.supervise.cli;

import dev.supervise.spec.Printable;

/// Why nothing was started, as a sentence for the user, with the exit code it ends in.
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String sentence;
  private final String prefix;

  /// @param code one of [ExitCodes]
  Refusal(int code, String sentence) {
    this(code, Printable.line(sentence), "supervise: ");
  }

  private Refusal(int code, String sentence, String prefix) {
    super(sentence, null, false, false);
    this.code = code;
    this.sentence = sentence;
    this.prefix = prefix;
  }

  /// What another process of ours has said already, in as many lines as it took.
  static Refusal said(int code, String lines) {
    return new Refusal(code, Printable.text(lines), "");
  }

  /// As it is printed.
  String text() {
    return prefix + sentence;
  }

  int code() {
    return code;
  }

  String sentence() {
    return sentence;
  }
}

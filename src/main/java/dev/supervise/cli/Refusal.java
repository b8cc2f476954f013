package dev.supervise.cli;

/// Why nothing was started, as a sentence for the user, with the exit code it ends in.
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String sentence;

  /// @param code one of [ExitCodes]
  Refusal(int code, String sentence) {
    super(sentence, null, false, false);
    this.code = code;
    this.sentence = sentence;
  }

  int code() {
    return code;
  }

  String sentence() {
    return sentence;
  }
}

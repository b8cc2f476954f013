package dev.supervise.cli.run;

import dev.supervise.run.ExitCodes;
import dev.supervise.text.Printable;

/// Why nothing was started, as a sentence for the user, with the exit code it ends in.
public final class CliError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String sentence;
  private final String prefix;

  /// @param code one of [ExitCodes]
  public CliError(int code, String sentence) {
    this(code, Printable.line(sentence), "supervise: ");
  }

  private CliError(int code, String sentence, String prefix) {
    super(sentence, null, false, false);
    this.code = code;
    this.sentence = sentence;
    this.prefix = prefix;
  }

  /// What another process of ours has said already, in as many lines as it took.
  static CliError said(int code, String lines) {
    return new CliError(code, Printable.text(lines), "");
  }

  /// As it is printed.
  public String text() {
    return prefix + sentence;
  }

  public int code() {
    return code;
  }

  String sentence() {
    return sentence;
  }
}

package dev.supervise.cli;

import dev.supervise.dsl.ScriptMistakes;
import java.io.PrintStream;

/// Prints what is wrong with a script.
final class MistakeText {
  private MistakeText() {}

  /// The mistakes; behind them, where they were asked for (`--stacktrace`), the Java stacks of what
  /// the script itself threw and of what the compiler ended with.
  static void print(ScriptMistakes mistakes, PrintStream to) {
    to.println(mistakes.getMessage());
    for (Throwable thrown : mistakes.getSuppressed()) {
      thrown.printStackTrace(to);
    }
  }
}

package dev.supervise.cli;

import dev.supervise.dsl.ScriptMistakes;
import dev.supervise.spec.Printable;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;

/// Prints what is wrong with a script.
final class MistakeText {
  private MistakeText() {}

  /// The mistakes; behind them, where they were asked for (`--stacktrace`), the Java stacks of what
  /// the script itself threw and of what the compiler ended with.
  static void print(ScriptMistakes mistakes, PrintStream to) {
    to.println(Printable.text(String.valueOf(mistakes.getMessage())));
    for (Throwable thrown : mistakes.getSuppressed()) {
      StringWriter stack = new StringWriter();
      thrown.printStackTrace(new PrintWriter(stack));
      to.print(Printable.text(stack.toString()));
    }
  }
}

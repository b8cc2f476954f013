package dev.supervise.cli.run;

import dev.supervise.dsl.mistake.ScriptMistakes;
import dev.supervise.text.Printable;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;

/// Prints what is wrong with a script.
public final class MistakeLines {
  private MistakeLines() {}

  /// The mistakes; behind them, where they were asked for (`--stacktrace`), the Java stacks of what
  /// the script itself threw and of what the compiler ended with.
  public static void print(ScriptMistakes mistakes, PrintStream to) {
    to.println(Printable.text(String.valueOf(mistakes.getMessage())));
    stacks(mistakes, to);
  }

  /// Those stacks alone; nothing where they were not asked for.
  public static void stacks(ScriptMistakes mistakes, PrintStream to) {
    for (Throwable thrown : mistakes.getSuppressed()) {
      StringWriter stack = new StringWriter();
      thrown.printStackTrace(new PrintWriter(stack));
      to.print(Printable.text(stack.toString()));
    }
  }
}

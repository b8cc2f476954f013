package dev.supervise.cli;

import dev.supervise.text.Printable;
import java.io.PrintStream;
import java.util.Map;

/// What a command was started in.
record CliContext(Map<String, String> environment, PrintStream out, PrintStream err) {
  void problem(String text) {
    err.println("supervise: " + Printable.text(text));
  }
}

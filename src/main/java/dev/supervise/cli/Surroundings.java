package dev.supervise.cli;

import dev.supervise.spec.Printable;
import java.io.PrintStream;
import java.util.Map;

/// What a command was started in.
record Surroundings(Map<String, String> environment, PrintStream out, PrintStream err) {
  void problem(String text) {
    err.println("supervise: " + Printable.text(text));
  }
}

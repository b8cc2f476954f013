package dev.supervise.cli;

/// The command line's entry point. Prints its version until the commands arrive.
///
/// Exit codes: 2, because no arguments are understood yet.
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.err.println("supervise 0.1.0");
    System.exit(2);
  }
}

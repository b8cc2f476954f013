package dev.supervise.dsl;

/// A script tried to end the JVM, and with it everything that is supervised.
final class EndsProgram extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EndsProgram(String call) {
    super(call + " would end supervise itself; a script does not end the program");
  }
}

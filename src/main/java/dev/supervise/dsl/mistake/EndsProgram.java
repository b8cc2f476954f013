package dev.supervise.dsl.mistake;

/// A script tried to end the JVM, and with it everything that is supervised.
public final class EndsProgram extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EndsProgram(String call) {
    super(call + " would end supervise itself; a script does not end the program");
  }
}

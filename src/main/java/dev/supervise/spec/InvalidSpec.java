package dev.supervise.spec;

/// A value that a specification refuses. The message says what is wrong and what is allowed,
/// without the place: whoever reads the script knows the place and puts it in front.
public final class InvalidSpec extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidSpec(String message) {
    super(message);
  }
}

package dev.supervise.dsl;

/// Stands for a value that could not be had, after the mistake was noted: words that meet it stay
/// silent, so that one mistake makes one message.
final class Poison implements CharSequence {
  static final Poison VALUE = new Poison();

  private Poison() {}

  /// A word was given [Poison]; nothing more is to be said about it.
  static final class Met extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Met() {
      super(null, null, false, false);
    }
  }

  @Override
  public int length() {
    return 0;
  }

  @Override
  public char charAt(int index) {
    throw new StringIndexOutOfBoundsException(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return this;
  }

  @Override
  public String toString() {
    return "";
  }
}

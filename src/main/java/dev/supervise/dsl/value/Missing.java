package dev.supervise.dsl.value;

import groovy.lang.GroovyObjectSupport;
import org.jspecify.annotations.Nullable;

/// Stands for a value that could not be had, after the mistake was noted: words that meet it stay
/// silent, so that one mistake makes one message.
public final class Missing extends GroovyObjectSupport implements CharSequence {
  public static final Missing VALUE = new Missing();

  private Missing() {}

  /// A word was given [Missing]; nothing more is to be said about it.
  public static final class Met extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Met() {
      super(null, null, false, false);
    }
  }

  /// What is asked of a value that could not be had is no mistake of its own.
  @Override
  public @Nullable Object getProperty(String name) {
    throw new Met();
  }

  @Override
  public @Nullable Object invokeMethod(String name, @Nullable Object arguments) {
    throw new Met();
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

package dev.supervise.dsl.value;

import groovy.lang.Closure;
import org.codehaus.groovy.runtime.FormatHelper;
import org.jspecify.annotations.Nullable;

/// A string with `${…}` as it is given to a word: a `GString` that does not wake Groovy's runtime.
/// All but closures is text from the beginning.
public final class Interpolated implements CharSequence {
  private final String[] strings;
  private final Object[] values;

  public Interpolated(String[] strings, @Nullable Object[] values) {
    this.strings = strings;
    this.values = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      this.values[i] = kept(values[i]);
    }
  }

  private static Object kept(@Nullable Object value) {
    return value instanceof Closure<?> || value instanceof Number ? value : text(value);
  }

  /// As Groovy writes a value into a string.
  private static String text(@Nullable Object value) {
    return value == null
            || value instanceof CharSequence
            || value instanceof Number
            || value instanceof Boolean
        ? String.valueOf(value)
        : FormatHelper.toString(value);
  }

  /// Whether a part of it is evaluated anew each time.
  public boolean late() {
    for (Object value : values) {
      if (value instanceof Closure<?>) {
        return true;
      }
    }
    return false;
  }

  /// Whether there is no text around its values.
  public boolean bare() {
    return String.join("", strings).isEmpty();
  }

  /// Literal strings and values (strings, numbers and closures) in turn, beginning with a literal.
  public Object[] parts() {
    Object[] parts = new Object[strings.length + values.length];
    for (int i = 0, n = 0; n < parts.length; i++) {
      if (i < strings.length) {
        parts[n++] = strings[i];
      }
      if (i < values.length) {
        parts[n++] = values[i];
      }
    }
    return parts;
  }

  @Override
  public int length() {
    return toString().length();
  }

  @Override
  public char charAt(int index) {
    return toString().charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return toString().subSequence(start, end);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Object part : parts()) {
      text.append(part instanceof Closure<?> closure ? text(closure.call()) : part);
    }
    return text.toString();
  }
}

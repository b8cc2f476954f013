package dev.supervise.text;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// JSON text to plain values and back (RFC 8259). Pure.
///
/// Values are `null`, [Boolean], [String], [Long] and [java.math.BigInteger] for whole numbers,
/// [java.math.BigDecimal] for the others, so that no digit is ever lost, lists, and maps with text
/// keys in their order. What is written may also be any other [Number], [CharSequence], enum,
/// record, array, and what has a text of its own (a date, a duration, a path, a UUID).
public final class Json {
  /// How deep lists and objects may nest.
  static final int DEEPEST = 256;

  /// The same for what is certain to end: nothing of a user's, but a tree's own depth.
  public static final int DEEP = 4096;

  private Json() {}

  /// @throws InvalidJson the text is not JSON; the message says what and at which character
  public static @Nullable Object read(String text) {
    return read(text, DEEPEST);
  }

  /// @param deepest how deep lists and objects may nest
  /// @throws InvalidJson as [#read(String)]
  public static @Nullable Object read(String text, int deepest) {
    return new JsonReader(text, deepest).whole();
  }

  /// A text that has to be an object.
  ///
  /// @throws InvalidJson it is no JSON, or something else
  public static Map<String, @Nullable Object> object(String text) {
    if (read(text) instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> typed = new java.util.LinkedHashMap<>();
      map.forEach((key, value) -> typed.put((String) key, value));
      return typed;
    }
    throw new InvalidJson("not a JSON object ({…})");
  }

  /// One line, without blanks.
  ///
  /// @throws InvalidJson there is something in it that JSON has no form for
  public static String write(@Nullable Object value) {
    return write(value, DEEPEST);
  }

  /// @param deepest how deep lists and objects may nest
  /// @throws InvalidJson as [#write(Object)]
  public static String write(@Nullable Object value, int deepest) {
    StringBuilder text = new StringBuilder();
    new JsonWriter(text, deepest).put(value, 0);
    return text.toString();
  }

  /// The same text for equal objects, whatever the order of their keys.
  public static String canonical(Map<?, ?> object) {
    return write(sorted(object));
  }

  private static @Nullable Object sorted(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      SortedMap<String, @Nullable Object> sorted = new TreeMap<>();
      map.forEach((key, inner) -> sorted.put(String.valueOf(key), sorted(inner)));
      return sorted;
    }
    return value instanceof java.util.Collection<?> list
        ? list.stream().map(Json::sorted).toArray()
        : value;
  }
}

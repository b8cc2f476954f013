package dev.supervise.dsl;

import groovy.lang.GString;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A script's values as values that outlive the script: what JSON can say, with nothing of Groovy
/// in it. Texts with `${…}` become texts; durations, times, paths, ids and names become the texts
/// they are written as.
final class Plain {
  private Plain() {}

  /// @param what what it is for, as messages name it
  /// @throws Wrong it holds something that no text can stand for
  static @Nullable Object of(String what, @Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Poison _ -> throw new Poison.Met();
      case Interpolated _, GString _ -> value.toString();
      case CharSequence text -> text.toString();
      case Boolean truth -> truth;
      case Quantity.Bytes bytes -> bytes.count();
      case Number number -> number;
      case Duration duration -> text(duration);
      case TemporalAccessor time -> time.toString();
      case Enum<?> name -> name.name();
      case Constant name -> name.name();
      case UUID id -> id.toString();
      case File file -> file.getPath();
      case Path path -> path.toString();
      case URI address -> address.toString();
      case Record _ -> value;
      case Map<?, ?> map -> map(what, map);
      case Iterable<?> each -> list(what, each);
      case Object[] each -> list(what, List.of(each));
      default ->
          throw new Wrong(
              what
                  + " is "
                  + Convert.shown(value)
                  + "; what is kept on disk are texts, numbers, true and false, lists and maps");
    };
  }

  /// `5s`, `250ms`: as every word that takes a duration reads it.
  private static String text(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }

  static Map<String, @Nullable Object> map(String what, Map<?, ?> map) {
    Map<String, @Nullable Object> plain = new LinkedHashMap<>();
    map.forEach((key, value) -> plain.put(String.valueOf(key), of(what + "." + key, value)));
    return plain;
  }

  private static List<@Nullable Object> list(String what, Iterable<?> values) {
    List<@Nullable Object> plain = new ArrayList<>();
    for (Object value : values) {
      plain.add(of(what + "[" + plain.size() + "]", value));
    }
    return plain;
  }
}

package dev.supervise.dsl;

import groovy.lang.Closure;
import groovy.lang.GString;
import groovy.lang.Range;
import java.io.File;
import java.lang.reflect.Array;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Values whose text says all of them, so that two can be compared across two loads of a script.
final class PlainValue {
  private static final int DEPTH = 8;

  private static final ThreadLocal<Set<Closure<?>>> LOOKED_AT =
      ThreadLocal.withInitial(() -> Collections.newSetFromMap(new IdentityHashMap<>()));

  private PlainValue() {}

  /// Null where there is more to the value than a text.
  static @Nullable String text(@Nullable Object value) {
    return text(value, 0);
  }

  private static @Nullable String text(@Nullable Object value, int depth) {
    if (value == null) {
      return "null";
    }
    if (depth > DEPTH) {
      return null;
    }
    return switch (value) {
      case CharSequence text when !(text instanceof GString) -> "'" + text + "'";
      case GString text ->
          texts(java.util.Arrays.asList(text.getValues()), depth) == null ? null : "'" + text + "'";
      case Interpolated text -> texts(java.util.List.of(text.parts()), depth);
      case Number _, Boolean _, Character _, UUID _, URI _, Path _, File _ -> kind(value);
      case Enum<?> constant -> constant.getClass().getName() + "." + constant.name();
      case Class<?> type -> type.getName();
      case Pattern pattern -> pattern.flags() + "/" + pattern + "/";
      case Range<?> range -> texts(java.util.Arrays.asList(range.getFrom(), range.getTo()), depth);
      case Closure<?> closure -> {
        // A closure that calls itself has captured itself.
        if (!LOOKED_AT.get().add(closure)) {
          yield "the closure around";
        }
        try {
          ClosureText inside = ClosureText.of(closure);
          yield inside.opaque().isEmpty() ? inside.text() : null;
        } finally {
          LOOKED_AT.get().remove(closure);
        }
      }
      case LoadedScript _ -> "this script";
      case Map<?, ?> map -> {
        String keys = texts(map.keySet(), depth);
        String values = texts(map.values(), depth);
        yield keys == null || values == null ? null : keys + values;
      }
      case Collection<?> all -> texts(all, depth);
      case Object array when array.getClass().isArray() -> {
        java.util.List<@Nullable Object> all = new java.util.ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
          all.add(Array.get(array, i));
        }
        yield texts(all, depth);
      }
      case Object time when time.getClass().getName().startsWith("java.time.") -> kind(time);
      default -> null;
    };
  }

  private static String kind(Object value) {
    return value.getClass().getSimpleName() + " " + value;
  }

  private static @Nullable String texts(Collection<?> all, int depth) {
    StringBuilder text = new StringBuilder("[");
    for (Object each : all) {
      String one = text(each, depth + 1);
      if (one == null) {
        return null;
      }
      text.append(one).append(", ");
    }
    return text.append(']').toString();
  }
}

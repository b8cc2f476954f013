package dev.supervise.dsl.script;

import dev.supervise.dsl.value.Interpolated;
import dev.supervise.dsl.value.Quantity;
import groovy.lang.Closure;
import groovy.lang.GString;
import groovy.lang.Range;
import java.io.File;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What can be said of a value that a script's code captured: a text that says all of it, so that
/// two can be compared across two loads of a script, and what in it may change.
///
/// @param text null where there is more to the value than a text
/// @param things what of it is one object with a state of its own
record PlainValue(@Nullable String text, List<Thing> things) {
  private static final int DEPTH = 8;

  /// Collections as scripts write them down, `[1, 2]` and `[a: 1]`: most are read and never
  /// written.
  private static final Set<String> WRITTEN_DOWN =
      Set.of(
          "java.util.ArrayList",
          "java.util.Arrays$ArrayList",
          "java.util.LinkedHashMap",
          "java.util.LinkedHashSet",
          "java.util.HashMap",
          "java.util.HashSet",
          "java.util.TreeMap",
          "java.util.TreeSet");

  private static final ThreadLocal<Set<Closure<?>>> LOOKED_AT =
      ThreadLocal.withInitial(() -> Collections.newSetFromMap(new IdentityHashMap<>()));

  /// An object with a state of its own.
  ///
  /// @param made to be changed: a queue, a counter; otherwise only as far as the script does so
  record Thing(Object object, String kind, boolean made) {}

  static PlainValue of(@Nullable Object value) {
    return of(value, Integer.MAX_VALUE);
  }

  /// The same; a text that would become longer than that is none.
  static PlainValue of(@Nullable Object value, int longest) {
    // Of what is nested each level counts anew.
    Look look = new Look(Math.min(longest, Integer.MAX_VALUE / (DEPTH + 2)) * (DEPTH + 2));
    return new PlainValue(look.text(value, 0), look.things);
  }

  /// One look at one value.
  private static final class Look {
    final List<Thing> things = new ArrayList<>();
    private int left;

    Look(int longest) {
      left = longest;
    }

    private @Nullable String text(@Nullable Object value, int depth) {
      if (value == null) {
        return "null";
      }
      if (depth > DEPTH) {
        return null;
      }
      return switch (value) {
        case String text -> "'" + text + "'";
        case GString text ->
            texts(Arrays.asList(text.getValues()), depth) == null ? null : "'" + text + "'";
        case Interpolated text -> texts(List.of(text.parts()), depth);
        case Integer _, Long _, Short _, Byte _, Double _, Float _ -> kind(value);
        case BigInteger _, BigDecimal _, Quantity.Bytes _ -> kind(value);
        case Boolean _, Character _, UUID _, URI _, URL _, Path _, File _ -> kind(value);
        case Locale _, Currency _ -> kind(value);
        case Enum<?> constant -> constant.getDeclaringClass().getName() + "." + constant.name();
        case Class<?> type -> type.getName();
        case Pattern pattern -> pattern.flags() + "/" + pattern + "/";
        case Closure<?> closure -> closure(closure);
        case LoadedScript _ -> "this script";
        case Range<?> range -> texts(Arrays.asList(range.getFrom(), range.getTo()), depth);
        case Map<?, ?> map -> {
          hold(map);
          String keys = texts(map.keySet(), depth);
          String values = texts(map.values(), depth);
          yield keys == null || values == null ? null : keys + values;
        }
        case Collection<?> all -> {
          hold(all);
          yield texts(all, depth);
        }
        case Object array when array.getClass().isArray() -> {
          things.add(new Thing(array, array.getClass().getSimpleName(), false));
          List<@Nullable Object> all = new ArrayList<>();
          for (int i = 0; i < Array.getLength(array); i++) {
            all.add(Array.get(array, i));
          }
          yield texts(all, depth);
        }
        case Date date -> {
          things.add(new Thing(date, date.getClass().getSimpleName(), false));
          yield date.getClass().getSimpleName() + " " + date.getTime();
        }
        case Object time when time.getClass().getName().startsWith("java.time.") -> kind(time);
        default -> state(value, depth);
      };
    }

    /// An object of its own kind; there is a text of those that show what they hold.
    private @Nullable String state(Object value, int depth) {
      String kind = value.getClass().getSimpleName();
      things.add(new Thing(value, kind, true));
      String text =
          switch (value) {
            case AtomicReference<?> reference -> text(reference.get(), depth + 1);
            case StringBuilder _, StringBuffer _ -> value.toString();
            case AtomicInteger _, AtomicLong _, LongAdder _, DoubleAdder _ -> value.toString();
            case AtomicBoolean _, AtomicIntegerArray _, AtomicLongArray _ -> value.toString();
            default -> null;
          };
      return text == null ? null : kind + " " + text;
    }

    private void hold(Object collection) {
      String name = collection.getClass().getName();
      boolean fixed =
          name.startsWith("java.util.ImmutableCollections")
              || name.startsWith("java.util.Collections$Empty")
              || name.startsWith("java.util.Collections$Singleton");
      if (!fixed) {
        boolean made =
            !WRITTEN_DOWN.contains(name) && !name.startsWith("java.util.Collections$Unmodifiable");
        things.add(new Thing(collection, collection.getClass().getSimpleName(), made));
      }
    }

    private @Nullable String closure(Closure<?> closure) {
      // A closure that calls itself has captured itself.
      if (!LOOKED_AT.get().add(closure)) {
        return "the closure around";
      }
      try {
        ClosureText inside = ClosureText.now(closure);
        inside.held().forEach(held -> things.add(new Thing(held.thing(), "Closure", held.moves())));
        return inside.opaque().isEmpty() ? inside.text() : null;
      } finally {
        LOOKED_AT.get().remove(closure);
      }
    }

    private String kind(Object value) {
      return value.getClass().getSimpleName() + " " + value;
    }

    private @Nullable String texts(Collection<?> all, int depth) {
      StringBuilder text = new StringBuilder("[");
      boolean plain = true;
      for (Object each : all) {
        String one = text(each, depth + 1);
        plain &= one != null;
        left -= one == null ? 0 : one.length();
        if (left < 0) {
          return null;
        }
        text.append(one).append(", ");
      }
      return plain ? text.append(']').toString() : null;
    }
  }
}

package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Constant;
import dev.supervise.dsl.value.Interpolated;
import dev.supervise.dsl.value.Missing;
import dev.supervise.dsl.value.Quantity;
import dev.supervise.dsl.value.QuotedValue;
import dev.supervise.dsl.value.WordError;
import groovy.lang.GString;
import java.io.File;
import java.lang.reflect.Array;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Currency;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A script's values as values that outlive the script: what JSON can say, with nothing of Groovy
/// and no class of the script in it. Texts with `${…}` become texts, records maps of their fields,
/// constants of enums their names; lists and maps are copied.
final class Plain {
  private Plain() {}

  /// For what goes to disk: durations, times, paths, ids and their kin become the texts they are
  /// written as.
  ///
  /// @param what what it is for, as messages name it
  /// @throws WordError it holds something that no text can stand for
  static @Nullable Object of(String what, @Nullable Object value) {
    return new Conversion("kept on disk", true).of(what, value);
  }

  /// The same of a map.
  static Map<String, @Nullable Object> map(String what, Map<?, ?> map) {
    return new Conversion("kept on disk", true).map(what, map);
  }

  /// For what stays in memory: a duration, a time, a path, an id stay what they are.
  ///
  /// @throws WordError it holds something that belongs to the script, or that somebody may change
  static Map<String, @Nullable Object> remembered(String what, Map<?, ?> map) {
    return new Conversion("kept from run to run", false).map(what, map);
  }

  /// @param purpose for messages
  /// @param texts whether values of the JDK become the texts they are written as
  private record Conversion(String purpose, boolean texts) {
    @Nullable Object of(String what, @Nullable Object value) {
      return switch (value) {
        case null -> null;
        case Missing _ -> throw new Missing.Met();
        case Interpolated _, GString _ -> value.toString();
        case CharSequence text -> text.toString();
        case Boolean truth -> truth;
        case Character letter -> letter.toString();
        case Quantity.Bytes bytes -> bytes.count();
        case Integer _, Long _, Short _, Byte _, Double _, Float _ -> value;
        case BigInteger _, BigDecimal _ -> value;
        case AtomicInteger count -> count.get();
        case AtomicLong count -> count.get();
        case LongAdder count -> count.sum();
        case Duration duration -> texts ? text(duration) : duration;
        case Enum<?> name -> name.name();
        case Constant name -> name.name();
        case Date date -> texts ? date.toInstant().toString() : date.clone();
        case Locale locale -> texts ? locale.toLanguageTag() : locale;
        case Period _, ZoneId _, TemporalAccessor _ -> texts ? value.toString() : value;
        case UUID _, URI _, URL _, Path _, Currency _, Pattern _ ->
            texts ? value.toString() : value;
        case File file -> texts ? file.getPath() : file;
        case Optional<?> maybe -> of(what, maybe.orElse(null));
        case Record record -> fields(what, record);
        case Map<?, ?> map -> map(what, map);
        case Iterable<?> each -> list(what, each);
        case Object array when array.getClass().isArray() -> {
          List<@Nullable Object> all = new ArrayList<>();
          for (int i = 0; i < Array.getLength(array); i++) {
            all.add(Array.get(array, i));
          }
          yield list(what, all);
        }
        default ->
            throw new WordError(
                what
                    + " is "
                    + QuotedValue.of(value)
                    + "; what is "
                    + purpose
                    + " are texts, numbers, true and false, lists and maps");
      };
    }

    Map<String, @Nullable Object> map(String what, Map<?, ?> map) {
      Map<String, @Nullable Object> plain = new LinkedHashMap<>();
      map.forEach((key, value) -> plain.put(key(key), of(what + "." + key, value)));
      return plain;
    }

    /// A key is a text in any case.
    private String key(@Nullable Object key) {
      return String.valueOf(new Conversion(purpose, true).of("a key", key));
    }

    private Map<String, @Nullable Object> fields(String what, Record record) {
      Map<String, @Nullable Object> plain = new LinkedHashMap<>();
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        try {
          component.getAccessor().setAccessible(true);
          Object value = component.getAccessor().invoke(record);
          plain.put(component.getName(), of(what + "." + component.getName(), value));
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
          throw new WordError(what + "." + component.getName() + " cannot be read");
        }
      }
      return plain;
    }

    private List<@Nullable Object> list(String what, Iterable<?> values) {
      List<@Nullable Object> plain = new ArrayList<>();
      for (Object value : values) {
        plain.add(of(what + "[" + plain.size() + "]", value));
      }
      return plain;
    }
  }

  /// `5s`, `250ms`: as every word that takes a duration reads it; what these cannot say exactly as
  /// ISO 8601 does.
  private static String text(Duration duration) {
    if (duration.isNegative() || duration.getNano() % 1_000_000 != 0) {
      return duration.toString();
    }
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}

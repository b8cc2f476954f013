package dev.supervise.task;

import java.lang.reflect.Array;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.IllformedLocaleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One value for one field. Nothing is rounded, cut or guessed.
final class ParamsFit {
  private static final Map<Class<?>, String> EXAMPLES =
      Map.ofEntries(
          Map.entry(Duration.class, "5s"),
          Map.entry(Period.class, "P1M"),
          Map.entry(Instant.class, "2026-11-30T03:00:00Z"),
          Map.entry(Date.class, "2026-11-30T03:00:00Z"),
          Map.entry(LocalDate.class, "2026-11-30"),
          Map.entry(LocalDateTime.class, "2026-11-30T03:00:00"),
          Map.entry(LocalTime.class, "03:00:00"),
          Map.entry(OffsetDateTime.class, "2026-11-30T03:00:00+01:00"),
          Map.entry(OffsetTime.class, "03:00:00+01:00"),
          Map.entry(ZonedDateTime.class, "2026-11-30T03:00:00+01:00[Europe/Berlin]"),
          Map.entry(Year.class, "2026"),
          Map.entry(YearMonth.class, "2026-11"),
          Map.entry(MonthDay.class, "--11-30"),
          Map.entry(ZoneId.class, "Europe/Berlin"),
          Map.entry(ZoneOffset.class, "+01:00"),
          Map.entry(Locale.class, "de-DE"),
          Map.entry(Currency.class, "EUR"));

  private ParamsFit() {}

  /// @param value as [dev.supervise.spec.Json] reads it
  /// @param field its name with those around it, for messages
  /// @throws InvalidParams it does not fit
  static @Nullable Object fit(Type type, @Nullable Object value, String field) {
    Class<?> wanted = ParamTypes.raw(type);
    if (value == null) {
      return wanted == Optional.class ? Optional.empty() : ParamsForm.zero(wanted);
    }
    if (wanted == Object.class) {
      return plain(value);
    }
    if (wanted == Optional.class) {
      return Optional.ofNullable(fit(ParamTypes.argument(type, 0), value, field));
    }
    if (wanted.isArray()) {
      return array(ParamTypes.element(type), value, field);
    }
    Supplier<Collection<@Nullable Object>> collection = ParamTypes.COLLECTIONS.get(wanted);
    if (collection != null) {
      return many(ParamTypes.argument(type, 0), value, field, collection.get());
    }
    Supplier<Map<Object, @Nullable Object>> map = ParamTypes.MAPS.get(wanted);
    if (map != null) {
      return map(type, value, field, map.get());
    }
    if (wanted.isPrimitive() || wanted == Boolean.class || wanted == Character.class) {
      return scalar(wanted, value, field);
    }
    if (Number.class.isAssignableFrom(wanted)) {
      return scalar(wanted, value, field);
    }
    if (textual(wanted)) {
      return textual(wanted, value, field);
    }
    if (value instanceof Map<?, ?> fields) {
      Map<String, @Nullable Object> inner = new LinkedHashMap<>();
      fields.forEach((key, each) -> inner.put(String.valueOf(key), each));
      return ParamsForm.fill(wanted, inner, field + ".");
    }
    throw wrong(field, "an object ({…})", value);
  }

  /// As Groovy would have written it: whole numbers that fit are ints.
  static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Long number when number == number.intValue() -> (Object) number.intValue();
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> made = new LinkedHashMap<>();
        map.forEach((key, inner) -> made.put(String.valueOf(key), plain(inner)));
        yield made;
      }
      case List<?> list -> {
        List<@Nullable Object> made = new ArrayList<>(list.size());
        list.forEach(inner -> made.add(plain(inner)));
        yield made;
      }
      default -> value;
    };
  }

  private static Collection<@Nullable Object> many(
      Type element, Object value, String field, Collection<@Nullable Object> into) {
    if (!(value instanceof List<?> list)) {
      throw wrong(field, "a list", value);
    }
    int i = 0;
    for (Object each : list) {
      into.add(fit(element, each, field + "[" + i++ + "]"));
    }
    return into;
  }

  private static Object array(Type element, Object value, String field) {
    Collection<@Nullable Object> all = many(element, value, field, new ArrayList<>());
    Object array = Array.newInstance(ParamTypes.raw(element), all.size());
    int i = 0;
    for (Object each : all) {
      Array.set(array, i++, each);
    }
    return array;
  }

  private static Object map(
      Type type, Object value, String field, Map<Object, @Nullable Object> into) {
    if (!(value instanceof Map<?, ?> map)) {
      throw wrong(field, "an object", value);
    }
    map.forEach((key, each) ->
        into.put(
            key(ParamTypes.argument(type, 0), String.valueOf(key), field),
            fit(ParamTypes.argument(type, 1), each, field + "." + key)));
    return into;
  }

  private static Object key(Type type, String key, String field) {
    Class<?> wanted = ParamTypes.raw(type);
    if (!Number.class.isAssignableFrom(wanted)) {
      return wanted == Object.class ? key : textual(wanted, key, field + "." + key);
    }
    try {
      return scalar(wanted, new BigDecimal(key), field + "." + key);
    } catch (NumberFormatException e) {
      throw wrong(field + "." + key, "a number as its key", key);
    }
  }

  private static Object scalar(Class<?> wanted, Object value, String field) {
    if (wanted == boolean.class || wanted == Boolean.class) {
      if (value instanceof Boolean) {
        return value;
      }
      throw wrong(field, "true or false", value);
    }
    if (wanted == char.class || wanted == Character.class) {
      if (value instanceof String text && text.length() == 1) {
        return text.charAt(0);
      }
      throw wrong(field, "one character", value);
    }
    if (!(value instanceof Number number)) {
      throw wrong(field, "a number", value);
    }
    BigDecimal exact = new BigDecimal(number.toString());
    try {
      return number(wanted, exact);
    } catch (ArithmeticException e) {
      throw wrong(field, "a whole number that fits " + wanted.getSimpleName(), value);
    }
  }

  private static Object number(Class<?> wanted, BigDecimal exact) {
    if (wanted == int.class || wanted == Integer.class) {
      return exact.intValueExact();
    } else if (wanted == long.class || wanted == Long.class) {
      return exact.longValueExact();
    } else if (wanted == short.class || wanted == Short.class) {
      return exact.shortValueExact();
    } else if (wanted == byte.class || wanted == Byte.class) {
      return exact.byteValueExact();
    } else if (wanted == BigInteger.class) {
      return exact.toBigIntegerExact();
    } else if (wanted == double.class || wanted == Double.class) {
      return exact.doubleValue();
    } else if (wanted == float.class || wanted == Float.class) {
      return exact.floatValue();
    }
    return exact;
  }

  static boolean textual(Class<?> wanted) {
    return ParamTypes.TEXTS.containsKey(wanted) || wanted.isEnum();
  }

  private static Object textual(Class<?> wanted, Object value, String field) {
    boolean year = wanted == Year.class && value instanceof Long;
    if (!(value instanceof String) && !year) {
      throw wrong(field, "a text", value);
    }
    String text = value.toString();
    if (wanted.isEnum()) {
      return constant(wanted, text, field);
    }
    try {
      return java.util.Objects.requireNonNull(ParamTypes.TEXTS.get(wanted)).apply(text);
    } catch (IllegalArgumentException | DateTimeException | IllformedLocaleException e) {
      throw wrong(field, "a " + wanted.getSimpleName() + example(wanted), value);
    }
  }

  /// How one is written, where that is not plain from its name.
  private static String example(Class<?> wanted) {
    Object example = EXAMPLES.get(wanted);
    return example == null ? "" : " like '" + example + "'";
  }

  private static Object constant(Class<?> wanted, String text, String field) {
    List<String> names = new ArrayList<>();
    for (Object constant : wanted.getEnumConstants()) {
      String name = ((Enum<?>) constant).name();
      if (name.equals(text)) {
        return constant;
      }
      names.add(name);
    }
    throw wrong(field, "one of " + String.join(", ", names), text);
  }

  private static InvalidParams wrong(String field, String wanted, Object value) {
    String shown = String.valueOf(value);
    String kind =
        switch (value) {
          case String _ ->
              "the text '" + (shown.length() > 60 ? shown.substring(0, 60) + "…" : shown) + "'";
          case List<?> _ -> "a list";
          case Map<?, ?> _ -> "an object";
          default -> shown.length() > 60 ? shown.substring(0, 60) + "…" : shown;
        };
    return new InvalidParams("field '" + field + "' wants " + wanted + ", not " + kind);
  }
}

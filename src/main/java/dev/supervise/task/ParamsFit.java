package dev.supervise.task;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One value for one field. Nothing is rounded, cut or guessed.
final class ParamsFit {
  private ParamsFit() {}

  /// @param value as [dev.supervise.spec.Json] reads it
  /// @param field its name with those around it, for messages
  /// @throws InvalidParams it does not fit
  static @Nullable Object fit(Type type, @Nullable Object value, String field) {
    Class<?> wanted = raw(type);
    if (value == null) {
      return wanted == Optional.class ? Optional.empty() : zero(wanted);
    }
    if (wanted.isPrimitive() || Number.class.isAssignableFrom(wanted)) {
      return scalar(wanted, value, field);
    }
    if (wanted == Object.class) {
      return plain(value);
    }
    if (wanted == Optional.class) {
      return Optional.ofNullable(fit(argument(type, 0), value, field));
    }
    if (List.class.isAssignableFrom(wanted)
        || wanted == Iterable.class
        || wanted == java.util.Collection.class) {
      return many(type, value, field, new ArrayList<>());
    }
    if (Set.class.isAssignableFrom(wanted)) {
      return many(type, value, field, new LinkedHashSet<>());
    }
    if (Map.class.isAssignableFrom(wanted)) {
      return map(type, value, field);
    }
    if (wanted == Boolean.class) {
      return scalar(wanted, value, field);
    }
    if (value instanceof Map<?, ?> map && !textual(wanted)) {
      Map<String, @Nullable Object> inner = new LinkedHashMap<>();
      map.forEach((key, each) -> inner.put(String.valueOf(key), each));
      return ParamsForm.fill(wanted, inner, field + ".");
    }
    return textual(wanted, value, field);
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

  static @Nullable Object zero(Class<?> type) {
    if (type == Optional.class) {
      return Optional.empty();
    }
    return type.isPrimitive()
        ? java.lang.reflect.Array.get(java.lang.reflect.Array.newInstance(type, 1), 0)
        : null;
  }

  private static Object many(
      Type type, Object value, String field, java.util.Collection<@Nullable Object> into) {
    if (!(value instanceof List<?> list)) {
      throw wrong(field, "a list", value);
    }
    int i = 0;
    for (Object each : list) {
      into.add(fit(argument(type, 0), each, field + "[" + i++ + "]"));
    }
    return into;
  }

  private static Object map(Type type, Object value, String field) {
    if (!(value instanceof Map<?, ?> map)) {
      throw wrong(field, "an object", value);
    }
    Map<String, @Nullable Object> made = new LinkedHashMap<>();
    map.forEach((key, each) ->
        made.put(String.valueOf(key), fit(argument(type, 1), each, field + "." + key)));
    return made;
  }

  private static Object scalar(Class<?> wanted, Object value, String field) {
    if (wanted == boolean.class || wanted == Boolean.class) {
      if (value instanceof Boolean) {
        return value;
      }
      throw wrong(field, "true or false", value);
    }
    if (wanted == char.class) {
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
    return CharSequence.class.isAssignableFrom(wanted)
        || wanted.isEnum()
        || wanted == UUID.class
        || wanted == URI.class
        || wanted == Path.class
        || wanted == Duration.class
        || wanted == Instant.class;
  }

  private static Object textual(Class<?> wanted, Object value, String field) {
    if (!textual(wanted)) {
      throw wrong(field, "an object ({…})", value);
    }
    if (!(value instanceof String text)) {
      throw wrong(field, "a text", value);
    }
    try {
      if (wanted.isEnum()) {
        return constant(wanted, text, field);
      } else if (wanted == UUID.class) {
        return UUID.fromString(text);
      } else if (wanted == URI.class) {
        return URI.create(text);
      } else if (wanted == Path.class) {
        return Path.of(text);
      } else if (wanted == Duration.class) {
        return Duration.parse(text);
      } else if (wanted == Instant.class) {
        return Instant.parse(text);
      }
      return text;
    } catch (IllegalArgumentException | java.time.DateTimeException e) {
      throw wrong(field, "a " + wanted.getSimpleName(), value);
    }
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

  private static Class<?> raw(Type type) {
    return switch (type) {
      case Class<?> plain -> plain;
      case ParameterizedType generic -> (Class<?>) generic.getRawType();
      case WildcardType wild -> raw(wild.getUpperBounds()[0]);
      default -> Object.class;
    };
  }

  private static Type argument(Type type, int index) {
    return type instanceof ParameterizedType generic
            && generic.getActualTypeArguments().length > index
        ? generic.getActualTypeArguments()[index]
        : Object.class;
  }
}

package dev.supervise.control.protocol;

import dev.supervise.run.Local;
import dev.supervise.run.Request;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The protocol's records as plain values ([dev.supervise.spec.Json]) and back. Pure.
///
/// A record is an object of its components; one of a closed set also says which, as `is`. What is
/// empty (`""`, 0, `false`, nothing, no elements) is left out and understood where it is absent, so
/// that a component may be added without another version. Durations are seconds, enums are words:
/// `backing-off`. What is [Local] stands at a record's end and does not cross.
public final class RecordCodec {
  /// Something that came cannot be understood; the message says what.
  public static final class NotUnderstood extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotUnderstood(String message) {
      super(message, null, false, false);
    }
  }

  /// A record's form, looked up once.
  ///
  /// @param parts those that cross; the constructor takes what is [Local] behind them
  private record Shape(List<Part> parts, Constructor<?> constructor, boolean named) {}

  private record Part(String name, Type type, Class<?> raw, Method accessor) {}

  private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

  private RecordCodec() {}

  /// @param whole empty components stand there too, for people's programs
  static @Nullable public Object plain(@Nullable Object value, boolean whole) {
    // No pattern switch here and in what follows: the first one costs a client a tenth of its time.
    if (value instanceof Record fields) {
      return fields(fields, whole);
    }
    if (value instanceof Optional<?> maybe) {
      return plain(maybe.orElse(null), whole);
    }
    if (value instanceof Duration span) {
      return seconds(span);
    }
    if (value instanceof Enum<?> constant) {
      return word(constant);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> plain = new ArrayList<>(list.size());
      for (Object one : list) {
        plain.add(plain(one, whole));
      }
      return plain;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> plain = new LinkedHashMap<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        plain.put(String.valueOf(entry.getKey()), plain(entry.getValue(), whole));
      }
      return plain;
    }
    return value;
  }

  private static BigDecimal seconds(Duration span) {
    // To the microsecond: what is finer would be written with an exponent.
    BigDecimal seconds =
        BigDecimal.valueOf(span.getSeconds())
            .add(BigDecimal.valueOf(span.getNano() / 1000, 6))
            .stripTrailingZeros();
    return seconds.scale() < 0 ? seconds.setScale(0) : seconds;
  }

  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Map<String, @Nullable Object> fields(Record fields, boolean whole) {
    if (fields instanceof Query.Order(var request)) {
      return fields((Record) request, whole);
    }
    Shape shape = shape(fields.getClass());
    Map<String, @Nullable Object> plain = new LinkedHashMap<>();
    if (shape.named()) {
      plain.put("is", fields.getClass().getSimpleName());
    }
    for (Part part : shape.parts()) {
      Object value = get(fields, part);
      if (whole || part.raw() == Object.class || !empty(value)) {
        plain.put(part.name(), plain(value, whole));
      }
    }
    return plain;
  }

  private static @Nullable Object get(Record fields, Part part) {
    try {
      return part.accessor().invoke(fields);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record's own accessor", e);
    }
  }

  private static boolean empty(@Nullable Object value) {
    return value == null
        || value instanceof String text && text.isEmpty()
        || value instanceof Integer number && number == 0
        || value instanceof Long number && number == 0
        || Boolean.FALSE.equals(value)
        || value instanceof Optional<?> maybe && maybe.isEmpty()
        || value instanceof List<?> list && list.isEmpty()
        || value instanceof Map<?, ?> map && map.isEmpty()
        || value instanceof Duration span && span.isZero();
  }

  /// @throws NotUnderstood it is not of that type
  public static <T> T read(Class<T> type, @Nullable Object plain) {
    return type.cast(value(type, type, plain, ""));
  }

  private static Object value(Type type, Class<?> raw, @Nullable Object plain, String where) {
    if (raw == Optional.class) {
      return plain == null ? Optional.empty() : Optional.of(inner(type, 0, plain, where));
    }
    if (raw == List.class) {
      List<Object> list = new ArrayList<>();
      for (Object one : as(List.class, plain == null ? List.of() : plain, where)) {
        list.add(inner(type, 0, one, where));
      }
      return list;
    }
    if (raw == Map.class) {
      Map<Object, @Nullable Object> map = new LinkedHashMap<>();
      Map<?, ?> given = as(Map.class, plain == null ? Map.of() : plain, where);
      for (Map.Entry<?, ?> entry : given.entrySet()) {
        map.put(
            String.valueOf(entry.getKey()),
            entry.getValue() == null ? null : inner(type, 1, entry.getValue(), where));
      }
      return map;
    }
    if (raw.isSealed() || Record.class.isAssignableFrom(raw)) {
      return record(raw, plain, where);
    }
    return simple(raw, plain, where);
  }

  private static Object inner(Type type, int index, @Nullable Object plain, String where) {
    Type inner = ((ParameterizedType) type).getActualTypeArguments()[index];
    return value(inner, raw(inner), plain, where);
  }

  private static Class<?> raw(Type type) {
    if (type instanceof ParameterizedType generic) {
      return (Class<?>) generic.getRawType();
    }
    return type instanceof Class<?> plain ? plain : Object.class;
  }

  private static Object simple(Class<?> raw, @Nullable Object plain, String where) {
    if (raw == String.class) {
      return plain == null ? "" : as(String.class, plain, where);
    }
    if (raw == boolean.class) {
      return plain != null && as(Boolean.class, plain, where);
    }
    if (raw == int.class) {
      long number = plain == null ? 0 : as(Long.class, plain, where);
      if (number != (int) number) {
        throw new NotUnderstood("'" + where + "' is out of range: " + number);
      }
      return (int) number;
    }
    if (raw == long.class) {
      return plain == null ? 0L : as(Long.class, plain, where);
    }
    if (raw == double.class) {
      return plain == null ? 0.0 : as(Number.class, plain, where).doubleValue();
    }
    if (raw == Duration.class) {
      return span(plain, where);
    }
    if (raw.isEnum()) {
      return constant(raw, plain, where);
    }
    if (plain == null) {
      throw new NotUnderstood("'" + where + "' is missing");
    }
    return plain;
  }

  private static Duration span(@Nullable Object plain, String where) {
    Number seconds = plain == null ? 0L : as(Number.class, plain, where);
    BigDecimal exact =
        seconds instanceof BigDecimal decimal ? decimal : new BigDecimal(seconds.toString());
    // Longer than three hundred years is nobody's patience, and no long of nanoseconds.
    if (exact.abs().compareTo(BigDecimal.valueOf(9_000_000_000L)) > 0) {
      throw new NotUnderstood("'" + where + "' is too long: " + exact.toPlainString() + " s");
    }
    return Duration.ofNanos(exact.movePointRight(9).longValue());
  }

  private static Object constant(Class<?> type, @Nullable Object plain, String where) {
    for (Object constant : type.getEnumConstants()) {
      if (word((Enum<?>) constant).equals(plain)) {
        return constant;
      }
    }
    throw new NotUnderstood("'" + where + "' is " + plain + ", which is none of its words");
  }

  private static <T> T as(Class<T> type, @Nullable Object plain, String where) {
    if (!type.isInstance(plain)) {
      throw new NotUnderstood(
          "'" + where + "' is no " + type.getSimpleName().toLowerCase(Locale.ROOT));
    }
    return type.cast(plain);
  }

  private static Object record(Class<?> raw, @Nullable Object plain, String where) {
    Map<?, ?> given = as(Map.class, plain, where.isEmpty() ? raw.getSimpleName() : where);
    if (raw == Query.class && named(Request.Order.class, given.get("is")).isPresent()) {
      return new Query.Order(read(Request.Order.class, plain));
    }
    Class<?> type = raw.isSealed() ? member(raw, given.get("is")) : raw;
    Shape shape = shape(type);
    // What is local stays null.
    @Nullable Object[] values = new Object[shape.constructor().getParameterCount()];
    for (int i = 0; i < shape.parts().size(); i++) {
      Part part = shape.parts().get(i);
      values[i] = value(part.type(), part.raw(), given.get(part.name()), part.name());
    }
    try {
      return shape.constructor().newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new NotUnderstood(
          "not a " + type.getSimpleName() + ": " + (e.getCause() == null ? e : e.getCause()));
    }
  }

  private static Class<?> member(Class<?> set, @Nullable Object name) {
    return named(set, name)
        .orElseThrow(() ->
            new NotUnderstood(
                "unknown " + set.getSimpleName().toLowerCase(Locale.ROOT) + " '" + name + "'"));
  }

  /// The record of a closed set that has that name. All of a set stand in one file.
  private static Optional<Class<?>> named(Class<?> set, @Nullable Object name) {
    if (name instanceof String word
        && word.length() < 60
        && word.chars().allMatch(RecordCodec::letter)) {
      try {
        Class<?> found =
            Class.forName(set.getNestHost().getName() + "$" + word, false, set.getClassLoader());
        return Optional.<Class<?>>of(found)
            .filter(it -> set.isAssignableFrom(it) && it.isRecord() && it != Query.Order.class);
      } catch (ClassNotFoundException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static boolean letter(int c) {
    return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
  }

  private static Shape shape(Class<?> type) {
    Shape known = SHAPES.get(type);
    if (known != null) {
      return known;
    }
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    List<Part> parts = new ArrayList<>(components.length);
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      if (Local.class.isAssignableFrom(types[i])) {
        continue;
      }
      Method accessor = components[i].getAccessor();
      accessor.setAccessible(true);
      parts.add(
          new Part(components[i].getName(), components[i].getGenericType(), types[i], accessor));
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      boolean named = false;
      for (Class<?> set : type.getInterfaces()) {
        named |= set.isSealed();
      }
      Shape shape = new Shape(parts, constructor, named);
      SHAPES.put(type, shape);
      return shape;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every record has its constructor", e);
    }
  }
}

package dev.supervise.task;

import java.io.File;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which types the fields of a task's parameters may have: those that can be written down as JSON
/// and read again as what they were. Pure.
public final class ParamTypes {
  /// Types that are a text in JSON, and how it is read; it throws an [IllegalArgumentException] or
  /// a [java.time.DateTimeException] for a text that means nothing.
  static final Map<Class<?>, Function<String, Object>> TEXTS =
      Map.ofEntries(
          text(String.class, text -> text),
          text(CharSequence.class, text -> text),
          text(UUID.class, UUID::fromString),
          text(URI.class, URI::create),
          text(URL.class, ParamTypes::url),
          text(Path.class, Path::of),
          text(File.class, File::new),
          text(Pattern.class, Pattern::compile),
          text(Locale.class, ParamTypes::locale),
          text(Currency.class, Currency::getInstance),
          text(Duration.class, ParamTypes::duration),
          text(Period.class, Period::parse),
          text(Instant.class, Instant::parse),
          text(Date.class, text -> Date.from(Instant.parse(text))),
          text(LocalDate.class, LocalDate::parse),
          text(LocalDateTime.class, LocalDateTime::parse),
          text(LocalTime.class, LocalTime::parse),
          text(OffsetDateTime.class, OffsetDateTime::parse),
          text(OffsetTime.class, OffsetTime::parse),
          text(ZonedDateTime.class, ZonedDateTime::parse),
          text(Year.class, Year::parse),
          text(YearMonth.class, YearMonth::parse),
          text(MonthDay.class, MonthDay::parse),
          text(ZoneId.class, ZoneId::of),
          text(ZoneOffset.class, ZoneOffset::of));

  static final Map<Class<?>, Supplier<Collection<@Nullable Object>>> COLLECTIONS =
      Map.ofEntries(
          Map.entry(List.class, ArrayList::new),
          Map.entry(ArrayList.class, ArrayList::new),
          Map.entry(Collection.class, ArrayList::new),
          Map.entry(Iterable.class, ArrayList::new),
          Map.entry(Set.class, LinkedHashSet::new),
          Map.entry(LinkedHashSet.class, LinkedHashSet::new),
          Map.entry(HashSet.class, HashSet::new),
          Map.entry(SortedSet.class, TreeSet::new),
          Map.entry(NavigableSet.class, TreeSet::new),
          Map.entry(TreeSet.class, TreeSet::new),
          Map.entry(Queue.class, ArrayDeque::new),
          Map.entry(Deque.class, ArrayDeque::new),
          Map.entry(ArrayDeque.class, ArrayDeque::new));

  static final Map<Class<?>, Supplier<Map<Object, @Nullable Object>>> MAPS =
      Map.of(
          Map.class, LinkedHashMap::new,
          LinkedHashMap.class, LinkedHashMap::new,
          HashMap.class, HashMap::new,
          SortedMap.class, TreeMap::new,
          NavigableMap.class, TreeMap::new,
          TreeMap.class, TreeMap::new);

  private static final Set<Class<?>> SCALARS =
      Set.of(
          Object.class,
          Boolean.class,
          Character.class,
          Number.class,
          Integer.class,
          Long.class,
          Short.class,
          Byte.class,
          Double.class,
          Float.class,
          BigInteger.class,
          BigDecimal.class);

  private ParamTypes() {}

  private static Map.Entry<Class<?>, Function<String, Object>> text(
      Class<?> type, Function<String, Object> reading) {
    return Map.entry(type, reading);
  }

  private static URL url(String text) {
    try {
      return URI.create(text).toURL();
    } catch (java.net.MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /// `de-DE`, and `de_DE` as Java's own text of one.
  private static Locale locale(String text) {
    return new Locale.Builder().setLanguageTag(text.replace('_', '-')).build();
  }

  /// `5s`, `250 ms`, `PT5S`.
  private static Duration duration(String text) {
    return dev.supervise.text.DurationText.read(text).orElseGet(() -> Duration.parse(text));
  }

  /// Why tasks cannot be given such parameters: the first field, also inside others, whose value
  /// may be written and not read; empty where all can be.
  ///
  /// @param form a record or a class
  public static String objection(Class<?> form) {
    return objection(form, "", new HashSet<>());
  }

  private static String objection(Class<?> form, String path, Set<Class<?>> looked) {
    if (!looked.add(form)) {
      return "";
    }
    if (!form.isRecord() && !constructed(form)) {
      return (path.isEmpty() ? "" : "field '" + path.substring(0, path.length() - 1) + "': ")
          + "a "
          + form.getSimpleName()
          + " cannot be made: it is no record and has no constructor without parameters";
    }
    for (Map.Entry<String, Type> field : ParamsForm.fields(form).entrySet()) {
      String why = of(field.getValue(), path + field.getKey(), looked);
      if (!why.isEmpty()) {
        return why;
      }
    }
    return "";
  }

  private static boolean constructed(Class<?> form) {
    boolean own = !Modifier.isAbstract(form.getModifiers()) && !form.isInterface();
    for (Constructor<?> constructor : form.getDeclaredConstructors()) {
      if (own && constructor.getParameterCount() == 0) {
        return true;
      }
    }
    return false;
  }

  private static String of(Type type, String field, Set<Class<?>> looked) {
    Class<?> raw = raw(type);
    if (raw.isPrimitive() || SCALARS.contains(raw) || TEXTS.containsKey(raw) || raw.isEnum()) {
      return "";
    }
    if (raw.isArray()) {
      return of(element(type), field + "[]", looked);
    }
    if (raw == Optional.class || COLLECTIONS.containsKey(raw)) {
      return of(argument(type, 0), raw == Optional.class ? field : field + "[]", looked);
    }
    if (MAPS.containsKey(raw)) {
      return key(argument(type, 0))
          ? of(argument(type, 1), field + ".*", looked)
          : "field '" + field + "' has keys that are no texts: " + name(type);
    }
    boolean foreign =
        raw.getName().startsWith("java.")
            || raw.getName().startsWith("javax.")
            || raw.getName().startsWith("groovy.")
            || raw.isInterface();
    return foreign
        ? "field '" + field + "' is " + article(type) + ", which JSON has no form for"
        : objection(raw, field + ".", looked);
  }

  /// Whether what is typed for such a field is a text, whatever it looks like.
  static boolean typedAsText(Type type) {
    Class<?> raw = raw(type);
    if (raw == Optional.class) {
      return typedAsText(argument(type, 0));
    }
    return TEXTS.containsKey(raw) || raw.isEnum() || raw == char.class || raw == Character.class;
  }

  /// Whether the keys of a JSON object can be read as such.
  static boolean key(Type type) {
    Class<?> raw = raw(type);
    return raw == Object.class
        || TEXTS.containsKey(raw)
        || raw.isEnum()
        || Number.class.isAssignableFrom(raw) && SCALARS.contains(raw);
  }

  private static String article(Type type) {
    String name = name(type);
    return ("AEIOU".indexOf(name.charAt(0)) < 0 ? "a " : "an ") + name;
  }

  private static String name(Type type) {
    return type instanceof Class<?> plain ? plain.getSimpleName() : type.getTypeName();
  }

  static Class<?> raw(Type type) {
    return switch (type) {
      case Class<?> plain -> plain;
      case ParameterizedType generic -> (Class<?>) generic.getRawType();
      case WildcardType wild -> raw(wild.getUpperBounds()[0]);
      case TypeVariable<?> variable -> raw(variable.getBounds()[0]);
      case java.lang.reflect.GenericArrayType array ->
          raw(array.getGenericComponentType()).arrayType();
      default -> Object.class;
    };
  }

  static Type argument(Type type, int index) {
    return type instanceof ParameterizedType generic
            && generic.getActualTypeArguments().length > index
        ? generic.getActualTypeArguments()[index]
        : Object.class;
  }

  static Type element(Type array) {
    return array instanceof java.lang.reflect.GenericArrayType generic
        ? generic.getGenericComponentType()
        : raw(array).getComponentType();
  }
}

package dev.supervise.spec;

import java.lang.reflect.Array;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes values as JSON.
final class JsonWriter {
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final StringBuilder to;

  JsonWriter(StringBuilder to) {
    this.to = to;
  }

  void put(@Nullable Object value, int depth) {
    if (depth > Json.DEEPEST) {
      throw new InvalidJson("nested deeper than " + Json.DEEPEST + ", or in a circle");
    }
    switch (value) {
      case null -> to.append("null");
      case CharSequence text -> string(text.toString());
      case Boolean truth -> to.append(truth);
      case Number number -> number(number);
      case Character c -> string(c.toString());
      case Enum<?> constant -> string(constant.name());
      case Map<?, ?> map -> object(map, depth);
      case java.nio.file.Path path -> string(path.toString());
      case Iterable<?> many -> list(many, depth);
      case Optional<?> maybe -> put(maybe.orElse(null), depth);
      case Record fields -> fields(fields, depth);
      case TemporalAccessor time -> string(time.toString());
      case Duration duration -> string(duration.toString());
      case ZoneId zone -> string(zone.toString());
      case java.util.UUID id -> string(id.toString());
      case java.net.URI uri -> string(uri.toString());
      default -> other(value, depth);
    }
  }

  private void other(Object value, int depth) {
    if (!value.getClass().isArray()) {
      throw new InvalidJson("a " + value.getClass().getName() + " has no form in JSON");
    }
    to.append('[');
    for (int i = 0; i < Array.getLength(value); i++) {
      comma(i);
      put(Array.get(value, i), depth + 1);
    }
    to.append(']');
  }

  private void number(Number number) {
    switch (number) {
      case Long _, Integer _, Short _, Byte _, BigInteger _, BigDecimal _ -> to.append(number);
      default -> {
        double value = number.doubleValue();
        if (Double.isNaN(value) || Double.isInfinite(value)) {
          throw new InvalidJson(value + " has no form in JSON");
        }
        to.append(number);
      }
    }
  }

  private void object(Map<?, ?> map, int depth) {
    to.append('{');
    int i = 0;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      comma(i++);
      string(String.valueOf(entry.getKey()));
      to.append(':');
      put(entry.getValue(), depth + 1);
    }
    to.append('}');
  }

  private void list(Iterable<?> many, int depth) {
    to.append('[');
    int i = 0;
    for (Object one : many) {
      comma(i++);
      put(one, depth + 1);
    }
    to.append(']');
  }

  private void fields(Record fields, int depth) {
    to.append('{');
    int i = 0;
    for (RecordComponent component : fields.getClass().getRecordComponents()) {
      comma(i++);
      string(component.getName());
      to.append(':');
      put(field(fields, component), depth + 1);
    }
    to.append('}');
  }

  private static @Nullable Object field(Record fields, RecordComponent component) {
    try {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(fields);
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      throw new InvalidJson(
          "the field '" + component.getName() + "' of a " + fields.getClass() + " cannot be read");
    }
  }

  private void comma(int before) {
    if (before > 0) {
      to.append(',');
    }
  }

  private void string(String text) {
    to.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> to.append('\\').append(c);
        case '\n' -> to.append("\\n");
        case '\r' -> to.append("\\r");
        case '\t' -> to.append("\\t");
        default -> {
          // A lone surrogate is no character: it would not survive as UTF-8.
          boolean lone =
              Character.isSurrogate(c)
                  && !(Character.isHighSurrogate(c)
                      && i + 1 < text.length()
                      && Character.isLowSurrogate(text.charAt(i + 1)))
                  && !(Character.isLowSurrogate(c)
                      && i > 0
                      && Character.isHighSurrogate(text.charAt(i - 1)));
          if (c < ' ' || c == 0x7f || lone) {
            to.append("\\u")
                .append(HEX[c >> 12])
                .append(HEX[c >> 8 & 15])
                .append(HEX[c >> 4 & 15])
                .append(HEX[c & 15]);
          } else {
            to.append(c);
          }
        }
      }
    }
    to.append('"');
  }
}

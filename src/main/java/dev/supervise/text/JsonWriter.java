package dev.supervise.text;

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
  private final int deepest;

  JsonWriter(StringBuilder to, int deepest) {
    this.to = to;
    this.deepest = deepest;
  }

  void put(@Nullable Object value, int depth) {
    if (depth > deepest) {
      throw new InvalidJson("nested deeper than " + deepest + ", or in a circle");
    }
    // The commonest first, and no pattern switch: its first use costs a client that starts 15 ms.
    if (value == null) {
      to.append("null");
    } else if (value instanceof CharSequence text) {
      string(text.toString());
    } else if (value instanceof Boolean truth) {
      to.append(truth);
    } else if (value instanceof Number number) {
      number(number);
    } else if (value instanceof Map<?, ?> map) {
      object(map, depth);
    } else if (value instanceof java.nio.file.Path path) {
      string(path.toString());
    } else if (value instanceof Iterable<?> many) {
      list(many, depth);
    } else if (value instanceof Optional<?> maybe) {
      put(maybe.orElse(null), depth);
    } else if (value instanceof Record fields) {
      fields(fields, depth);
    } else if (value instanceof Enum<?> constant) {
      string(constant.name());
    } else if (value instanceof Character
        || value instanceof TemporalAccessor
        || value instanceof Duration
        || value instanceof ZoneId
        || value instanceof java.util.UUID
        || value instanceof java.net.URI) {
      string(value.toString());
    } else {
      other(value, depth);
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
    boolean exact =
        number instanceof Long
            || number instanceof Integer
            || number instanceof Short
            || number instanceof Byte
            || number instanceof BigInteger
            || number instanceof BigDecimal;
    double value = exact ? 0 : number.doubleValue();
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new InvalidJson(value + " has no form in JSON");
    }
    to.append(number);
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
          // A lone surrogate would not survive as UTF-8; the others would act on a terminal.
          if (Printable.actsAt(text, i)) {
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

package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Constant;
import dev.supervise.dsl.value.Interpolated;
import dev.supervise.dsl.value.Missing;
import dev.supervise.dsl.value.Quantity;
import dev.supervise.dsl.value.QuotedValue;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.Pause;
import dev.supervise.spec.Value;
import groovy.lang.Closure;
import groovy.lang.GString;
import java.io.File;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// From what a script wrote to what a word takes. Every refusal names the word, what was given and
/// what is allowed.
public final class Convert {
  private Convert() {}

  /// @param what the word or option, as messages name it
  static Duration duration(String what, @Nullable Object value) {
    return switch (value) {
      case Duration duration -> duration;
      case CharSequence text ->
          Quantity.duration(text.toString())
              .orElseThrow(() ->
                  new WordError(
                      what + " '" + text + "' is not a duration; write '5s' or 5.seconds"));
      case Quantity.Bytes _ -> throw new WordError(what + " is a duration, not a size");
      case Number number ->
          throw new WordError(
              what + " " + number + ": of what? Write " + number + ".seconds or " + number + ".ms");
      case null, default -> throw refuse(what, "a duration, as 5.seconds", value);
    };
  }

  static Duration duration(String what, Map<String, ?> options, String option, Duration byDefault) {
    return options.containsKey(option) ? duration(what, options.get(option)) : byDefault;
  }

  /// Bytes, or a plain count.
  static long size(String what, @Nullable Object value) {
    return switch (value) {
      case Quantity.Bytes bytes -> bytes.count();
      case Duration _ -> throw new WordError(what + " is a size, not a duration; write 10.MB");
      case Number number
          when number.doubleValue() == number.longValue() && number.longValue() >= 0 ->
          number.longValue();
      case CharSequence text ->
          Quantity.bytes(text.toString())
              .orElseThrow(() ->
                  new WordError(what + " '" + text + "' is not a size; write '10MB' or 10.MB"));
      case null, default -> throw refuse(what, "a size, as 10.MB", value);
    };
  }

  static int integer(String what, @Nullable Object value) {
    if (value instanceof Number number
        && !(value instanceof Quantity.Bytes)
        && number.doubleValue() == number.intValue()) {
      return number.intValue();
    }
    if (value instanceof CharSequence text) {
      try {
        return Integer.parseInt(text.toString().strip());
      } catch (NumberFormatException _) {
        throw refuse(what, "a whole number", value);
      }
    }
    throw refuse(what, "a whole number", value);
  }

  static int integer(String what, Map<String, ?> options, String option, int byDefault) {
    return options.containsKey(option) ? integer(what, options.get(option)) : byDefault;
  }

  static double decimal(String what, Map<String, ?> options, String option, double byDefault) {
    if (!options.containsKey(option)) {
      return byDefault;
    }
    Object value = options.get(option);
    if (value instanceof Number number && !(value instanceof Quantity.Bytes)) {
      return number.doubleValue();
    }
    if (value instanceof CharSequence text) {
      try {
        return new BigDecimal(text.toString().strip()).doubleValue();
      } catch (NumberFormatException _) {
        throw refuse(what, "a number", value);
      }
    }
    throw refuse(what, "a number", value);
  }

  static boolean truth(String what, @Nullable Object value) {
    return switch (value) {
      case Boolean truth -> truth;
      case CharSequence text when text.toString().equals("true") -> true;
      case CharSequence text when text.toString().equals("false") -> false;
      case null, default -> throw refuse(what, "true or false", value);
    };
  }

  /// The options of `backoff`.
  static Pause.Backoff backoff(Map<String, ?> options) {
    Pause.Backoff byDefault = (Pause.Backoff) Pause.DEFAULT;
    Duration initial = duration("backoff initial", options, "initial", byDefault.initial());
    Duration longest =
        initial.compareTo(byDefault.max()) > 0 && !options.containsKey("max")
            ? initial
            : byDefault.max();
    return new Pause.Backoff(
        initial,
        duration("backoff max", options, "max", longest),
        decimal("backoff factor", options, "factor", byDefault.factor()),
        decimal("backoff jitter", options, "jitter", byDefault.jitter()),
        duration("backoff reset", options, "reset", byDefault.reset()));
  }

  /// A text that is known at load.
  static String text(String what, @Nullable Object value) {
    return switch (value) {
      case Missing poison -> throw new Missing.Met();
      case Interpolated text when text.late() ->
          throw new WordError(what + " is read at load; a value with -> is evaluated later");
      case GString text -> text(what, interpolated(text));
      case CharSequence text -> text.toString();
      case Boolean truth -> truth.toString();
      case Number number -> number.toString();
      case Enum<?> constant -> constant.name();
      case File file -> file.getPath();
      case Path path -> path.toString();
      case null, default -> throw refuse(what, "a text", value);
    };
  }

  /// A text that is known at load, or a closure that yields it at each start.
  static Value value(String what, @Nullable Object value) {
    return switch (value) {
      case Closure<?> closure -> DeferredText.value(what, closure);
      case GString text -> value(what, interpolated(text));
      case Interpolated text -> DeferredText.value(what, text);
      case null, default -> Value.of(text(what, value));
    };
  }

  /// A string of the script's own that was not written where a word takes it.
  static Interpolated interpolated(GString text) {
    return new Interpolated(text.getStrings(), text.getValues());
  }

  static boolean isConstant(@Nullable Object value, String name) {
    return value instanceof Constant constant && constant.name().equals(name)
        || value instanceof CharSequence text && text.toString().equals(name);
  }

  static String constant(String what, @Nullable Object value, String... allowed) {
    if (!(value instanceof Constant) && !(value instanceof CharSequence)) {
      throw refuse(what, "one of " + String.join(", ", allowed), value);
    }
    String name = value.toString();
    if (!List.of(allowed).contains(name)) {
      throw new WordError(what + " '" + name + "' is not one of " + String.join(", ", allowed));
    }
    return name;
  }

  static WordError refuse(String what, String takes, @Nullable Object value) {
    return new WordError(what + " takes " + takes + ", not " + QuotedValue.of(value));
  }
}

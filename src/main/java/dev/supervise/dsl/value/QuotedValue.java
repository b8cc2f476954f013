package dev.supervise.dsl.value;

import dev.supervise.text.DurationText;
import groovy.lang.Closure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A value as messages quote it: `'text'`, `3`, `a closure`. Pure.
public final class QuotedValue {
  private QuotedValue() {}

  public static String of(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case CharSequence text -> "'" + text + "'";
      case Constant constant -> "the name " + constant.name();
      case Number number -> number.toString();
      case Boolean truth -> truth.toString();
      case Duration duration -> "the duration " + DurationText.exact(duration);
      case Closure<?> _ -> "a closure";
      case List<?> _ -> "a list";
      case Map<?, ?> _ -> "a map";
      default -> withArticle(ClassNames.of(value.getClass()));
    };
  }

  private static String withArticle(String type) {
    return type.contains(" ") ? type : ClassNames.withArticle(type);
  }
}

package dev.supervise.dsl.words;

import dev.supervise.dsl.script.ClosureText;
import dev.supervise.dsl.script.Compared;
import dev.supervise.dsl.value.Interpolated;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.Value;
import groovy.lang.Closure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Texts of a script that closures have a part in, as values that specifications may carry: the
/// closures are called at each start.
final class DeferredText {
  private DeferredText() {}

  static Value value(String what, Closure<?> closure) {
    return value(what, closure, text -> text);
  }

  /// @param checked given what the closure yields; may refuse it
  static Value value(String what, Closure<?> closure, UnaryOperator<String> checked) {
    if (closure.getMaximumNumberOfParameters() > 1) {
      throw new WordError(what + ": a closure that yields a value takes no parameter");
    }
    return new Value.Late(
        new Text(() -> checked.apply(text(what, closure.call())), List.of(ClosureText.of(closure))),
        "{ … }");
  }

  /// A string with `${-> …}`: those parts are evaluated at each start, the others are fixed.
  static Value value(String what, Interpolated text) {
    return join(what, List.of(text.parts()));
  }

  /// One text of fixed parts (strings) and late ones (closures).
  static Value join(String what, List<?> parts) {
    StringBuilder shown = new StringBuilder();
    List<ClosureText> codes = new ArrayList<>();
    for (Object part : parts) {
      if (part instanceof Closure<?> closure) {
        codes.add(ClosureText.of(closure));
      }
      shown.append(part instanceof Closure<?> ? "${…}" : part);
    }
    if (codes.isEmpty()) {
      return Value.of(shown.toString());
    }
    return new Value.Late(
        new Text(
            () -> {
              StringBuilder text = new StringBuilder();
              for (Object part : parts) {
                text.append(part instanceof Closure<?> closure ? text(what, closure.call()) : part);
              }
              return text.toString();
            },
            codes),
        shown.toString());
  }

  /// A text that closures have a part in.
  private record Text(Callable<String> value, List<ClosureText> codes)
      implements Callable<String>, Compared {
    @Override
    public String call() throws Exception {
      return value.call();
    }
  }

  private static String text(String what, @Nullable Object value) {
    if (value == null) {
      throw new IllegalStateException(what + ": the closure returned null");
    }
    return value.toString();
  }
}

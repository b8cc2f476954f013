package dev.supervise.dsl;

import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.TaskBody;
import dev.supervise.spec.Value;
import groovy.lang.Closure;
import java.util.List;
import org.codehaus.groovy.runtime.FormatHelper;
import org.jspecify.annotations.Nullable;

/// Closures of a script as things that specifications may carry.
final class LaterCode {
  private LaterCode() {}

  /// The closure is called with one [FunctionApi], or with nothing where it takes nothing.
  static FunctionBody body(String word, Closure<?> closure) {
    int parameters = closure.getMaximumNumberOfParameters();
    if (parameters > 1) {
      throw new Wrong(word + " { … } takes one parameter, the context, not " + parameters);
    }
    return context -> {
      FunctionApi api = new FunctionApi(context);
      return Present.in(api, () -> parameters == 0 ? closure.call() : closure.call(api));
    };
  }

  /// The closure is called with a [TaskApi] and the task's parameters, as far as it takes them.
  static TaskBody task(Closure<?> closure) {
    int parameters = closure.getMaximumNumberOfParameters();
    if (parameters > 2) {
      throw new Wrong(
          "run { … } takes two parameters, the context and the task's, not " + parameters);
    }
    return (context, params) -> {
      TaskApi api = new TaskApi(context);
      Object result =
          Present.in(
              api,
              () ->
                  switch (parameters) {
                    case 0 -> closure.call();
                    case 1 -> closure.call(api);
                    default -> closure.call(api, params);
                  });
      return kept(result);
    };
  }

  /// A closure returns whatever its last statement happens to yield: what JSON cannot say is kept
  /// as its text.
  private static @Nullable Object kept(@Nullable Object result) {
    try {
      return Plain.of("result", result);
    } catch (Wrong _) {
      return FormatHelper.toString(result);
    }
  }

  static Value value(String what, Closure<?> closure) {
    if (closure.getMaximumNumberOfParameters() > 1) {
      throw new Wrong(what + ": a closure that yields a value takes no parameter");
    }
    return new Value.Late(() -> text(what, closure.call()), "{ … }");
  }

  /// A string with `${-> …}`: those parts are evaluated at each start, the others are fixed.
  static Value value(String what, Interpolated text) {
    return join(what, List.of(text.parts()));
  }

  /// One text of fixed parts (strings) and late ones (closures).
  static Value join(String what, List<?> parts) {
    StringBuilder shown = new StringBuilder();
    boolean late = false;
    for (Object part : parts) {
      boolean closure = part instanceof Closure<?>;
      late |= closure;
      shown.append(closure ? "${…}" : part);
    }
    if (!late) {
      return Value.of(shown.toString());
    }
    return new Value.Late(
        () -> {
          StringBuilder text = new StringBuilder();
          for (Object part : parts) {
            text.append(part instanceof Closure<?> closure ? text(what, closure.call()) : part);
          }
          return text.toString();
        },
        shown.toString());
  }

  private static String text(String what, @Nullable Object value) {
    if (value == null) {
      throw new IllegalStateException(what + ": the closure returned null");
    }
    return value.toString();
  }
}

package dev.supervise.dsl.words;

import dev.supervise.dsl.script.ClosureText;
import dev.supervise.dsl.script.Compared;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.FunctionContext;
import dev.supervise.spec.TaskBody;
import dev.supervise.spec.TaskContext;
import groovy.lang.Closure;
import java.util.List;
import java.util.concurrent.Callable;
import org.codehaus.groovy.runtime.typehandling.DefaultTypeTransformation;
import org.jspecify.annotations.Nullable;

/// Closures of a script as things that specifications may carry.
final class DeferredCode {
  private DeferredCode() {}

  /// The closure is called with one [FunctionApi], or with nothing where it takes nothing.
  static FunctionBody body(String word, Closure<?> closure) {
    int parameters = closure.getMaximumNumberOfParameters();
    if (parameters > 1) {
      throw new WordError(word + " { … } takes one parameter, the context, not " + parameters);
    }
    return new Body(closure, parameters, ClosureText.of(closure));
  }

  /// The closure is called with a [TaskApi] and the task's parameters, as far as it takes them.
  static TaskBody task(Closure<?> closure) {
    int parameters = closure.getMaximumNumberOfParameters();
    if (parameters > 2) {
      throw new WordError(
          "run { … } takes two parameters, the context and the task's, not " + parameters);
    }
    return new Task(closure, parameters, ClosureText.of(closure));
  }

  /// Asked for yes or no, by Groovy's truth.
  static Callable<Boolean> question(Closure<?> closure) {
    return new Question(closure, ClosureText.of(closure));
  }

  /// A closure that is given a context.
  private record Body(Closure<?> closure, int parameters, ClosureText code)
      implements FunctionBody, Compared {
    @Override
    public @Nullable Object run(FunctionContext context) {
      FunctionApi api = new FunctionApi(context);
      return CurrentContext.in(api, () -> parameters == 0 ? closure.call() : closure.call(api));
    }

    @Override
    public List<ClosureText> codes() {
      return List.of(code);
    }
  }

  /// A closure that is given a context and a task's parameters.
  private record Task(Closure<?> closure, int parameters, ClosureText code)
      implements TaskBody, Compared {
    @Override
    public @Nullable Object run(TaskContext context, @Nullable Object params) {
      TaskApi api = new TaskApi(context);
      Object result =
          CurrentContext.in(
              api,
              () ->
                  switch (parameters) {
                    case 0 -> closure.call();
                    case 1 -> closure.call(api);
                    default -> closure.call(api, params);
                  });
      return TaskApi.kept(result);
    }

    @Override
    public List<ClosureText> codes() {
      return List.of(code);
    }
  }

  private record Question(Closure<?> closure, ClosureText code)
      implements Callable<Boolean>, Compared {
    @Override
    public Boolean call() {
      return DefaultTypeTransformation.castToBoolean(closure.call());
    }

    @Override
    public List<ClosureText> codes() {
      return List.of(code);
    }
  }
}

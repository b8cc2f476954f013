package dev.supervise.vital;

import dev.supervise.spec.ScriptFrame;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Catches calls of `System.exit`, which a user's code or a library of his may make at any moment:
/// the process does not end before who catches it has let it. The caller never gets on; where it is
/// [UserCode], that is told of it ([UserCode#exits]).
///
/// `Runtime.halt` cannot be caught, nor what ends in the system.
public final class ExitCall {
  private ExitCall() {}

  /// From now on, once.
  ///
  /// @param caught called on a vital thread with who has called it, for people; when it returns the
  ///   process ends as the caller wanted
  public static void intercept(Consumer<String> caught) {
    Runtime.getRuntime()
        .addShutdownHook(
            Threads.vital("supervise-exit", Threads.DEEP, () -> caught.accept(caller())));
  }

  private static String caller() {
    for (UserCode code : Carriers.code()) {
      StackTraceElement[] stack = code.thread().getStackTrace();
      if (exits(stack)) {
        code.leaves(stack);
        return "'" + code.thread().getName() + "' has called System.exit" + at(stack);
      }
    }
    for (Map.Entry<Thread, StackTraceElement[]> each : Thread.getAllStackTraces().entrySet()) {
      if (exits(each.getValue())) {
        return "System.exit was called" + at(each.getValue());
      }
    }
    return "System.exit was called";
  }

  private static boolean exits(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      if (frame.getClassName().equals("java.lang.Runtime")
          && frame.getMethodName().equals("exit")) {
        return true;
      }
    }
    return false;
  }

  private static String at(StackTraceElement[] stack) {
    Optional<String> place = ScriptFrame.innermost(stack).map(origin -> " at " + origin);
    return place.orElse("");
  }
}

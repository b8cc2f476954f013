package dev.supervise.worker.environment;

import dev.supervise.spec.Block;
import dev.supervise.spec.Stack;
import dev.supervise.spec.Value;
import dev.supervise.text.DurationText;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Timer;
import dev.supervise.vital.UserCode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/// What programs beside a tree find in their environment: the numbers of its ports, and what the
/// script exports. Late values are evaluated anew each time, on a thread of their own.
public final class Exports {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private Exports() {}

  /// Does not wait. Fails with an [IllegalStateException] that names the export whose value threw,
  /// was null or did not come within 5 s.
  public static CompletableFuture<Map<String, String>> of(
      Map<String, Integer> ports, Map<String, Value> exports) {
    CompletableFuture<Map<String, String>> all = new CompletableFuture<>();
    UserCode values =
        new UserCode(
            "exports values",
            () -> {
              try {
                all.complete(evaluated(ports, exports));
              } catch (IllegalStateException refused) {
                all.completeExceptionally(refused);
              }
            });
    Timer timer = new Timer();
    try {
      Runnable cancel =
          timer.after(
              LIMIT,
              () -> {
                if (all.completeExceptionally(
                    new IllegalStateException(
                        "exports: the values had not come after " + DurationText.exact(LIMIT)))) {
                  values.interrupt();
                }
              });
      all.whenComplete((_, _) -> cancel.run());
      values.start();
    } catch (NoThread e) {
      all.completeExceptionally(new IllegalStateException("exports: " + e.getMessage(), e));
    }
    return all;
  }

  private static Map<String, String> evaluated(
      Map<String, Integer> ports, Map<String, Value> exports) {
    Map<String, String> all = new LinkedHashMap<>();
    ports.forEach(
        (name, number) -> all.put(ChildEnvironment.portName(name), Integer.toString(number)));
    exports.forEach((name, value) ->
        all.put(
            name,
            switch (value) {
              case Value.Fixed(String text) -> text;
              case Value.Late late -> text(name, late);
            }));
    return all;
  }

  private static String text(String name, Value.Late late) {
    Object value;
    try {
      // A closure may answer anything, whatever its type says: `${x}` text is no String.
      value = ((Callable<?>) late.text()).call();
    } catch (Throwable e) {
      throw new IllegalStateException(
          Block.behind("exports " + name + ": its value threw ", Stack.sentence(e)), e);
    }
    if (value == null) {
      throw new IllegalStateException("exports " + name + ": its value is null");
    }
    return value.toString();
  }
}

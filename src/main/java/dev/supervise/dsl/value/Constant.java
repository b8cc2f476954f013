package dev.supervise.dsl.value;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A bare name of the language that stands for itself: `always`, `SIGTERM`, `unlimited`. As a
/// parameter type of a word it accepts the bare name and the same name as a string.
public record Constant(String name) {
  private static final Set<String> NAMES = names();

  private static Set<String> names() {
    Set<String> names =
        new LinkedHashSet<>(
            List.of(
                "always",
                "onFailure",
                "never",
                "permanent",
                "temporary",
                "unlimited",
                "oneForOne",
                "oneForAll",
                "restForOne",
                "any",
                "all",
                "started",
                "ready",
                "done",
                "ended",
                "group",
                "main",
                "kill",
                "none",
                "inherit",
                "fail",
                "ignore",
                "skip",
                "queue",
                "replace",
                "run",
                "forever"));
    for (String signal : dev.supervise.spec.Signals.names()) {
      names.add(signal);
      names.add("SIG" + signal);
    }
    return names;
  }

  /// Every constant a script may write bare.
  public static Set<String> all() {
    return NAMES;
  }

  public static boolean known(String name) {
    return NAMES.contains(name);
  }

  @Override
  public String toString() {
    return name;
  }
}

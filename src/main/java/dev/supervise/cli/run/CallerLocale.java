package dev.supervise.cli.run;

import java.util.HashMap;
import java.util.Map;

/// The user's own locale, before the launcher changed it for the JVM. Pure.
public final class CallerLocale {
  private CallerLocale() {}

  /// The environment as it was.
  public static Map<String, String> of(Map<String, String> environment) {
    Map<String, String> callers = new HashMap<>(environment);
    String given = environment.get("SUPERVISE_CALLER_LC_ALL");
    if (given != null) {
      callers.put("LC_ALL", given.startsWith("=") ? given.substring(1) : "");
    }
    return callers;
  }
}

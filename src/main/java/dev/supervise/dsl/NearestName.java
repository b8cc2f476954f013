package dev.supervise.dsl;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The name that was probably meant. Pure.
final class NearestName {
  private NearestName() {}

  /// What other tools call our words; offered only where our word is among the candidates.
  private static final Map<String, String> ELSEWHERE =
      Map.ofEntries(
          Map.entry("cmd", "command"),
          Map.entry("exec", "command"),
          Map.entry("program", "command"),
          Map.entry("sh", "shell"),
          Map.entry("environment", "env"),
          Map.entry("cwd", "dir"),
          Map.entry("workdir", "dir"),
          Map.entry("workingDir", "dir"),
          Map.entry("directory", "dir"),
          Map.entry("replicas", "instances"),
          Map.entry("numprocs", "instances"),
          Map.entry("count", "instances"),
          Map.entry("depends", "after"),
          Map.entry("dependsOn", "after"),
          Map.entry("depends_on", "after"),
          Map.entry("requires", "after"),
          Map.entry("needs", "after"),
          Map.entry("service", "process"),
          Map.entry("program_", "process"),
          Map.entry("job", "process"),
          Map.entry("group", "supervisor"),
          Map.entry("on_failure", "onFailure"),
          Map.entry("no", "never"),
          Map.entry("transient", "onFailure"),
          Map.entry("oneshot", "oneShot"),
          Map.entry("once", "oneShot"),
          Map.entry("ExecStartPre", "preStart"),
          Map.entry("ExecStartPost", "postStart"),
          Map.entry("ExecStopPost", "postStop"),
          Map.entry("log", "logs"),
          Map.entry("signal", "stop"),
          Map.entry("stopTimeout", "stopWithin"),
          Map.entry("enqueue", "submit"),
          Map.entry("retries", "retry"),
          Map.entry("timer", "schedule"),
          Map.entry("cronjob", "schedule"),
          Map.entry("sec", "seconds"),
          Map.entry("secs", "seconds"),
          Map.entry("s", "seconds"),
          Map.entry("min", "minutes"),
          Map.entry("mins", "minutes"),
          Map.entry("m", "minutes"),
          Map.entry("hr", "hours"),
          Map.entry("hrs", "hours"),
          Map.entry("h", "hours"),
          Map.entry("d", "days"),
          Map.entry("msec", "ms"),
          Map.entry("msecs", "ms"),
          Map.entry("millis", "ms"),
          Map.entry("milliseconds", "ms"),
          Map.entry("K", "KB"),
          Map.entry("M", "MB"),
          Map.entry("G", "GB"));

  /// Our word for what other tools call by this name.
  static Optional<String> elsewhere(String written) {
    return Optional.ofNullable(ELSEWHERE.get(written));
  }

  /// The candidate nearest to what was written: the same but for case, a name used for it
  /// elsewhere, or at most a third of its letters away. Ties go to the alphabetically first.
  static Optional<String> of(String written, Collection<String> candidates) {
    String known = ELSEWHERE.get(written);
    if (known != null && candidates.contains(known)) {
      return Optional.of(known);
    }
    int best = Math.max(1, written.length() / 3) + 1;
    String nearest = "";
    String lower = written.toLowerCase(Locale.ROOT);
    for (String candidate : candidates) {
      if (Math.abs(candidate.length() - written.length()) >= best + 1) {
        continue;
      }
      int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
      // Two letters that share nothing are no typo of one another.
      boolean alike = distance < Math.min(written.length(), candidate.length());
      if (alike
          && (distance < best
              || (distance == best && !nearest.isEmpty() && candidate.compareTo(nearest) < 0))) {
        best = distance;
        nearest = candidate;
      }
    }
    return nearest.isEmpty() ? Optional.empty() : Optional.of(nearest);
  }

  /// Letters to insert, delete, replace or swap with their neighbour.
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int replace = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1);
        least = Math.min(least, d[i - 1][j - 1] + replace);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          least = Math.min(least, d[i - 2][j - 2] + 1);
        }
        d[i][j] = least;
      }
    }
    return d[a.length()][b.length()];
  }
}

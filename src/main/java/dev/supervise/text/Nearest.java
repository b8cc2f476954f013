package dev.supervise.text;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Finds what somebody probably meant to write.
public final class Nearest {
  private Nearest() {}

  /// The known name closest to `name`, case aside: at most a third of its letters wrong (and never
  /// more than three); empty when none is that close. Ties go to the first in alphabetical order.
  public static String to(String name, Collection<String> known) {
    return within(Math.min(3, Math.max(1, name.length() / 3)), name, known);
  }

  /// The same with at most so many edits. Names that share no letter are never close.
  public static String within(int edits, String name, Collection<String> known) {
    String best = "";
    int least = edits + 1;
    String lower = name.toLowerCase(Locale.ROOT);
    for (String candidate : known) {
      if (candidate.isEmpty() || Math.abs(candidate.length() - name.length()) > least) {
        continue;
      }
      int distance = distance(lower, candidate.toLowerCase(Locale.ROOT));
      if (distance > 0 && distance >= Math.min(name.length(), candidate.length())) {
        continue;
      }
      if (distance < least
          || distance == least && !best.isEmpty() && candidate.compareTo(best) < 0) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  /// The same for the name of a unit, which may be written short: the path that the name is closest
  /// to, by as many of its last parts as the name has. `dbb` is near to `backend/db`.
  public static String path(String name, Collection<String> paths) {
    long parts = parts(name);
    // Of several paths that end alike, the first in alphabetical order.
    Map<String, String> byEnd = new TreeMap<>();
    for (String path : paths) {
      byEnd.merge(end(path, parts), path, (a, b) -> a.compareTo(b) <= 0 ? a : b);
    }
    String near = to(name, byEnd.keySet());
    return near.isEmpty() ? to(name, paths) : byEnd.getOrDefault(near, near);
  }

  private static long parts(String name) {
    return name.chars().filter(c -> c == '/').count() + 1;
  }

  private static String end(String path, long parts) {
    int from = path.length();
    for (long i = 0; i < parts && from >= 0; i++) {
      from = path.lastIndexOf('/', from - 1);
    }
    return path.substring(from + 1);
  }

  /// Edits from one to the other: insert, delete, replace, swap neighbours (optimal string
  /// alignment).
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}

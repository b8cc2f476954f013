package dev.supervise.spec;

import java.util.Collection;
import java.util.Locale;

/// Finds what somebody probably meant to write.
public final class Nearest {
  private Nearest() {}

  /// The known name closest to `name`, case aside: at most a third of its letters wrong (and never
  /// more than three); empty when none is that close. Ties go to the first in alphabetical order.
  public static String to(String name, Collection<String> known) {
    String best = "";
    int least = Math.min(3, Math.max(1, name.length() / 3)) + 1;
    for (String candidate : known.stream().filter(k -> !k.isEmpty()).sorted().toList()) {
      int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best;
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

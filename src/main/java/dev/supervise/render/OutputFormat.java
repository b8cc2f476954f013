package dev.supervise.render;

import java.util.Locale;
import java.util.Map;

/// The place a listing goes to.
///
/// @param columns how wide it is; 0: as wide as it takes (a file, a pipe)
/// @param colour paint by state
/// @param unicode lines and marks beyond ASCII may be drawn
public record OutputFormat(int columns, boolean colour, boolean unicode) {
  /// No limit, no colour, ASCII: what scripts read.
  public static final OutputFormat PLAIN = new OutputFormat(0, false, false);

  /// What is left of it behind an indentation.
  OutputFormat indented(int by) {
    return columns == 0 ? this : new OutputFormat(Math.max(1, columns - by), colour, unicode);
  }

  /// Whether the user's own locale is UTF-8, by the rule of POSIX: the first that is set of
  /// `LC_ALL`, `LC_CTYPE`, `LANG`.
  ///
  /// @param environment the user's, not what the launcher made of it for the JVM
  public static boolean utf8(Map<String, String> environment) {
    for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String value = environment.getOrDefault(name, "");
      if (!value.isEmpty()) {
        String lower = value.toLowerCase(Locale.ROOT);
        return lower.contains("utf-8") || lower.contains("utf8");
      }
    }
    return false;
  }
}

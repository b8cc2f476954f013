package dev.supervise.render;

import java.util.Map;

/// Colours for a terminal that wants them; nothing at all otherwise.
public enum Style {
  PLAIN(""),
  GOOD("\033[32m"),
  BAD("\033[1;31m"),
  PALE("\033[2m"),
  CARE("\033[33m"),
  STRONG("\033[1m");

  public static final String RESET = "\033[0m";

  /// Told apart from each other, and from what [#GOOD] and [#BAD] mean.
  private static final String[] NAMES = {
    "\033[36m", "\033[33m", "\033[35m", "\033[34m", "\033[96m", "\033[93m", "\033[95m", "\033[94m"
  };

  private final String code;

  Style(String code) {
    this.code = code;
  }

  /// `--color`.
  public enum When {
    AUTO,
    ALWAYS,
    NEVER;

    /// `auto` means a terminal that is not dumb, unless `NO_COLOR` (no-color.org) is set.
    public boolean on(boolean terminal, Map<String, String> environment) {
      return switch (this) {
        case ALWAYS -> true;
        case NEVER -> false;
        case AUTO ->
            terminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
      };
    }
  }

  public String paint(String text) {
    return this == PLAIN || text.isEmpty() ? text : code + text + RESET;
  }

  /// The colour of the `index`-th name, to be ended with [#RESET].
  public static String name(int index) {
    return NAMES[Math.floorMod(index, NAMES.length)];
  }
}

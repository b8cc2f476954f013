package dev.supervise.spec;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/// Linux's signal names (signal(7); the numbers of x86 and ARM).
public final class Signals {
  public static final int HUP = 1;
  public static final int INT = 2;
  public static final int KILL = 9;
  public static final int TERM = 15;

  private static final List<String> NAMES =
      List.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");

  private Signals() {}

  /// Every name without its `SIG`, in order of number from 1.
  public static List<String> names() {
    return NAMES;
  }

  /// `SIGTERM`, or `signal 40` for one without a name.
  public static String name(int signal) {
    return signal >= 1 && signal <= NAMES.size()
        ? "SIG" + NAMES.get(signal - 1)
        : "signal " + signal;
  }

  /// Accepts `TERM`, `SIGTERM`, `sigterm`, `15`.
  public static OptionalInt number(String text) {
    String name = text.toUpperCase(Locale.ROOT);
    if (name.startsWith("SIG")) {
      name = name.substring(3);
    }
    int index = NAMES.indexOf(name);
    if (index >= 0) {
      return OptionalInt.of(index + 1);
    }
    if (!text.isEmpty() && text.length() <= 2 && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int number = Integer.parseInt(text);
      return number >= 1 && number <= 64 ? OptionalInt.of(number) : OptionalInt.empty();
    }
    return OptionalInt.empty();
  }
}

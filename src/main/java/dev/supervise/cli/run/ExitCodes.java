package dev.supervise.cli.run;

/// What `supervise` ends with. A significant unit's own code passes through unchanged.
public final class ExitCodes {
  public static final int FINE = 0;

  /// The tree gave up, a goal was not reached, something was left over, or the state directory is
  /// another supervisor's.
  public static final int FAILED = 1;

  /// The script or the arguments are wrong; nothing was started.
  public static final int WRONG = 2;

  /// Nothing is running that could have been asked.
  public static final int NOTHING_RUNS = 3;

  /// A name means no unit, or several.
  public static final int NO_SUCH_UNIT = 4;

  /// A `wait` took too long.
  public static final int TIMED_OUT = 124;

  private ExitCodes() {}
}

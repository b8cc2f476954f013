package dev.supervise.run;

/// What `supervise` ends with, in the foreground and as a client. A significant unit's own code
/// passes through unchanged.
public final class ExitCodes {
  /// Every goal was reached; the order was carried out (POSIX: success is zero).
  public static final int FINE = 0;

  /// The tree gave up, a goal was not reached, something was left over, or the state directory is
  /// another supervisor's; an order was not carried out, or without the success that was asked for
  /// (C's `EXIT_FAILURE`).
  public static final int FAILED = 1;

  /// The script or the words are wrong; nothing was started (shells: wrong usage).
  public static final int WRONG = 2;

  /// Nothing is running that could have been asked (LSB's `status`: the program is not running).
  public static final int NOTHING_RUNS = 3;

  /// A name means no unit, or several (LSB's `status`: unknown; `systemctl`: no such unit).
  public static final int NO_SUCH_UNIT = 4;

  /// What was waited for has not come in time, or the instance does not answer (`timeout(1)`).
  public static final int TIMED_OUT = 124;

  private ExitCodes() {}

  /// Left at once because of a signal (shells: 128 and its number); 130 for Ctrl-C.
  public static int signalled(int signal) {
    return 128 + signal;
  }
}

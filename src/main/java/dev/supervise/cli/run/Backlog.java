package dev.supervise.cli.run;

/// Lines that wait for the display. Not thread-safe: [Display] holds its lock around every call.
interface Backlog {
  /// Takes a line of a child's; leaves one out, and counts it, when there is no room.
  void output(byte[] prefix, byte[] bytes, int offset, int length);

  /// Takes a line of our own, likewise.
  void change(byte[] line);

  boolean isEmpty();

  /// Everything waiting, in order, ready to be written; afterwards nothing waits.
  byte[] take();
}

package dev.supervise.worker;

/// Takes what units write, for display. Called by log-writer threads and functions, never by the
/// loop.
@FunctionalInterface
public interface Output {
  /// One line, without its newline, secrets already masked. The bytes are the callee's for the time
  /// of the call only. It must not wait for anybody: children and their logs would wait, too.
  void line(String path, byte[] bytes, int offset, int length);
}

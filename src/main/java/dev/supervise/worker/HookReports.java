package dev.supervise.worker;

/// What becomes of one try of a hook: exactly one of these, from any thread, also after a cancel.
/// Posts and returns.
public interface HookReports {
  void done();

  /// @param why `exit 3`, `no end within 30 s`, `IllegalStateException: boom`
  void failed(String why);
}

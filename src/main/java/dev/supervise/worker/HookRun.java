package dev.supervise.worker;

/// One try of one hook, as the loop addresses it.
public interface HookRun {
  /// Kills everything it has started; a closure is interrupted and fenced. The report still
  /// follows, as soon as nothing of it lives. Never blocks; does nothing when it is over.
  void cancel();
}

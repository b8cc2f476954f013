package dev.supervise.worker;

/// One life of one unit, as the loop addresses it. Called by the loop alone; never blocks; every
/// call on a run that is over is fine and does nothing.
public interface Run {
  /// Do one thing to bring the run to its end, or to tell it something. A signal that arrives while
  /// the start is still being prepared (values evaluated, files read) cancels the start:
  /// [Reports#notUp] follows at once and nothing is spawned. A signal after the spawn was asked for
  /// reaches the child.
  void perform(Action action);
}

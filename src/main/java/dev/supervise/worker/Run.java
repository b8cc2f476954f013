package dev.supervise.worker;

/// One life of one unit, as the loop addresses it. Called by the loop alone; never blocks; every call on a
/// run that is over is fine and does nothing.
public interface Run {
  /// Do one thing to bring the run to its end, or to tell it something.
  void perform(Action action);
}

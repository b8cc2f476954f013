package dev.supervise.run;

/// An edge between two gates: `to` is told when `from` is down, or, from a supervisor to its child,
/// when what waits for the supervisor is.
sealed interface StopTie {
  StopGate from();

  StopGate to();

  void tie();

  void untie();

  /// A unit and what it needs.
  record Needs(StopGate from, StopGate to) implements StopTie {
    @Override
    public void tie() {
      from.need(to);
    }

    @Override
    public void untie() {
      from.needNot(to);
    }
  }

  /// A supervisor and a child.
  record Inside(StopGate from, StopGate to) implements StopTie {
    @Override
    public void tie() {
      from.hold(to);
    }

    @Override
    public void untie() {
      from.holdNot(to);
    }
  }
}

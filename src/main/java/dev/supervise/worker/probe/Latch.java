package dev.supervise.worker.probe;

import java.util.function.Consumer;
import java.util.function.Supplier;

/// A check that holds from the moment the unit has said so: a line in its log, `READY=1`,
/// `ctx.ready()`.
final class Latch implements Probe {
  private final Supplier<String> missing;
  private final Runnable changed;
  private volatile boolean set;

  /// @param missing why it does not hold yet
  /// @param changed called when it begins to hold; any thread
  Latch(Supplier<String> missing, Runnable changed) {
    this.missing = missing;
    this.changed = changed;
  }

  void set() {
    if (!set) {
      set = true;
      changed.run();
    }
  }

  boolean isSet() {
    return set;
  }

  @Override
  public Runnable attempt(Consumer<ProbeResult> told) {
    told.accept(set ? ProbeResult.HOLDS : ProbeResult.not(missing.get()));
    return () -> {};
  }

  @Override
  public boolean speaksUp() {
    return true;
  }
}

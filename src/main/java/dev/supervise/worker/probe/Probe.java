package dev.supervise.worker.probe;

import java.util.function.Consumer;

/// One check of one run, to be tried any number of times, one try after the other.
public interface Probe {
  /// Begins a try and returns at once.
  ///
  /// @param told called once, from any thread, possibly before this returns; after a cancel it need
  ///   not be called any more
  /// @return cancels the try, at once; nothing it started lives on
  Runnable attempt(Consumer<ProbeResult> told);

  /// Whether its answer only changes when the unit says something, so that nobody need ask again
  /// before.
  default boolean speaksUp() {
    return false;
  }
}

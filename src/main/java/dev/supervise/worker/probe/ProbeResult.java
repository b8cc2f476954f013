package dev.supervise.worker.probe;

/// What one try of a check came to.
///
/// @param why empty when it holds; otherwise why not, for the operator
public record ProbeResult(String why) {
  static final ProbeResult HOLDS = new ProbeResult("");

  static ProbeResult not(String why) {
    return new ProbeResult(why);
  }

  boolean holds() {
    return why.isEmpty();
  }
}

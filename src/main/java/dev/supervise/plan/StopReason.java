package dev.supervise.plan;

/// Why a unit is on its way down.
public sealed interface StopReason {
  StopReason OWN_END = new OwnEnd();
  StopReason ASKED = new Asked();
  StopReason AT_ONCE = new AtOnce();

  /// Its leader ended by itself; what is left of the run is being ended.
  record OwnEnd() implements StopReason {}

  /// The operator, a round or a shutdown asked.
  record Asked() implements StopReason {}

  /// It was to be killed without more ado: no hook is run any more.
  record AtOnce() implements StopReason {}

  /// It did not come up as declared.
  ///
  /// @param attempt the how manieth try of this start attempt it was, from 1
  /// @param again whether `startRetries` covers this kind of failure
  record StartFailed(String message, int attempt, boolean again) implements StopReason {}

  /// Its `alive` probe failed too often.
  record Unhealthy(String message) implements StopReason {}
}

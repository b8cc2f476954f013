package dev.supervise.spec;

/// Whom a failed child takes with it (OTP's supervision strategies).
public enum Strategy {
  /// Nobody: the failed child alone is restarted. The default.
  ONE_FOR_ONE,
  /// Every sibling.
  ONE_FOR_ALL,
  /// The siblings that come after it in start order.
  REST_FOR_ONE
}

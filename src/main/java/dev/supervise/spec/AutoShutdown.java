package dev.supervise.spec;

/// Whether a supervisor ends when its significant children have ended by themselves (OTP 24).
public enum AutoShutdown {
  NEVER,
  /// The first significant child that ends takes the supervisor down.
  ANY,
  /// The last one does.
  ALL
}

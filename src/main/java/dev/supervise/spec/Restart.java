package dev.supervise.spec;

/// When a unit that ended by itself is started again (OTP's restart types).
public enum Restart {
  /// On every end: OTP's `permanent`.
  ALWAYS,
  /// On failure only: OTP's `transient`. The default.
  ON_FAILURE,
  /// Not at all: OTP's `temporary`.
  NEVER
}

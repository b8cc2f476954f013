package dev.supervise.plan;

/// How the end of a run is to be read.
public enum EndKind {
  /// It ended by itself, successfully.
  SUCCESS,
  /// It ended by itself, in any other way, or never came up.
  FAILURE,
  /// It was asked to end and did.
  STOPPED,
  /// It was asked to end and had to be killed.
  KILLED
}

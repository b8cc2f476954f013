package dev.supervise.run;

/// A part of a record that stays within the process: it is neither sent nor printed, and `null` in
/// a record that was received.
public interface Local {}

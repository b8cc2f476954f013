package dev.supervise.store;

/// An attempt at a task that is over while the task went on after it; how the last one stands is in
/// the task's own row. Instants are milliseconds since 1970.
///
/// @param number counted from 1
/// @param outcome one word: `failed`, `crashed`, `shutdown`, `cancelled`, `completed`
/// @param error why it failed; empty where it did not
public record AttemptRow(int number, long startedAt, long endedAt, String outcome, String error) {}

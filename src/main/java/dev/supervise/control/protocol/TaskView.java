package dev.supervise.control.protocol;

import java.util.List;

/// One task as it is on record. Instants are milliseconds since 1970, 0 where there is none yet.
///
/// @param seq its place among all submissions
/// @param params a JSON object
/// @param state `queued`, `running`, `completed`, `failed`, `cancelled`
/// @param attempt attempts begun
/// @param crashes attempts since it was submitted last during which the supervisor died
/// @param due not to be tried again before
/// @param error why the last attempt failed
/// @param result what it left, as JSON
/// @param fraction how far it says it is, from 0 to 1
/// @param progress the words it used for that
/// @param waits for what it waits while it is queued or runs; empty where it does not
/// @param attempts those before the last one; only where one task was asked for
public record TaskView(
    String id,
    long seq,
    String type,
    String params,
    String state,
    int attempt,
    int crashes,
    long submittedAt,
    long startedAt,
    long completedAt,
    long due,
    String error,
    String result,
    double fraction,
    String progress,
    String waits,
    List<Past> attempts) {
  public TaskView {
    attempts = List.copyOf(attempts);
  }

  /// Without what it was given and what it came to: that may hold secrets.
  public TaskView withoutTexts() {
    return new TaskView(
        id,
        seq,
        type,
        NOT_SHOWN,
        state,
        attempt,
        crashes,
        submittedAt,
        startedAt,
        completedAt,
        due,
        error.isEmpty() ? "" : "not shown",
        result.isEmpty() ? "" : NOT_SHOWN,
        fraction,
        "",
        "",
        List.of());
  }

  /// As JSON.
  private static final String NOT_SHOWN = "\"not shown\"";

  /// Nothing more will happen to it by itself.
  public boolean over() {
    return !state.equals("queued") && !state.equals("running");
  }

  /// An attempt that is over while the task went on.
  ///
  /// @param outcome `failed`, `crashed`, `shutdown`, `completed`, `cancelled`
  public record Past(int number, long startedAt, long endedAt, String outcome, String error) {}
}

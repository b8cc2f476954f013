package dev.supervise.control.protocol;

import java.util.List;

/// One entry of the journal as clients see it. Secrets are masked.
///
/// @param id where it stands in the journal; later ones are larger
/// @param time when it happened, in milliseconds since 1970
/// @param kind `state`, `asked`, `warning`, `note`, or `ended` where an instance did
/// @param path the unit's full name; empty for the tree as a whole
/// @param was the status before; empty for what is no change of one
/// @param status the status from then on; empty for what is no change of one
/// @param what what happened: `exit 1 after 0.8 s`; for what was asked the request
/// @param next what was to happen next: `restart 3 in 1.6 s`; for what was asked, who did
/// @param causes what led to it, the nearest first
/// @param output the last lines the unit had written when it failed
/// @param stack the stack of what a function threw when it failed, the script's line first
/// @param times how often it happened, where equal ones were merged
/// @param upTo when it happened for the last time
public record Event(
    long id,
    long time,
    String kind,
    String path,
    String was,
    String status,
    String what,
    String next,
    List<Reason> causes,
    List<String> output,
    List<String> stack,
    long times,
    long upTo) {
  /// One reason: what happened to whom, when.
  public record Reason(long time, String path, String text) {}

  public Event {
    causes = List.copyOf(causes);
    output = List.copyOf(output);
    stack = List.copyOf(stack);
  }
}

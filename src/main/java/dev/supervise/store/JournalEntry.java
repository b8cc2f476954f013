package dev.supervise.store;

import java.util.List;
import java.util.Locale;

/// One line of the journal: what became of a unit, or what was asked, and why.
///
/// @param id where it stands in the journal; later ones are larger; 0 before it is written
/// @param at when it happened, in milliseconds since 1970
/// @param path the unit's full name; empty for the tree as a whole
/// @param was the status before; empty for what is no transition
/// @param status the status from then on, as shown: `backing-off`; empty for what is no transition
/// @param what what happened: `exit 1 after 0.8 s`
/// @param next what was to happen next: `restart 3 in 1.6 s`
/// @param causes what led to it, the nearest first
/// @param output the last lines the unit had written when it failed
/// @param stack the stack of what a function threw when it failed
/// @param times how often it happened, this time included: equal ones are merged when there are too
///   many to be written one by one
/// @param upTo when it happened for the last time
public record JournalEntry(
    long id,
    long at,
    Kind kind,
    String path,
    String was,
    String status,
    String what,
    String next,
    List<Link> causes,
    List<String> output,
    List<String> stack,
    long times,
    long upTo) {
  /// What an entry is about.
  public enum Kind {
    /// A unit's status changed.
    STATE,
    /// Somebody asked for something; `what` is the request, `next` who asked.
    ASKED,
    /// Something went wrong without changing a status.
    WARNING,
    /// About the journal or the engine: it began, or left something out.
    NOTE;

    /// As shown: `state`.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// One reason.
  public record Link(long at, String path, String text) {}

  /// One that concerns no status.
  public static JournalEntry of(Kind kind, long at, String path, String what, String next) {
    return new JournalEntry(
        0, at, kind, path, "", "", what, next, List.of(), List.of(), List.of(), 1, at);
  }

  JournalEntry numbered(long number) {
    return new JournalEntry(
        number, at, kind, path, was, status, what, next, causes, output, stack, times, upTo);
  }
}

package dev.supervise.control.protocol;

import dev.supervise.run.Status;
import java.time.Duration;
import java.util.List;

/// One thing that was followed. Secrets are masked.
public sealed interface FeedItem {
  /// A unit shows another status than before.
  ///
  /// @param at since the instance was opened
  /// @param time milliseconds since 1970
  /// @param ready whether it is up as declared
  /// @param what what happened: `exit 1 after 0.8 s`; may be empty
  /// @param next what happens next and when: `restart 3 in 1.6 s`; may be empty
  /// @param output the last lines of the run that failed
  record Changed(
      Duration at,
      long time,
      String path,
      String kind,
      Status from,
      Status status,
      boolean ready,
      String what,
      String next,
      List<String> output)
      implements FeedItem {
    public Changed {
      output = List.copyOf(output);
    }
  }

  /// An entry was made in the journal.
  record Happened(Event event) implements FeedItem {}

  /// A line a unit wrote.
  record Line(long time, String path, String text) implements FeedItem {}

  /// A line that typed code printed, or of what it came to.
  record Said(String text) implements FeedItem {}

  /// So many items came faster than they were taken and are left out here.
  record Dropped(long count) implements FeedItem {}

  /// Nothing comes any more.
  ///
  /// @param why empty: it went well, or is over
  /// @param misread a typed line that was not understood: nothing of it was done
  record End(String why, boolean misread) implements FeedItem {
    public End(String why) {
      this(why, false);
    }
  }
}

package dev.supervise.plan;

import dev.supervise.spec.ScheduleSpec;
import dev.supervise.spec.ScheduleSpec.Missed;
import dev.supervise.spec.ScheduleSpec.Overlap;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Where a schedule stands, and what is to be done about it at a moment. Pure.
///
/// @param since when it was first seen with its present rhythm
/// @param suspended nothing is done until it is resumed
/// @param last the moment it fired for last
/// @param next the moment it fires for next; empty when there is none any more
public record ScheduleState(
    Instant since, boolean suspended, Optional<Instant> last, Optional<Instant> next) {
  /// Whoever is later than this has slept: the machine was suspended, or its clock was set.
  private static final Duration LATE = Duration.ofMinutes(1);

  /// What is to be done.
  public sealed interface Turn {
    /// Nothing before that moment; nothing at all where it is empty.
    record Wait(Optional<Instant> until) implements Turn {}

    /// The moment is left out.
    record Pass(ScheduleState then) implements Turn {}

    /// A task is submitted.
    ///
    /// @param moment the one it is submitted for
    /// @param before what becomes of the task before
    record Fire(Instant moment, Before before, ScheduleState then) implements Turn {}
  }

  /// What becomes of a task that has not ended when the next one is submitted.
  public enum Before {
    /// Nothing: there is none.
    NONE,
    /// It goes on, if it has not ended, and the next one begins when it is over.
    AWAITED,
    /// It is cancelled, and the next one begins when its body has come back.
    CANCELLED
  }

  /// A schedule nobody has seen before has missed nothing.
  public static ScheduleState begun(Recurrence rhythm, Instant now) {
    return new ScheduleState(now, false, Optional.empty(), rhythm.after(now, now));
  }

  /// Taken up again after a time in which nothing was done for it. What was missed and is to run is
  /// due now.
  public ScheduleState takenUp(ScheduleSpec spec, Recurrence rhythm, Instant now) {
    boolean missed = next.isPresent() && !next.get().isAfter(now);
    return missed && spec.missed() == Missed.SKIP ? onwards(rhythm, now) : this;
  }

  /// @param active the task it submitted last has not ended
  public Turn turn(ScheduleSpec spec, Recurrence rhythm, boolean active, Instant now) {
    if (suspended || next.isEmpty()) {
      return new Turn.Wait(Optional.empty());
    }
    Instant moment = next.get();
    if (moment.isAfter(now)) {
      // A clock that was set back brings moments again. Who fires for one twice submits one task.
      ScheduleState onwards = onwards(rhythm, now);
      boolean sooner = onwards.next().filter(moment::isAfter).isPresent();
      return sooner ? new Turn.Pass(onwards) : new Turn.Wait(next);
    }
    boolean slept = Duration.between(moment, now).compareTo(LATE) > 0;
    boolean missed = slept && spec.missed() == Missed.SKIP;
    boolean overlaps = active && spec.overlap() == Overlap.SKIP;
    return missed || overlaps
        ? new Turn.Pass(onwards(rhythm, now))
        : new Turn.Fire(moment, before(spec.overlap(), active), fired(moment, rhythm, now));
  }

  /// What a schedule does about the task it submitted last when it submits one.
  ///
  /// @param active it has not ended
  public static Before before(Overlap overlap, boolean active) {
    return switch (overlap) {
      case SKIP -> Before.NONE;
      // The last one may have been taken back while those before it have not ended.
      case QUEUE -> Before.AWAITED;
      case REPLACE -> active ? Before.CANCELLED : Before.NONE;
    };
  }

  public ScheduleState withSuspended(boolean suspended) {
    return new ScheduleState(since, suspended, last, next);
  }

  private ScheduleState fired(Instant moment, Recurrence rhythm, Instant onFrom) {
    return new ScheduleState(since, suspended, Optional.of(moment), rhythm.after(onFrom, since));
  }

  private ScheduleState onwards(Recurrence rhythm, Instant now) {
    return new ScheduleState(since, suspended, last, rhythm.after(now, since));
  }
}

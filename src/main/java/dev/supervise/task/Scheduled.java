package dev.supervise.task;

import dev.supervise.plan.Recurrence;
import dev.supervise.plan.ScheduleState;
import dev.supervise.spec.ScheduleSpec;
import dev.supervise.store.ScheduleRow;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// One schedule as it is declared and as it is on record. Belongs to whoever holds [Schedules].
final class Scheduled {
  final ScheduleSpec spec;
  final Recurrence rhythm;
  ScheduleRow row;

  /// What was said last about a task that was refused.
  String refused = "";

  private Scheduled(ScheduleSpec spec, Recurrence rhythm, ScheduleRow row) {
    this.spec = spec;
    this.rhythm = rhythm;
    this.row = row;
  }

  /// What is wanted beside what is known. With another rhythm it begins anew, but stays suspended.
  ///
  /// @param known what is on record of it
  /// @param there as it was until now, if it was there since this supervisor's start
  static Scheduled of(
      ScheduleSpec spec, Optional<ScheduleRow> known, Optional<Scheduled> there, Instant now) {
    Recurrence rhythm = Recurrence.of(spec.when());
    String plan = Recurrence.text(spec.when());
    Optional<ScheduleRow> same = known.filter(row -> row.plan().equals(plan));
    if (same.isPresent()) {
      Scheduled on = new Scheduled(spec, rhythm, same.get());
      if (there.isEmpty()) {
        on.row = on.row(on.agenda().takenUp(spec, rhythm, now), same.get().lastTask());
      }
      return on;
    }
    ScheduleRow empty =
        new ScheduleRow(spec.name(), plan, now.toEpochMilli(), false, 0, 0, Optional.empty());
    Scheduled anew = new Scheduled(spec, rhythm, empty);
    boolean suspended = known.map(ScheduleRow::suspended).orElse(false);
    anew.row =
        anew.row(
            ScheduleState.begun(rhythm, now).withSuspended(suspended),
            known.flatMap(ScheduleRow::lastTask));
    return anew;
  }

  ScheduleState agenda() {
    return new ScheduleState(
        Instant.ofEpochMilli(row.since()),
        row.suspended(),
        instant(row.lastFire()),
        instant(row.nextFire()));
  }

  private static Optional<Instant> instant(long millis) {
    return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  /// As it goes on record when it stands so.
  ///
  /// @param task the one it submitted last
  ScheduleRow row(ScheduleState agenda, Optional<UUID> task) {
    return new ScheduleRow(
        spec.name(),
        row.plan(),
        agenda.since().toEpochMilli(),
        agenda.suspended(),
        agenda.last().map(Instant::toEpochMilli).orElse(0L),
        agenda.next().map(Instant::toEpochMilli).orElse(0L),
        task);
  }

  /// The id of the task of a moment: the same whenever it is asked for.
  UUID task(Instant moment) {
    String what = spec.name() + " " + row.plan() + " " + moment;
    return UUID.nameUUIDFromBytes(what.getBytes(StandardCharsets.UTF_8));
  }
}

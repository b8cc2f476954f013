package dev.supervise.plan

import dev.supervise.plan.ScheduleState.Turn
import dev.supervise.spec.Origin
import dev.supervise.spec.ScheduleSpec
import dev.supervise.spec.ScheduleSpec.Missed
import dev.supervise.spec.ScheduleSpec.Overlap
import dev.supervise.spec.ScheduleSpec.When
import java.time.Duration
import java.time.Instant
import spock.lang.Specification

/// What a schedule does at a moment. Times are seconds since its beginning; it fires every 10.
class ScheduleStateSpec extends Specification {
  static final When EVERY = new When.Every(Duration.ofSeconds(10))
  static final Recurrence RHYTHM = Recurrence.of(EVERY)

  static Instant at(Number second) {
    Instant.ofEpochSecond(1_000_000).plusMillis((long) (second * 1000))
  }

  static ScheduleSpec spec(Map with = [:]) {
    new ScheduleSpec('s', Origin.NONE, EVERY, with.overlap ?: Overlap.SKIP, with.missed ?: Missed.SKIP, 't', [:])
  }

  static ScheduleState next(Number second) {
    new ScheduleState(at(0), false, Optional.empty(), Optional.of(at(second)))
  }

  static Number nextOf(Turn turn) {
    Duration.between(at(0), turn.then().next().get()).toMillis() / 1000
  }

  def 'a new schedule waits for its first moment'() {
    given:
    def agenda = ScheduleState.begun(RHYTHM, at(0))

    expect:
    agenda.next().get() == at(10)
    agenda.turn(spec(), RHYTHM, false, at(9.9)) == new Turn.Wait(Optional.of(at(10)))
    agenda.turn(spec(), RHYTHM, false, at(10)) == new Turn.Fire(at(10), ScheduleState.Before.NONE, new ScheduleState(at(0), false, Optional.of(at(10)), Optional.of(at(20))))
  }

  def 'the rhythm is kept: a late turn moves no moment, and several that passed come as one'() {
    expect:
    nextOf(next(10).turn(spec(), RHYTHM, false, at(13))) == 20
    nextOf(next(10).turn(spec(), RHYTHM, false, at(45))) == 50
  }

  def 'while the task before has not ended, #overlap makes it #kind'() {
    given:
    def turn = next(10).turn(spec(overlap: overlap), RHYTHM, true, at(12))

    expect:
    turn.class.simpleName == kind
    nextOf(turn) == 20
    !(turn instanceof Turn.Fire) || turn.before() == before && turn.moment() == at(10)

    where:
    overlap         || kind   | before
    Overlap.SKIP    || 'Pass' | null
    Overlap.QUEUE   || 'Fire' | ScheduleState.Before.AWAITED
    Overlap.REPLACE || 'Fire' | ScheduleState.Before.CANCELLED
  }

  def 'moments that passed while nothing ran: #missed, #kind'() {
    given:
    def known = next(10)
    def agenda = known.takenUp(spec(missed: missed), RHYTHM, at(12))
    def turn = agenda.turn(spec(missed: missed), RHYTHM, false, at(12))

    expect:
    turn.class.simpleName == kind
    agenda.next().get() == at(next)

    and: 'after hours, too'
    known.takenUp(spec(missed: missed), RHYTHM, at(7205)).turn(spec(missed: missed), RHYTHM, false, at(7205)).class.simpleName == kind

    where:
    missed      || kind   | next
    Missed.RUN  || 'Fire' | 10
    Missed.SKIP || 'Wait' | 20
  }

  def 'a machine that slept for more than a minute has missed what it slept through'() {
    expect:
    next(10).turn(spec(missed: Missed.SKIP), RHYTHM, false, at(75)) instanceof Turn.Pass
    next(10).turn(spec(missed: Missed.RUN), RHYTHM, false, at(75)) instanceof Turn.Fire
    nextOf(next(10).turn(spec(missed: Missed.RUN), RHYTHM, false, at(75))) == 80
  }

  def 'a clock that was set back, far or near, does not make a schedule wait for what it showed before'() {
    expect:
    nextOf(next(100_010).turn(spec(), RHYTHM, false, at(25))) == 30
    nextOf(next(100_010).turn(spec(), RHYTHM, false, at(-25))) == -20
    nextOf(next(100_010).turn(spec(), RHYTHM, false, at(-20))) == -10
  }

  def 'a suspended schedule does nothing, and one without a further moment neither'() {
    expect:
    next(10).withSuspended(true).turn(spec(), RHYTHM, false, at(60)) == new Turn.Wait(Optional.empty())
    new ScheduleState(at(0), false, Optional.empty(), Optional.empty()).turn(spec(), RHYTHM, false, at(60)) == new Turn.Wait(Optional.empty())
  }

  def 'the words of a rhythm are the same for the same rhythm only'() {
    expect:
    Recurrence.text(EVERY) == 'every PT10S'
    Recurrence.text(new When.Cron(' 0 3 * * * ', java.time.ZoneId.of('UTC'))) == 'cron 0 3 * * * UTC'
  }
}

package dev.supervise.task

import dev.supervise.spec.Pause
import dev.supervise.spec.TaskSpec.Retry
import dev.supervise.store.TaskRow
import dev.supervise.store.TaskRow.Mark
import dev.supervise.store.TaskRow.Tally
import dev.supervise.store.TaskState
import java.time.Duration
import spock.lang.Specification

class RulesSpec extends Specification {
  static row(Map m = [:]) {
    new TaskRow(1, new UUID(0, 1), 'a', '{}', m.state ?: TaskState.RUNNING, m.attempt ?: 1, m.tally ?: Tally.NONE, 1000, 2000, 0, 0, m.error ?: '', '', 0, '', '')
  }

  def 'a row found as running after #mark: crashes #crashes then #state with #after'() {
    when:
    def next = Rules.found(row(tally: new Tally(1, crashes[0], crashes[1], mark)), 9000)
    then:
    next.state() == state
    next.tally().with { [it.failures(), it.crashes(), it.alone()] } == [1, *after]
    [next.submittedAt(), next.attempt()] == [1000L, 1]
    where:
    mark             | crashes || state            | after
    Mark.SHUTDOWN    | [0, 0]  || TaskState.QUEUED | [0, 0]
    Mark.SHUTDOWN    | [4, 4]  || TaskState.QUEUED | [4, 4]
    Mark.CRASH       | [0, 0]  || TaskState.QUEUED | [1, 0]
    Mark.CRASH       | [9, 4]  || TaskState.QUEUED | [10, 4]
    Mark.CRASH_ALONE | [2, 0]  || TaskState.QUEUED | [3, 1]
    Mark.CRASH_ALONE | [5, 3]  || TaskState.QUEUED | [6, 4]
    Mark.CRASH_ALONE | [6, 4]  || TaskState.FAILED | [7, 5]
  }

  def 'the fifth crash while alone quarantines; submitted again it begins with a clean sheet'() {
    when:
    def failed = Rules.found(row(attempt: 7, tally: new Tally(0, 6, 4, Mark.CRASH_ALONE)), 9000)
    def again = Rules.again(failed)
    then:
    failed.error().startsWith('quarantined')
    failed.completedAt() == 9000
    Rules.submitted(Optional.of(failed), 'a', '{}') == new Rules.Submission.Again()
    [again.state(), again.tally(), again.attempt()] == [TaskState.QUEUED, Tally.NONE, 7]
  }

  def 'two crashes make a suspect'() {
    expect:
    [0, 1, 2, 3].collect { Rules.suspect(row(tally: new Tally(0, it, 0, Mark.CRASH))) } == [false, false, true, true]
  }

  def 'a failure is tried again as often as retry says, after its pause'() {
    given:
    def retry = new Retry(2, new Pause.Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10), 3, 0, Duration.ofMinutes(1)))
    when:
    def first = Rules.failed(row(), retry, 'one', '', 5000, 0.5d)
    def second = Rules.failed(first, retry, 'two', '', 6000, 0.5d)
    def third = Rules.failed(second, retry, 'three', '5', 7000, 0.5d)
    then:
    [first.state(), first.due(), first.error()] == [TaskState.QUEUED, 6000L, 'one']
    [second.state(), second.due(), second.error()] == [TaskState.QUEUED, 9000L, 'two']
    [third.state(), third.completedAt(), third.error()] == [TaskState.FAILED, 7000L, 'three']
  }

  def 'submitting an id that is #state comes to #what'() {
    expect:
    Rules.submitted(Optional.of(row(state: state)), 'a', '{}').class.simpleName == what
    where:
    state               | what
    TaskState.QUEUED    | 'Same'
    TaskState.RUNNING   | 'Same'
    TaskState.COMPLETED | 'Same'
    TaskState.FAILED    | 'Again'
    TaskState.CANCELLED | 'Again'
  }
}

package dev.supervise.task

import dev.supervise.store.TaskRow
import dev.supervise.store.TaskRow.Mark
import dev.supervise.store.TaskRow.Tally
import dev.supervise.store.TaskState
import spock.lang.Specification

/** Who may run, by hand: no thread, no clock, no record. */
class RunQueueSpec extends Specification {
  static final long MINUTE = RunQueue.PROBATION
  def limits = [:]
  def board = new RunQueue({ limits[it] ? OptionalInt.of(limits[it]) : OptionalInt.empty() })
  int ids

  LiveTask left(String type, int crashes = 0) {
    def id = new UUID(0, ++ids)
    def task = LiveTask.recovered(new TaskRow(ids, id, type, '{}', TaskState.QUEUED, 1, new Tally(0, crashes, 0, Mark.CRASH), 0, 0, 0, 0, '', '', 0, '', ''))
    board.add(id, task)
    board.enqueue(task)
    task
  }

  LiveTask fresh(String type) {
    def id = new UUID(0, ++ids)
    def task = new LiveTask(type, false)
    task.known = TaskRow.submitted(ids, id, type, '{}', TaskState.QUEUED, 0)
    board.add(id, task)
    task
  }

  def 'so many of a type at once, in their order, types beside each other'() {
    given:
    limits.a = 2
    def a = (1..4).collect { left('a') }
    def b = left('b')
    expect:
    board.next(0) as Set == [a[0], a[1], b] as Set
    board.next(0) == []
    when:
    board.free(a[0])
    then:
    board.next(0) == [a[2]]
    !board.reserve(fresh('a'), null, Optional.empty(), 0)
    board.reserve(fresh('b'), null, Optional.empty(), 0)
  }

  def 'a suspect runs alone: after what was there before it, before what is submitted later'() {
    given:
    def plain = left('a')
    def suspect = left('a', 2)
    def other = left('b', 3)
    expect: 'the plain one first, and nothing new beside suspects that wait'
    board.next(0) == [plain]
    def late = fresh('c')
    !board.reserve(late, null, Optional.empty(), 0)
    board.enqueue(late)
    board.next(1) == []
    when:
    board.free(plain)
    then:
    board.next(2) == [suspect]
    board.alone(suspect)
    board.next(3) == []
    !board.reserve(fresh('d'), null, Optional.empty(), 3)
    when:
    board.free(suspect)
    then:
    board.next(4) == [other]
    when:
    board.free(other)
    then:
    board.next(5) == [late]
    board.reserve(fresh('d'), null, Optional.empty(), 5)
  }

  def 'after a minute nobody is to blame any more: a suspect that runs for ever holds up nobody, nor does a plain one'() {
    given:
    def plain = left('a')
    def suspect = left('b', 2)
    def second = left('b', 2)
    def late = fresh('c')
    board.next(0)
    board.enqueue(late)
    expect:
    board.next(MINUTE - 1) == []
    board.lookAgain(1) == MINUTE
    board.next(MINUTE) == [suspect]
    board.next(2 * MINUTE - 1) == []
    board.next(2 * MINUTE) == [second]
    board.next(3 * MINUTE) == [late]
    board.running() as Set == [plain, suspect, second, late] as Set
  }

  def 'a task that is over while its attempt has not come back keeps its place, and its id waits'() {
    given:
    limits.a = 1
    def task = left('a')
    def next = left('a')
    board.next(0)
    when:
    board.gone(task.row().id(), task)
    then:
    board.next(0) == []
    board.lingers(task.row().id())
    !board.reserve(new LiveTask('b', false), task.row().id(), Optional.empty(), 0)
    when:
    board.back(task.row().id(), task)
    then:
    board.next(0) == [next]
    !board.lingers(task.row().id())
  }

  def 'what is queued and taken back is not there any more'() {
    given:
    limits.a = 1
    def first = left('a')
    def second = left('a')
    def suspect = left('a', 2)
    board.next(0)
    when:
    board.gone(second.row().id(), second)
    board.gone(suspect.row().id(), suspect)
    board.free(first)
    then:
    board.next(0) == []
    board.reserve(fresh('a'), null, Optional.empty(), 0)
  }

  def 'what cannot begin is the next one again'() {
    given:
    limits.a = 1
    def tasks = (1..3).collect { left('a') }
    board.next(0)
    when:
    board.putBack(tasks[0])
    then:
    board.next(0) == [tasks[0]]
  }
}

package dev.supervise.store

import dev.supervise.store.TaskRow.Mark
import dev.supervise.store.TaskRow.Tally
import dev.supervise.store.TaskStore.Filter
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.ExecutionException
import java.util.function.Function
import spock.lang.Shared
import spock.lang.Specification

/** One contract, two stores. */
class TaskStoreSpec extends Specification {
  @Shared Path dir = Files.createTempDirectory('store')
  @Shared int files

  def cleanupSpec() {
    dir.toFile().deleteDir()
  }

  static stores = ['memory', 'sqlite']

  private TaskStore open(String kind) {
    kind == 'memory'
        ? new MemoryTaskStore()
        : SqliteTaskStore.open(dir.resolve("${files++}.db"), { throw new AssertionError(it) }, { 'now' })
  }

  private static <T> T write(TaskStore store, Closure<T> change) {
    store.write(change as Function).get()
  }

  private static TaskRow add(Map m = [:], TaskStore store) {
    write(store) { TaskTable t ->
      def row = TaskRow.submitted(t.nextSeq(), m.id ?: UUID.randomUUID(), m.type ?: 'a', m.params ?: '{}',
          m.state ?: TaskState.QUEUED, m.at ?: 1000)
      t.insert(row)
      row
    }
  }

  def 'what was written is read, every field as it was (#kind)'() {
    given:
    def store = open(kind)
    def full = new TaskRow(1, UUID.randomUUID(), 'a', '{"x":"ö\\u0000"}', TaskState.FAILED, 3, new Tally(1, 2, 1, Mark.SHUTDOWN),
        1, 2, 3, 4, 'why', '[1]', 0.5d, 'half', '{"n":1}')
    when:
    write(store) { it.insert(full) }
    then:
    store.find(full.id()).get() == full
    !store.find(UUID.randomUUID()).present
    cleanup:
    store.close()
    where:
    kind << stores
  }

  def 'the newest come first, by submission, also within one millisecond; pages follow each other (#kind)'() {
    given:
    def store = open(kind)
    def rows = (1..25).collect { add(store, at: 1000, type: it % 2 ? 'odd' : 'even') }
    expect:
    store.newest(Filter.ALL, OptionalLong.empty(), 10) == rows.reverse().take(10)
    store.newest(Filter.ALL, OptionalLong.of(rows[15].seq()), 10) == rows[5..14].reverse()
    store.newest(new Filter(Optional.of('odd'), Optional.empty()), OptionalLong.empty(), 3)*.seq() == [25L, 23L, 21L]
    store.newest(new Filter(Optional.empty(), Optional.of(TaskState.RUNNING)), OptionalLong.empty(), 3) == []
    store.newest(new Filter(Optional.empty(), Optional.of(TaskState.QUEUED)), OptionalLong.empty(), 3).size() == 3
    store.types() == ['even', 'odd']
    cleanup:
    store.close()
    where:
    kind << stores
  }

  def 'an open row changes at the attempt that is meant only, one that is over only by being reopened (#kind)'() {
    given:
    def store = open(kind)
    def row = add(store)
    expect:
    write(store) { it.update(row.begun(Mark.CRASH, 5), 0) }
    !write(store) { it.update(row.begun(Mark.CRASH, 6), 0) }
    !write(store) { it.reopen(row) }
    store.find(row.id()).get().with { [state(), attempt(), startedAt()] } == [TaskState.RUNNING, 1, 5L]
    write(store) { it.update(row.begun(Mark.CRASH, 5).ended(TaskState.COMPLETED, 7, '', 'null'), 1) }
    !write(store) { it.update(row, 1) }
    store.open() == []
    write(store) { it.reopen(row) }
    store.open() == [row]
    cleanup:
    store.close()
    where:
    kind << stores
  }

  def 'a deleted row stays gone, its attempts with it, and its place is not taken by another (#kind)'() {
    given:
    def store = open(kind)
    def row = add(store)
    write(store) { it.keep(row.id(), new AttemptRow(1, 1, 2, 'failed', 'x')) }
    when:
    def kept = store.attempts(row.id())
    def deleted = write(store) { it.delete(row.id()) }
    def other = add(store)
    then:
    kept == [new AttemptRow(1, 1, 2, 'failed', 'x')]
    deleted
    !write(store) { it.delete(row.id()) }
    other.seq() != row.seq()
    !write(store) { it.update(row, 0) }
    store.attempts(row.id()) == []
    !store.find(row.id()).present
    cleanup:
    store.close()
    where:
    kind << stores
  }

  def 'a change that throws takes back its own writes and nobody else\'s (#kind)'() {
    given:
    def store = open(kind)
    def ids = (0..<9).collect { UUID.randomUUID() }
    when:
    def done = ids.withIndex().collect { id, i ->
      store.write({ TaskTable t ->
        t.insert(TaskRow.submitted(t.nextSeq(), id, 'a', '{}', TaskState.QUEUED, i))
        if (i % 3 == 1) throw new IllegalStateException("no $i")
        i
      } as Function)
    }
    def said = done.collect { try { it.get() } catch (ExecutionException e) { e.cause.message } }
    then:
    said == [0, 'no 1', 2, 3, 'no 4', 5, 6, 'no 7', 8]
    store.open()*.id() == ids.withIndex().findAll { it[1] % 3 != 1 }*.first
    cleanup:
    store.close()
    where:
    kind << stores
  }

  def 'one change at fault with the store harms no other that waited with it'() {
    given:
    def store = open('sqlite')
    def id = UUID.randomUUID()
    when:
    def done = [id, UUID.randomUUID(), id, UUID.randomUUID()].collect { add ->
      store.write({ TaskTable t -> t.insert(TaskRow.submitted(t.nextSeq(), add, 'a', '{}', TaskState.QUEUED, 1)); 1 } as Function)
    }
    def said = done.collect { try { it.get() } catch (ExecutionException e) { e.cause.class } }
    then:
    said == [1, 1, StoreFailure, 1]
    store.open().size() == 3
    cleanup:
    store.close()
  }

  def 'what is over can be pruned by age and by number, what is open cannot (#kind)'() {
    given:
    def store = open(kind)
    def rows = (1..6).collect { add(store) }
    rows[0..4].each { row -> write(store) { it.update(row.ended(TaskState.COMPLETED, row.seq() * 10, '', ''), 0) } }
    expect:
    store.prunable('a', 0, Long.MAX_VALUE, 25, 10) == [1L, 2L]
    store.prunable('a', 1, Long.MAX_VALUE, 99, 2) == [2L, 3L]
    store.prunable('b', 0, Long.MAX_VALUE, 99, 10) == []
    store.seqAfterNewest('a', 3) == 2
    store.seqAfterNewest('a', 5) == 0
    write(store) { it.prune([1L, 2L, 6L, 77L]) } == 2
    store.newest(Filter.ALL, OptionalLong.empty(), 10)*.seq() == [6L, 5L, 4L, 3L]
    cleanup:
    store.close()
    where:
    kind << stores
  }

  def 'facts and schedules are kept (#kind)'() {
    given:
    def store = open(kind)
    def schedule = new ScheduleRow('nightly', 'cron 0 3 * * *', 1, true, 2, 3, Optional.of(UUID.randomUUID()))
    def other = new ScheduleRow('often', 'every PT1S', 1, false, 0, 0, Optional.empty())
    when:
    write(store) { t -> [other, schedule].each { t.put(it) }; t.note('x', 'y') }
    then:
    store.schedules() == [schedule, other]
    write(store) { it.schedule('nightly').get() } == schedule
    store.fact('x') == 'y'
    store.fact('z') == ''
    write(store) { it.forgetSchedule('often') }
    store.schedules() == [schedule]
    cleanup:
    store.close()
    where:
    kind << stores
  }

  def 'after its end everything is refused, nothing is called not found (#kind)'() {
    given:
    def store = open(kind)
    store.close()
    when:
    store.find(UUID.randomUUID())
    then:
    thrown(StoreFailure)
    when:
    add(store)
    then:
    def e = thrown(ExecutionException)
    e.cause.kind() == StoreFailure.Kind.CLOSED
    where:
    kind << stores
  }
}

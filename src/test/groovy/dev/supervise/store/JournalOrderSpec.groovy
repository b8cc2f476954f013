package dev.supervise.store

import dev.supervise.store.JournalEntry.Kind
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import spock.lang.Specification
import spock.lang.TempDir

/** Events stand in the order in which they happened, and their dates say so. */
class JournalOrderSpec extends Specification {
  static final long START = 1_700_000_000_000L

  @TempDir Path dir
  volatile long nanos
  volatile long wall = START

  /** Both clocks go on. */
  void pass(long millis) {
    nanos += millis * 1_000_000
    wall += millis
  }

  class Happened implements JournalSource {
    String path = 'a'
    String what = ''
    long at = nanos

    String path() { path }
    boolean failing() { false }
    String gist() { what }
    long nanos() { at }

    JournalEntry entry(long zero, long first, long last, long times) {
      new JournalEntry(0, zero + first.intdiv(1000_000), Kind.STATE, path, 'running', 'failed', what, '', [], [], [], times,
          zero + last.intdiv(1000_000))
    }
  }

  Journal open() { new Journal(dir, { nanos }, { wall }, { assert false: it }) }

  static List<JournalEntry> all(Journal journal) { journal.newest([], 0, 1_000_000).get(20, TimeUnit.SECONDS) }

  static boolean ascending(List<JournalEntry> entries) { entries*.at() == entries*.at().sort(false) }

  def 'who looked at the clock first and was held up since is not earlier than what was told meanwhile'() {
    given:
    def journal = open()
    pass(100)
    def slow = new Happened(what: 'slow')
    when:
    pass(70)
    journal.offer(new Happened(what: 'quick'))
    journal.offer(slow)
    pass(5)
    journal.offer(new Happened(what: 'last'))
    then:
    all(journal).collect { [it.what(), it.at() - START] } == [['quick', 170], ['slow', 170], ['last', 175]]
    cleanup:
    journal.close()
  }

  def 'what stands for many stands where the first of them would, whichever came last'() {
    given:
    def queue = new JournalQueue()
    when: 'a storm of a few crash loops, each of its own pace'
    JournalQueue.SINGLE.times { queue.offer(new Happened(what: "$it")); pass(1) }
    3.times { ['long', 'middle', 'middle', 'short'].each { if (!(it == 'short' && nanos > 4_100_000_000)) queue.offer(new Happened(path: it, what: 'exit 1')); pass(1) } }
    queue.offer(new Happened(path: 'other', what: 'exit 1'))
    queue.offer(new Happened(path: 'long', what: 'exit 1'))
    def batch = queue.take()
    def late = batch.waiting().drop(JournalQueue.SINGLE)
    then:
    late*.newest()*.path() == ['long', 'middle', 'short', 'other']
    late*.first() == late*.first().sort(false)
    late[0].last() == batch.newest()
    late.every { it.first() <= it.last() }
    when: 'the next ones'
    queue.offer(new Happened(at: 0))
    then:
    queue.take().waiting()[0].first() == batch.newest()
  }

  def 'in a storm of many threads the dates of all entries ascend'() {
    given:
    def journal = new Journal(dir, { System.nanoTime() }, { System.currentTimeMillis() }, { })
    when:
    (1..4).collect { n ->
      Thread.start {
        20_000.times { journal.offer(new Happened(path: "unit-${it % (n * 7)}", what: it % 3 ? 'exit 1' : "up $it", at: System.nanoTime())) }
      }
    }*.join()
    def entries = all(journal)
    then:
    ascending(entries)
    entries.any { it.times() > 1 }
    cleanup:
    journal.close()
  }

  def 'a time of day that is set #way is told, and what happened before keeps its date'() {
    given:
    def journal = open()
    journal.offer(new Happened(what: 'before'))
    all(journal)
    when:
    pass(500)
    wall += moved
    journal.offer(new Happened(what: 'after'))
    pass(500)
    journal.offer(new Happened(what: 'later'))
    then:
    all(journal).collect { [it.what().find(/^[^:]*/), it.at() - START] } ==
        [['before', 0], [note, moved + 500], ['after', moved + 500], ['later', moved + 1000]]
    cleanup:
    journal.close()
    where:
    way       | moved      || note
    'back'    | -3_600_000 || 'the time of day was set back by 1 h'
    'forward' | 7_200_000  || 'the time of day has gone forward by 2 h'
  }

  def 'a time of day that is put right a little never makes an earlier date of a later moment: by #moved ms after #passed ms'() {
    given:
    def journal = open()
    pass(1000)
    journal.offer(new Happened(what: 'before'))
    all(journal)
    when:
    pass(passed)
    wall += moved
    journal.offer(new Happened(what: 'after'))
    all(journal)
    pass(1000)
    journal.offer(new Happened(what: 'later'))
    then:
    all(journal).collect { [it.what(), it.at() - START - 1000] } == [['before', 0], ['after', after], ['later', later]]
    cleanup:
    journal.close()
    where:
    passed | moved || after | later
    300    | -10   || 300   | 1300
    300    | -200  || 100   | 1100
    300    | -700  || 0     | 600
    300    | 700   || 1000  | 2000
  }

  def 'whoever takes the processor between the looks at both clocks moves no date'() {
    given: 'clocks that are read with a pause before or after the time of day'
    long pause = 0
    def dates = new Dates({ nanos }, { pass(pause.intdiv(2)); def read = wall; pass(pause - pause.intdiv(2)); read })
    dates.look(0)
    when:
    def moved = [40, 5000, 0, 90_000, 0].collect { pause = it; dates.look(nanos) }
    then:
    moved.every { it == 0 }
    dates.zero() == START
  }
}

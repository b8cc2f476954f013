package dev.supervise.store

import java.nio.file.Files
import java.nio.file.Path
import java.sql.Connection
import java.util.function.Function
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/** The write-ahead logs do not stay at what a reader of long ago made of them. */
@Timeout(120)
class LogOfWritesSpec extends Specification {
  @TempDir Path dir

  /// Somebody who looks at the file as it was when he began: a backup.
  Connection reader(String name, String table) {
    def other = new org.sqlite.JDBC().connect("jdbc:sqlite:${dir.resolve(name)}", new Properties())
    other.autoCommit = false
    def rows = other.createStatement().executeQuery("select count(*) from $table")
    assert rows.next()
    rows.close()
    other
  }

  long log(String name) { Files.size(dir.resolve("$name-wal")) }

  static void until(long seconds, Closure<Boolean> claim) {
    long end = System.nanoTime() + seconds * 1_000_000_000L
    while (!claim()) {
      assert System.nanoTime() < end
      Thread.sleep(50)
    }
  }

  def 'state.db: the log grows while somebody reads, and is empty when all is quiet; writing goes on meanwhile'() {
    given:
    def store = SqliteTaskStore.open(dir.resolve('state.db'), { assert false: it }, { 'now' })
    def add = { int bytes ->
      store.write({ TaskTable t -> t.insert(TaskRow.submitted(t.nextSeq(), UUID.randomUUID(), 'a', "{\"x\":\"${'x' * bytes}\"}", TaskState.QUEUED, 1)); 1 } as Function).get()
    }
    add(1)
    def backup = reader('state.db', 'task')

    when:
    20.times { add(1 << 20) }
    then:
    log('state.db') > 20 << 20

    when: 'it is quiet, and the backup still reads'
    Thread.sleep(6000)
    long before = System.nanoTime()
    add(1)
    then: 'nobody waits for it'
    System.nanoTime() - before < 1_000_000_000L
    log('state.db') > 20 << 20

    when:
    backup.close()
    3.times { add(1) }
    then: 'the next writes begin it anew'
    log('state.db') <= Database.LOG_LIMIT
    until(30) { log('state.db') == 0 }
    add(1) == 1

    cleanup:
    backup?.close()
    store?.close()
  }

  def 'journal.db: the same'() {
    given:
    def journal = new Journal(dir, { System.nanoTime() }, { System.currentTimeMillis() }, { assert false: it })
    int n = 0
    def offer = {
      def what = "${n++} ${'y' * 1900}".toString()
      journal.offer(new JournalSource() {
        String path() { "u/$what" }
        boolean failing() { false }
        String gist() { what }
        long nanos() { System.nanoTime() }
        JournalEntry entry(long zero, long first, long last, long times) { JournalEntry.of(JournalEntry.Kind.NOTE, zero, '', what, '') }
      })
    }
    offer()
    journal.newest([], 0, 1).get()
    def backup = reader('journal.db', 'entry')

    when:
    20.times { 150.times { offer() }; journal.newest([], 0, 1).get() }
    then:
    log('journal.db') > 5 << 20

    when:
    backup.close()
    then:
    until(40) { log('journal.db') == 0 }
    journal.newest([], 0, 10_000).get().size() > 100

    cleanup:
    backup?.close()
    journal?.close()
  }

  static void cut(Path file) { new FileOutputStream(file.toFile()).close() }

  def 'the index of a log that somebody cuts ends nobody: it is made again from the log'() {
    given:
    def store = SqliteTaskStore.open(dir.resolve('state.db'), { assert false: it }, { 'now' })
    def add = {
      def id = UUID.randomUUID()
      store.write({ TaskTable t -> t.insert(TaskRow.submitted(t.nextSeq(), id, 'a', '{}', TaskState.QUEUED, 1)); 1 } as Function).get()
      id
    }
    def first = add()
    assert store.find(first).present
    def index = dir.resolve('state.db-shm')

    when: 'before something is read'
    cut(index)
    then:
    store.find(first).present
    Files.size(index) > 0

    when: 'before something is written'
    cut(index)
    def second = add()
    then:
    store.find(second).present

    when: 'before it is closed'
    cut(index)
    store.close()
    store = SqliteTaskStore.open(dir.resolve('state.db'), { assert false: it }, { 'now' })
    then:
    store.find(first).present
    store.find(second).present

    cleanup:
    store?.close()
  }

  def 'the index of a journal: the same'() {
    given:
    def journal = JournalStore.open(dir.resolve('journal.db'), { assert false: it }, { 'now' })
    def add = { String what -> journal.append([JournalEntry.of(JournalEntry.Kind.NOTE, 1, '', what, '')], [false]) }
    add('first')

    when:
    cut(dir.resolve('journal.db-shm'))
    def read = journal.pages().newest([], 0, 10)*.what()
    cut(dir.resolve('journal.db-shm'))
    add('second')
    then:
    read == ['first']
    journal.pages().newest([], 0, 10)*.what() == ['first', 'second']

    cleanup:
    journal?.close()
  }

  def 'what is left of a journal is read at once, whoever has locked it'() {
    given:
    def journal = JournalStore.open(dir.resolve('journal.db'), { assert false: it }, { 'now' })
    journal.append([JournalEntry.of(JournalEntry.Kind.NOTE, 1, '', 'told', '')], [false])
    def other = new org.sqlite.JDBC().connect("jdbc:sqlite:${dir.resolve('journal.db')}", new Properties())
    other.createStatement().execute('begin exclusive')

    when:
    long before = System.nanoTime()
    def left = JournalRecord.open(dir).get()
    then:
    left.newest([], 0, 10)*.what() == ['told']
    System.nanoTime() - before < 2_000_000_000L

    cleanup:
    left?.close()
    other?.close()
    journal?.close()
  }
}

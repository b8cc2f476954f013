package dev.supervise.store

import dev.supervise.store.JournalEntry.Kind
import dev.supervise.store.JournalEntry.Link
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import spock.lang.Specification
import spock.lang.TempDir

class JournalSpec extends Specification {
  @TempDir Path dir
  List<String> warnings = [].asSynchronized()
  long wall = 1_700_000_000_000L

  Journal open() { new Journal(dir, { System.nanoTime() }, { wall + System.nanoTime().intdiv(1000_000) }, { warnings << it }) }

  /** Something that happens now. */
  static class Happened implements JournalSource {
    String path = 'a'
    String what = ''
    boolean failing
    long nanos = System.nanoTime()

    String path() { path }
    boolean failing() { failing }
    String gist() { what }
    long nanos() { nanos }

    JournalEntry entry(long zero, long first, long last, long times) {
      new JournalEntry(0, zero + first.intdiv(1000_000), Kind.STATE, path, 'running', failing ? 'failed' : 'running',
          what, 'stays down', [new Link(7, 'db', 'exit 1'), new Link(5, '', 'the tree was started')], failing ? ["boom"] : [], failing ? ["app.groovy:3: boom"] : [], times,
          zero + last.intdiv(1000_000))
    }
  }

  private static List<JournalEntry> all(Journal journal, List<String> paths = [], int limit = 1000_000) {
    journal.newest(paths, 0, limit).get(20, TimeUnit.SECONDS)
  }

  def 'what happened can be read back, with causes and output, by the next one too'() {
    given:
    def journal = open()
    journal.offer(new Happened(what: 'started'))
    journal.offer(new Happened(path: 'a/b', what: 'exit 1', failing: true))
    def read = all(journal)
    when:
    journal.close()
    def again = open()
    then:
    read*.what() == ['started', 'exit 1']
    read[1].causes() == [new Link(7, 'db', 'exit 1'), new Link(5, '', 'the tree was started')]
    read[1].output() == ['boom']
    read[1].stack() == ['app.groovy:3: boom']
    all(again) == read
    all(again, ['a/b'])*.path() == ['a/b']
    all(again, ['a'])*.path() == ['a', 'a/b']
    again.named('b').get() == ['a/b']
    warnings == []
    cleanup:
    again.close()
  }

  def 'a tree that ends before its journal is open leaves what it had to tell to the next one'() {
    given:
    def journal = open()
    when:
    journal.offer(new Happened(path: 'a/b', what: 'exit 1,\tdirectory C:\\new\nnext', failing: true))
    journal.close()
    then:
    !Files.exists(dir.resolve('journal.db'))
    Files.exists(dir.resolve('journal.later'))
    when:
    def next = open()
    next.offer(new Happened(what: 'started'))
    then:
    def read = all(next)
    read*.what() == ['exit 1,\tdirectory C:\\new\nnext', 'started']
    read[0].causes() == [new Link(7, 'db', 'exit 1'), new Link(5, '', 'the tree was started')]
    read[0].output() == ['boom'] && read[0].path() == 'a/b' && read[0].status() == 'failed'
    !Files.exists(dir.resolve('journal.later'))
    cleanup:
    next.close()
  }

  def 'what a great stop leaves at once is there in order, and a line that is cut costs only itself'() {
    given:
    def journal = open()
    journal.offer(new Happened(what: 'started'))
    all(journal)
    journal.close()
    JournalSpill.write(dir, (0..<1000).collect { left("stopped $it") }, { warnings << it })
    when:
    dir.resolve('journal.later').toFile() << '0\t17000'
    def next = open()
    then:
    all(next)*.what() == ['started'] + (0..<1000).collect { "stopped $it".toString() }
    warnings.size() == 1
    cleanup:
    next.close()
  }

  def 'in a storm equal ones are merged, the rest is counted, and no failure goes without a trace'() {
    given:
    def journal = open()
    def offered = 300_000
    when:
    long begun = System.nanoTime()
    offered.times { i ->
      journal.offer(new Happened(path: "unit-${i % 3000}", what: i % 3 == 0 ? 'exit 1' : "up $i", failing: i % 3 == 0))
    }
    long each = (System.nanoTime() - begun).intdiv(offered)
    def read = all(journal)
    def notes = read.findAll { it.kind() == Kind.NOTE }
    then: 'the offering side never waited'
    each < 100_000
    and: 'all of them are accounted for'
    def lost = notes.sum(0) { it.what().find(/\d+/).toLong() }
    read.findAll { it.kind() == Kind.STATE }*.times().sum() + lost == offered
    read.size() < 60_000
    and: 'every failing unit is there, to the last failure'
    (0..<3000).findAll { it % 3 == 0 }.every { i -> read.any { it.path() == "unit-$i" && it.status() == 'failed' } }
    cleanup:
    journal.close()
  }

  def 'old entries and too many go, but the newest failures of each unit stay'() {
    given:
    def store = JournalStore.open(dir.resolve('journal.db'), { }, { 'x' })
    def rows = (1..200).collect { new Happened(path: it % 10 == 0 ? 'worker' : 'busy', what: "$it", failing: it % 10 == 0).with { it.entry(wall, 0, it.nanos, 1) } }
    store.append(rows, rows.collect { it.status() == 'failed' })
    when:
    store.trim(new JournalLimits(1000_000, 50, 1L << 30, 1000, 5, 1000_000_000), wall)
    def left = store.pages().newest([], 0, 1000)
    then: 'of 20 failures the newest 5 stay, with the newest of the others'
    left.findAll { it.path() == 'worker' }*.what() == ['160', '170', '180', '190', '200']
    left.size() in 45..55
    left.last().what() == '200'
    when:
    store.trim(new JournalLimits(1000, 1000, 1L << 30, 1000, 5, 1000_000_000), wall + System.nanoTime().intdiv(1000_000) + 10_000)
    then:
    store.pages().newest([], 0, 1000)*.path().unique() == ['worker']
    cleanup:
    store.close()
  }

  def 'a damaged file is set aside and a new one begun'() {
    given:
    Files.writeString(dir.resolve('journal.db'), 'not a database at all, but long enough to be taken for one' * 100)
    def journal = open()
    when:
    journal.offer(new Happened(what: 'started'))
    then:
    all(journal)*.what().contains('started')
    warnings.size() == 1
    warnings[0].contains('set aside')
    dir.toFile().list().any { it.startsWith('journal.db.damaged-') }
    cleanup:
    journal.close()
  }

  def 'where there can be no file, the newest are kept in memory, and it is said'() {
    given:
    Files.createDirectory(dir.resolve('journal.db'))
    def journal = open()
    when:
    journal.offer(new Happened(what: 'started'))
    then:
    all(journal)*.what().contains('started')
    warnings.size() == 1
    warnings[0].contains('in memory')
    cleanup:
    journal.close()
  }

  def 'what cannot be written waits, is not lost, and both is said once'() {
    given:
    def journal = open()
    journal.offer(new Happened(what: 'before'))
    all(journal)
    def other = new org.sqlite.JDBC().connect("jdbc:sqlite:${dir.resolve('journal.db')}", new Properties())
    other.createStatement().execute('begin immediate')
    when: 'another program holds the file for longer than the journal has patience'
    journal.offer(new Happened(what: 'meanwhile'))
    def answer = all(journal)
    then:
    answer*.what() == ['before']
    warnings.size() == 1
    warnings[0].contains('another program has locked it')
    when:
    other.close()
    journal.offer(new Happened(what: 'after'))
    then:
    all(journal)*.what() == ['before', 'meanwhile', 'after']
    warnings*.toString().last() == 'the journal is written again'
    warnings.size() == 2
    cleanup:
    other.close()
    journal.close()
  }

  def 'who follows is told what comes, in order'() {
    given:
    def journal = open()
    def heard = [].asSynchronized()
    journal.follow(new Journal.Follower() {
      void wrote(JournalEntry entry) { heard << entry.what() }
      void over() { heard << 'over' }
    })
    when:
    5.times { journal.offer(new Happened(what: "$it")) }
    all(journal)
    then:
    heard == ['0', '1', '2', '3', '4']
    when: 'also what is left for the next one to write'
    100.times { journal.offer(new Happened(what: "last $it")) }
    journal.close()
    then:
    heard.drop(5) == (0..<100).collect { "last $it".toString() } + 'over'
  }

  def 'a closed journal refuses, and closing one that was never used leaves nothing'() {
    given:
    def journal = open()
    when:
    journal.close()
    journal.newest([], 0, 1).get()
    then:
    thrown(Exception)
    dir.toFile().list().length == 0
  }

  def 'taken away while it is open, it is made again with all that was in it'() {
    given:
    def journal = open()
    journal.offer(new Happened(what: 'before'))
    all(journal)
    when:
    dir.toFile().listFiles()*.delete()
    journal.offer(new Happened(what: 'between'))
    all(journal)
    journal.renew().get(20, TimeUnit.SECONDS)
    journal.offer(new Happened(what: 'after'))
    then:
    all(journal)*.what() == ['before', 'between', 'after']
    when:
    journal.close()
    def next = open()
    then:
    all(next)*.what() == ['before', 'between', 'after']
    warnings == []
    cleanup:
    next?.close()
  }

  /** An entry that another run could not write any more. */
  private JournalItem.Marked left(String what, String run = 'other', long number = 1) {
    def happened = new Happened(path: 'unit', what: what)
    new JournalItem.Marked(new JournalMark(run, number), new JournalItem(happened.entry(wall, 0, happened.nanos, 1), false))
  }

  private List<String> leftFiles() { dir.toFile().list().findAll { it.startsWith('journal.later') }.sort() }

  /** Another program that holds the database. */
  private java.sql.Connection locked() {
    def other = new org.sqlite.JDBC().connect("jdbc:sqlite:${dir.resolve('journal.db')}", new Properties())
    other.createStatement().execute('begin immediate')
    other
  }

  def 'what an earlier run left stands in the journal once, wherever a crash comes between: #crash'() {
    given: 'two ends'
    JournalSpill.write(dir, [left('a'), left('b')], { warnings << it })
    JournalSpill.write(dir, [left('a', 'another', 7)], { warnings << it })
    def bytes = Files.readAllBytes(dir.resolve('journal.later'))
    def journal = open()
    assert all(journal)*.what() == ['a', 'b', 'a']
    journal.close()
    assert leftFiles() == []
    when: 'the crash left it'
    Files.write(dir.resolve('journal.later'), bytes)
    if (marks) {
      new org.sqlite.JDBC().connect("jdbc:sqlite:${dir.resolve('journal.db')}", new Properties()).withCloseable { sql ->
        marks.each { run, number -> sql.createStatement().execute("insert into batch values ('$run', $number)") }
      }
    }
    if (crash.contains('and an end')) JournalSpill.write(dir, [left('c', 'third', 1)], { warnings << it })
    then: 'also for who only looks'
    JournalRecord.open(dir).get().withCloseable { it.newest([], 0, 100)*.what() } == ['a', 'b', 'a'] + more
    when:
    def next = open()
    then:
    all(next)*.what() == ['a', 'b', 'a'] + more
    leftFiles() == []
    warnings == []
    cleanup:
    next?.close()
    where:
    crash                                  | marks                       || more
    'committed, not removed'               | [other: 1, another: 7]      || []
    'committed, not removed, and an end'   | [other: 1, another: 9]      || ['c']
    'not committed'                        | [:]                         || ['a', 'b', 'a']
    'of one of both runs'                  | [other: 1, another: 6]      || ['a']
  }

  def 'what an earlier run left is removed when it is committed, not before'() {
    given:
    def journal = open()
    journal.offer(new Happened(what: 'before'))
    all(journal)
    journal.close()
    JournalSpill.write(dir, [left('left')], { warnings << it })
    def other = locked()
    when: 'the database takes nothing'
    def next = open()
    next.offer(new Happened(what: 'after'))
    then:
    all(next)*.what() == ['before']
    leftFiles() == ['journal.later']
    when:
    other.close()
    next.offer(new Happened(what: 'later'))
    then:
    all(next)*.what() == ['before', 'left', 'after', 'later']
    leftFiles() == []
    cleanup:
    other.close()
    next?.close()
  }

  def 'what a journal in memory has seen of it stays for the next one on disk'() {
    given:
    Files.createDirectory(dir.resolve('journal.db'))
    JournalSpill.write(dir, [left('left')], { warnings << it })
    def memory = open()
    assert all(memory)*.what().contains('left')
    memory.close()
    when:
    Files.delete(dir.resolve('journal.db'))
    def next = open()
    then:
    all(next)*.what() == ['left']
    cleanup:
    next?.close()
  }

  def 'the end does not wait for a database that takes nothing: what it held is left, counted, and there once'() {
    given:
    def journal = open()
    journal.offer(new Happened(what: 'before'))
    all(journal)
    def other = locked()
    journal.offer(new Happened(what: 'one'))
    Thread.sleep(300)
    journal.offer(new Happened(what: 'two'))
    when:
    def begun = System.nanoTime()
    journal.close()
    def took = (System.nanoTime() - begun).intdiv(1000_000)
    then:
    took < 1800
    warnings.findAll { it.contains('2 entries') } == ["the last 2 entries of the journal could not be written (journal.db has taken nothing for 1 s): they are in ${dir.resolve('journal.later')}, and the next start takes them over".toString()]
    leftFiles() == ['journal.later']
    when: 'the database takes it all the same, after the end'
    other.close()
    while (Thread.getAllStackTraces().keySet().any { it.name == 'supervise-journal' }) { Thread.sleep(10) }
    def next = open()
    next.offer(new Happened(what: 'after'))
    then:
    all(next)*.what() == ['before', 'one', 'two', 'after']
    leftFiles() == []
    cleanup:
    other.close()
    next?.close()
  }

  def 'what a full or locked database has not taken by the end is left beside it'() {
    given:
    def journal = open()
    journal.offer(new Happened(what: 'before'))
    all(journal)
    def other = locked()
    journal.offer(new Happened(what: 'one'))
    all(journal)
    when: 'the end comes after that has failed'
    journal.close()
    while (Thread.getAllStackTraces().keySet().any { it.name == 'supervise-journal' }) { Thread.sleep(10) }
    other.close()
    def next = open()
    then:
    warnings.any { it.startsWith('the last entry of the journal could not be written') }
    all(next)*.what() == ['before', 'one']
    cleanup:
    other.close()
    next?.close()
  }

  def 'what cannot be read of it is set aside, once, and said: #what, #when'() {
    given:
    def later = dir.resolve('journal.later')
    switch (what) {
      case 'too long' -> new RandomAccessFile(later.toFile(), 'rw').withCloseable { it.length = (8 << 20) + 1 }
      case 'nonsense' -> Files.writeString(later, 'no entry\nnor this\n')
    }
    def journal = open()
    journal.offer(new Happened(what: 'started'))
    when:
    if (when == 'read') assert all(journal)*.what() == ['started']
    journal.close()
    then:
    leftFiles().contains('journal.later.unread-1')
    warnings.size() == 1
    warnings[0].contains('journal.later')
    warnings[0].endsWith('it was set aside as journal.later.unread-1')
    when: 'the next one'
    def next = open()
    then:
    all(next)*.what() == ['started']
    warnings.size() == 1
    leftFiles() == ['journal.later.unread-1']
    cleanup:
    next?.close()
    where:
    what       | when
    'too long' | 'read'
    'too long' | 'written'
    'nonsense' | 'read'
  }

  def 'what has its name and is none of ours is not read, written nor moved: #what, #when'() {
    given:
    def precious = Files.writeString(dir.resolve('precious'), 'mine')
    def later = dir.resolve('journal.later')
    switch (what) {
      case 'a symbolic link' -> Files.createSymbolicLink(later, precious)
      case 'a directory' -> Files.createDirectory(later)
    }
    def journal = open()
    journal.offer(new Happened(what: 'started'))
    when:
    if (when == 'read') assert all(journal)*.what() == ['started']
    journal.close()
    then:
    Files.readString(precious) == 'mine'
    leftFiles() == ['journal.later']
    warnings.size() == 1
    warnings[0].contains("journal.later is $what")
    where:
    what              | when
    'a symbolic link' | 'read'
    'a symbolic link' | 'written'
    'a directory'     | 'read'
    'a directory'     | 'written'
  }
}

package dev.supervise.store

import dev.supervise.store.Database.Migration
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import java.sql.Connection
import java.sql.DriverManager
import java.util.concurrent.ExecutionException
import java.util.function.Function
import spock.lang.Specification

/** The file itself: its forms, its faults, its neighbours. */
class StateFileSpec extends Specification {
  Path dir = Files.createTempDirectory('state')
  Path file = dir.resolve('state.db')
  List<String> warnings = []

  def cleanup() {
    dir.toFile().deleteDir()
  }

  private SqliteTaskStore open() { SqliteTaskStore.open(file, { warnings << it }, { 'then' }) }

  private Database database(List<Migration> migrations, String type = 'ext4') {
    new Database(file, migrations, 'FULL', { warnings << it }, { 'then' }, { type })
  }

  private <T> T sql(Closure<T> work) {
    DriverManager.getConnection("jdbc:sqlite:$file").withCloseable { Connection c -> c.createStatement().withCloseable { work(it) } }
  }

  private static TaskRow add(TaskStore store) {
    store.write({ TaskTable t ->
      def row = TaskRow.submitted(t.nextSeq(), UUID.randomUUID(), 'a', '{}', TaskState.QUEUED, 1)
      t.insert(row)
      row
    } as Function).get()
  }

  def 'it is for its owner only, the log beside it too, and nothing else is left in the directory'() {
    when:
    def store = open()
    add(store)
    def rights = dir.toFile().listFiles().collectEntries { [it.name, PosixFilePermissions.toString(Files.getPosixFilePermissions(it.toPath()))] }
    store.close()
    then:
    rights == ['state.db': 'rw-------', 'state.db-wal': 'rw-------', 'state.db-shm': 'rw-------']
    dir.toFile().list().toList() == ['state.db']
  }

  def 'a file of the older form #version is brought to the newest, with what it holds'() {
    given:
    database(TaskMigrations.ALL.take(version)).open().close()
    def id = UUID.randomUUID()
    if (version >= 1) {
      sql { it.execute("insert into task values (7, x'${id.toString().replace('-', '')}', 'a', '{}', 0, 1, 0, 0, 0, 0, 5, 0, 0, 0, 'e', '', 0, '', ''${version >= 3 ? ', null' : ''})") }
    }
    when:
    def store = open()
    def row = version >= 1 ? store.find(id).get() : add(store)
    store.write({ it.note('x', 'y') } as Function).get()
    def fact = store.fact('x')
    store.close()
    then:
    row.type() == 'a'
    fact == 'y'
    sql { it.executeQuery('pragma user_version').getInt(1) } == TaskMigrations.ALL.size()
    where:
    version << (0..TaskMigrations.ALL.size()).toList()
  }

  def 'a step that fails leaves the form before it, whole'() {
    given:
    open().with { add(it); it.close() }
    when:
    database(TaskMigrations.ALL + new Migration(['create table extra (x)', 'insert into nowhere values (1)'])).open()
    then:
    thrown(StoreFailure)
    sql { it.executeQuery('pragma user_version').getInt(1) } == TaskMigrations.ALL.size()
    sql { it.executeQuery("select count(*) from sqlite_schema where name='extra'").getInt(1) } == 0
    open().with { def rows = it.open(); it.close(); rows }.size() == 1
  }

  def 'a file of a later version is refused and not changed'() {
    given:
    open().close()
    sql { it.execute('pragma user_version=99') }
    def before = Files.readAllBytes(file)
    when:
    open()
    then:
    def e = thrown(StoreFailure)
    e.kind() == StoreFailure.Kind.TOO_NEW
    e.message.contains('written by a later version of supervise')
    Files.readAllBytes(file) == before
  }

  def 'a damaged file is set aside, named, and not deleted: #what'() {
    given:
    open().with { s -> 200.times { add(s) }; s.close() }
    def bytes = Files.readAllBytes(file)
    damage(bytes)
    Files.write(file, bytes)
    when:
    def store = open()
    def rows = store.open()
    add(store)
    store.close()
    then:
    rows == []
    Files.readAllBytes(dir.resolve('state.db.damaged-then')) == bytes
    warnings.size() == 1
    warnings[0].contains('state.db.damaged-then')
    where:
    what                  | damage
    'no database at all'  | { byte[] b -> Arrays.fill(b, 0, 100, (byte) 'x') }
    'a page in the middle' | { byte[] b -> Arrays.fill(b, 8192, b.length - 4096, (byte) 0x5a) }
  }

  def 'a network file system is refused: #type'() {
    when:
    database(TaskMigrations.ALL, type).open()
    then:
    def e = thrown(StoreFailure)
    e.kind() == StoreFailure.Kind.UNSUITABLE
    e.message.contains("network file system ($type)")
    !Files.exists(file)
    where:
    type << ['nfs', 'nfs4', 'cifs', 'fuse.sshfs']
  }

  def 'while another program holds the file, writing fails with the reason, reading goes on; then it goes on'() {
    given:
    def store = open()
    def row = add(store)
    def other = DriverManager.getConnection("jdbc:sqlite:$file")
    other.createStatement().execute('begin immediate')
    when:
    add(store)
    then:
    def e = thrown(ExecutionException)
    e.cause.kind() == StoreFailure.Kind.LOCKED
    e.cause.message.endsWith('another program has locked it')
    store.open() == [row]
    when:
    other.createStatement().execute('rollback')
    then:
    add(store).seq() > row.seq()
    cleanup:
    other.close()
    store.close()
  }

  def 'a directory that is not there is said so'() {
    when:
    SqliteTaskStore.open(dir.resolve('none/state.db'), {}, { '' })
    then:
    def e = thrown(StoreFailure)
    e.message.contains('none/state.db')
  }

  def 'a file that is a link, or has another name, is neither opened nor set aside: #name'() {
    given:
    def precious = java.nio.file.Files.writeString(dir.resolve('precious'), 'no database')
    make(dir.resolve(name), precious)
    when:
    open().close()
    then:
    def e = thrown(StoreFailure)
    e.kind() == StoreFailure.Kind.UNSUITABLE
    e.message.contains("$name $why")
    Files.readString(precious) == 'no database'
    warnings == []
    where:
    name           | why                   | make
    'state.db'     | 'is a symbolic link'  | { Path it, Path p -> Files.createSymbolicLink(it, p) }
    'state.db'     | 'has 2 names'         | { Path it, Path p -> Files.createLink(it, p) }
    'state.db'     | 'is a directory'      | { Path it, Path p -> Files.createDirectory(it) }
    'state.db-wal' | 'is a symbolic link'  | { Path it, Path p -> Files.createSymbolicLink(it, p) }
    'state.db-shm' | 'has 2 names'         | { Path it, Path p -> Files.createLink(it, p) }
  }

  def 'taken away while it is open, it is made again with all that was in it, and gone on with'() {
    given:
    def store = open()
    def before = (1..50).collect { add(store) }
    store.newest(TaskStore.Filter.ALL, OptionalLong.empty(), 10)
    when:
    dir.toFile().listFiles()*.delete()
    def between = add(store)
    store.renew().get()
    def after = add(store)
    then: 'by those who read here'
    store.find(between.id()).get() == between
    store.newest(TaskStore.Filter.ALL, OptionalLong.empty(), 100)*.id() == ([after, between] + before.reverse())*.id()
    dir.toFile().list().sort() == ['state.db', 'state.db-shm', 'state.db-wal']
    PosixFilePermissions.toString(Files.getPosixFilePermissions(file)) == 'rw-------'
    when: 'and by the next one'
    store.close()
    def next = open()
    then:
    next.newest(TaskStore.Filter.ALL, OptionalLong.empty(), 100).size() == 52
    warnings == []
    cleanup:
    next?.close()
  }

  def 'where it cannot be made again that is said, and what comes is kept once it can'() {
    given:
    def store = open()
    add(store)
    dir.toFile().listFiles()*.delete()
    Files.createDirectory(file)
    when:
    store.renew().get()
    then:
    def e = thrown(ExecutionException)
    e.cause.message.contains('state.db is a directory')
    when:
    Files.delete(file)
    def row = add(store)
    then:
    store.find(row.id()).get() == row
    store.newest(TaskStore.Filter.ALL, OptionalLong.empty(), 100).size() == 1
    cleanup:
    store?.close()
  }
}

package dev.supervise.worker.process

import dev.supervise.worker.Native
import dev.supervise.worker.keeper.KeeperMark
import dev.supervise.posix.ProcessIdentity
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import spock.lang.Requires
import spock.lang.Specification
import spock.lang.TempDir

@Native
class IdentityFileSpec extends Specification {
  /** `-Dsupervise.fuzz=60` for a minute. */
  static final double SECONDS = Double.parseDouble(System.getProperty('supervise.fuzz', '2'))

  static final long MARK = (1L << 62) | (7L << 40)
  static final KeeperMark KEEPER = new KeeperMark(MARK)
  static final String BOOT = ProcessIdentity.boot()

  @TempDir Path dir
  List<String> warnings = []
  List<Path> copies = []

  Path file() { dir.resolve('identities') }

  List<Runnable> later = []

  IdentityFile open() { IdentityFile.open(dir, copies, { warnings << it }, { later << it }) }

  IdentityFile read(String... lines) {
    Files.writeString(file(), lines.collect { "$it\n" }.join(''))
    open()
  }

  static ProcessIdentity self() { ProcessIdentity.of((int) ProcessHandle.current().pid()).get() }

  // ------------------------------------------------------------------------- what it keeps

  def 'what one supervisor writes the next one knows'() {
    given:
    def first = open()
    first.begin([self()], KEEPER, [], false)
    first.keep(new IdentityFile.Kept('backend/db', self(), MARK + 5, 'id-1', 'pidfile:run/db.pid'))
    first.keep(new IdentityFile.Kept('web', self(), 0, 'id-2', 'exec:pid'))
    first.ended('web')
    when:
    def next = open()
    then:
    next.earlier() == [new IdentityFile.KeeperEntry(self(), KEEPER)]
    next.kept() == [new IdentityFile.Kept('backend/db', self(), MARK + 5, 'id-1', 'pidfile:run/db.pid')]
    next.resumeId('backend/db').get() == 'id-1'
    PosixFilePermissions.toString(Files.getPosixFilePermissions(file())) == 'rw-------'
    warnings == []
  }

  def 'what was about to be started when its supervisor was killed is found by what it carries'() {
    given:
    def first = open()
    first.begin([self()], KEEPER, [], false)
    first.starting('db', KEEPER.of(3, true), 'id-3')
    first.starting('gone', KEEPER.of(4, true), 'id-4')
    first.starting('failed', KEEPER.of(5, true), 'id-5')
    first.ended('failed')
    first.starting('unmarked', 0, 'id-6')
    def next = open()
    when:
    def asked = []
    next.settle { mark -> asked << mark; mark == KEEPER.of(3, true) ? Optional.of(self()) : Optional.empty() }
    then:
    asked == [KEEPER.of(3, true), KEEPER.of(4, true)]
    next.kept() == [new IdentityFile.Kept('db', self(), KEEPER.of(3, true), 'id-3', 'exec:pid')]
    next.resumeId('db').get() == 'id-3'
  }

  def 'the next supervisor knows keeper and guard, and whom the units ran as'() {
    given:
    def first = open()
    def keeper = new ProcessIdentity(self().pid() + 1, self().startTicks(), BOOT)
    when:
    first.begin([self(), keeper], KEEPER, [], false)
    first.user(1001)
    first.user(33)
    first.user(33)
    first.user(-2)
    def next = open()
    then:
    next.earlier()*.identity() == [self(), keeper]
    next.earlier()*.mark() == [KEEPER, KEEPER]
    next.users() == [33, 1001, -2] as Set
    Files.readAllLines(file()).count { it.startsWith('user') } == 3
    warnings.empty
  }

  def 'what lived on is on record until it has ended, and with it whom units ran as'() {
    given:
    def sleep = 'sleep 1000'.execute()
    def left = ProcessIdentity.of(sleep.pid() as int).get()
    def first = open()
    first.begin([self()], KEEPER, [], false)
    first.user(33)
    when:
    first.close([new IdentityFile.Left(left, true)], false)
    then:
    open().left() == [new IdentityFile.Left(left, true)]
    open().users() == [33] as Set
    open().earlier().empty
    when:
    sleep.destroyForcibly().waitFor()
    then:
    open().left().empty
    when:
    open().close([], false)
    then:
    !Files.exists(file())
  }

  def 'where there may be more than could be looked at, the keepers stay on record'() {
    given:
    def first = open()
    first.begin([self()], KEEPER, [], false)
    when: 'at its end'
    first.close([], true)
    then:
    open().earlier()*.mark() == [KEEPER]
    when: 'at the start of the next one, which is killed'
    def next = open()
    next.begin([self()], new KeeperMark(MARK + (1L << 40)), [], true)
    then:
    open().earlier()*.mark() == [KEEPER, new KeeperMark(MARK + (1L << 40))]
    when: 'until it could be looked at'
    open().begin([self()], KEEPER, [], false)
    then:
    open().earlier()*.mark() == [KEEPER]
  }

  def 'what an earlier one has left is on record from the start of the next one on'() {
    given:
    def first = open()
    when:
    first.begin([self()], KEEPER, [new IdentityFile.Left(self(), true)], false)
    then:
    open().left() == [new IdentityFile.Left(self(), true)]
  }

  def 'nothing is written after the end'() {
    given:
    def first = open()
    first.begin([self()], KEEPER, [], false)
    first.close([], false)
    when:
    first.keeper([self()], KEEPER)
    first.user(33)
    first.rewrite()
    then:
    !Files.exists(file())
  }

  def 'a copy says the same, also where the state directory is gone, and is as little believed'() {
    given:
    def place = Files.createDirectory(dir.resolve('runtime'))
    copies = [place.resolve('1234.identities')]
    def first = open()
    first.begin([self()], KEEPER, [], false)
    first.user(33)
    first.keep(new IdentityFile.Kept('web', self(), MARK + 5, 'id-2', 'exec:pid'))
    expect:
    Files.readString(copies[0]) == Files.readString(file())
    PosixFilePermissions.toString(Files.getPosixFilePermissions(copies[0])) == 'rw-------'
    when:
    Files.delete(file())
    then:
    open().earlier() == [new IdentityFile.KeeperEntry(self(), KEEPER)]
    open().users() == [33] as Set
    open().kept()*.path() == ['web']
    when: 'lines that nobody wrote'
    Files.writeString(copies[0], "keeper\t1\t0\t$BOOT\t-2\n".toString())
    then:
    open().earlier().empty
    warnings.last().startsWith("${copies[0]}: a line says what supervise never writes")
    when: 'a file that others could have put there'
    Files.delete(copies[0])
    Files.createSymbolicLink(copies[0], file())
    open()
    then:
    warnings.last().startsWith("${copies[0]} cannot be read".toString())
    when:
    Files.delete(copies[0])
    first.rewrite()
    first.ended('web')
    first.close([], false)
    then:
    !Files.exists(file())
    !Files.exists(copies[0])
  }

  def 'what is written anew is all there is'() {
    given:
    def ledger = open()
    ledger.begin([self()], KEEPER, [], false)
    ledger.user(33)
    ledger.starting('db', KEEPER.of(3, true), 'id-3')
    ledger.keep(new IdentityFile.Kept('web', self(), MARK + 5, 'id-2', 'exec:pid'))
    def before = Files.readAllLines(file()).toSet()
    when:
    Files.delete(file())
    ledger.rewrite()
    then:
    Files.readAllLines(file()).toSet() == before
  }

  // ------------------------------------------------------------------------- room

  /// A disk of so many pages, and what fills all that is free of it.
  void disk(int pages) {
    assert ['mount', '-t', 'tmpfs', '-o', "size=${pages * 4}k,mode=700", 'none', dir.toString()].execute().waitFor() == 0
  }

  void fill() {
    try {
      dir.resolve('full').toFile().withOutputStream { out -> while (true) { out.write(new byte[4096]) } }
    } catch (IOException full) {
      return
    }
  }

  void cleanup() { ['umount', '-q', dir.toString()].execute().waitFor() }

  @Requires({ System.getProperty('user.name') == 'root' })
  def 'on a full disk what there is room for is written, whatever was lost before'() {
    given:
    disk(16)
    def ledger = open()
    ledger.begin([self()], KEEPER, [], false)
    fill()
    when: 'more than a page of it'
    (1..60).each { ledger.starting("unit-$it", KEEPER.of(it, true), 'id') }
    def marks = (1..100).collect { new KeeperMark((1L << 62) | ((long) (it + 100) << 40)) }
    marks.eachWithIndex { mark, i ->
      def keeper = new ProcessIdentity(300_000 + i, 1, BOOT)
      ledger.keeper([keeper], mark)
      if (i < 99) {
        ledger.over([keeper])
      }
    }
    then:
    warnings == []
    open().earlier()*.mark() == [KEEPER, marks.last()]
    Files.size(file()) < 40_000
  }

  @Requires({ System.getProperty('user.name') == 'root' })
  def 'what could not be written is told once, and tried again until it is'() {
    given:
    disk(16)
    def ledger = open()
    ledger.begin([self()], KEEPER, [], false)
    Files.delete(file())
    fill()
    when:
    ledger.user(7)
    ledger.user(8)
    later.removeLast().run()
    then:
    warnings.size() == 1
    warnings[0].contains('identities cannot be written; after a crash of supervise its processes may not be found')
    when:
    Files.delete(dir.resolve('full'))
    later.removeLast().run()
    then:
    open().users() == [7, 8] as Set
    warnings.size() == 2
    warnings[1].endsWith('identities is whole again')
  }

  def 'a file that was taken away between two lines is whole with the second'() {
    given:
    def ledger = open()
    ledger.begin([self()], KEEPER, [], false)
    ledger.user(7)
    when:
    Files.delete(file())
    ledger.user(8)
    then:
    open().users() == [7, 8] as Set
    open().earlier()*.mark() == [KEEPER]
    warnings == []
  }

  def 'a lost keeper is named for as long as something it had started may live'() {
    given:
    def ledger = open()
    def lost = new ProcessIdentity(300_000, 1, BOOT)
    ledger.begin([lost], KEEPER, [], false)
    ledger.keep(new IdentityFile.Kept('db', self(), KEEPER.of(5, true), 'id-1', 'exec:pid'))
    def next = new KeeperMark((1L << 62) | (8L << 40))
    when:
    ledger.keeper([self()], next)
    then:
    open().earlier()*.mark() == [KEEPER, next]
    when: 'what was detached carries its mark'
    ledger.over([lost])
    ledger.rewrite()
    then:
    open().earlier()*.mark() == [KEEPER, next]
    when:
    ledger.ended('db')
    ledger.rewrite()
    then:
    open().earlier()*.mark() == [next]
  }

  def 'a line that was cut off where it was being written says nothing'() {
    given:
    read('user\t33')
    Files.writeString(file(), "user\t33\nkeeper\t99999\t0\t$BOOT\t${MARK.toString().substring(0, 18)}" + '\0' * 4096)
    when:
    def next = open()
    then:
    next.users() == [33] as Set
    next.earlier().empty
    warnings == []
  }

  def 'marks of another boot are nobody\'s'() {
    when:
    def ledger = read(
        "keeper\t${self().pid()}\t1\t00000000-0000-0000-0000-000000000000\t$MARK",
        "detached\t${self().pid()}\t1\t00000000-0000-0000-0000-000000000000\t${MARK + 5}\tid\tdb\texec:pid",
        "starting\t${KEEPER.of(3, true)}\t00000000-0000-0000-0000-000000000000\tid\tweb")
    ledger.settle { assert false }
    then:
    ledger.earlier() == []
    ledger.kept()*.mark() == [0L]
    ledger.resumeId('db').get() == 'id'
    warnings == []
  }

  // ------------------------------------------------------------------------- what it does not believe

  def 'a line that no supervisor writes says nothing: #what'() {
    when:
    def ledger = read(line, "detached\t${self().pid()}\t5\t$BOOT\t0\tid\tgood\texec:pid")
    then:
    ledger.earlier() == []
    ledger.kept()*.path() == ['good']
    warnings.size() == 1
    warnings[0] == "${file()}: a line says what supervise never writes, and nothing was done about it"
    where:
    what                       | line
    'a mark that all match'    | "keeper\t99999\t0\t$BOOT\t-2"
    'a mark of all ones'       | "keeper\t99999\t0\t$BOOT\t-1"
    'a mark beyond a long'     | "keeper\t99999\t0\t$BOOT\t18446744073709551615"
    'a mark of a run'          | "keeper\t99999\t0\t$BOOT\t${MARK + 1}"
    'a small mark'             | "keeper\t99999\t0\t$BOOT\t1"
    'pid 1'                    | "keeper\t1\t0\t$BOOT\t$MARK"
    'pid 0'                    | "keeper\t0\t0\t$BOOT\t$MARK"
    'a group'                  | "keeper\t-5\t0\t$BOOT\t$MARK"
    'a pid beyond all'         | "keeper\t4194305\t0\t$BOOT\t$MARK"
    'a pid beyond an int'      | "keeper\t4294967298\t0\t$BOOT\t$MARK"
    'negative ticks'           | "keeper\t99999\t-1\t$BOOT\t$MARK"
    'no boot'                  | "keeper\t99999\t0\t\t$MARK"
    'a field too many'         | "keeper\t99999\t0\t$BOOT\t$MARK\t"
    'a field too few'          | "keeper\t99999\t0\t$BOOT"
    'a unit above all'         | "detached\t99999\t0\t$BOOT\t0\tid\t../x\texec:pid"
    'a unit of ESC'            | "detached\t99999\t0\t$BOOT\t0\tid\t\u001b[2J\texec:pid"
    'detached by all ones'     | "detached\t99999\t0\t$BOOT\t-1\tid\tdb\texec:pid"
    'detached by a keeper\'s'  | "detached\t99999\t0\t$BOOT\t$MARK\tid\tdb\texec:pid"
    'an id of a newline'       | "detached\t99999\t0\t$BOOT\t0\ti\rd\tdb\texec:pid"
    'starting by nothing'      | "starting\t0\t$BOOT\tid\tdb"
    'a user beyond 32 bits'    | "user\t4294967296"
    'a user below none'        | "user\t-1"
    'left for other reasons'   | "left\t99999\t0\t$BOOT\tperhaps"
    'left, but pid 1'          | "left\t1\t0\t$BOOT\tours"
    'another word'             | "kill\t99999"
  }

  def 'a file of somebody else\'s, or a link, is not read: it is told, and nothing is looked for'() {
    given:
    Files.writeString(dir.resolve('elsewhere'), "keeper\t${self().pid()}\t0\t$BOOT\t$MARK\n")
    Files.createSymbolicLink(file(), dir.resolve('elsewhere'))
    when:
    def ledger = open()
    then:
    ledger.earlier() == []
    warnings.size() == 1
    warnings[0].contains('is a symbolic link')
  }

  def 'any bytes are read without an exception, and no process is named that could not have been written'() {
    given:
    def seed = System.getProperty('supervise.seed')?.toLong() ?: System.nanoTime()
    def dice = new Random(seed)
    def words = ['keeper', 'detached', 'starting', 'ended', 'user', 'left', 'ours', 'unknown', '\t', '\t', '\t', '\t', '\n', '\n', BOOT, "$MARK", "${MARK + 5}", '0', '-1', '1',
                 '99999', "${Long.MIN_VALUE}", 'db', 'a/b', '../x', '\u0000', 'ü', 'exec:pid']
    def whole = "keeper\t99999\t17\t$BOOT\t$MARK\ndetached\t99998\t18\t$BOOT\t${MARK + 5}\tid\tdb\texec:pid\nstarting\t${KEEPER.of(3, true)}\t$BOOT\tid\tweb\nuser\t33\nleft\t99997\t19\t$BOOT\tours\n"
    def until = System.nanoTime() + (long) (SECONDS * 1e9)
    long tried = 0
    long named = 0

    when:
    while (System.nanoTime() < until || tried <= 300) {
      tried++
      byte[] some = switch (dice.nextInt(3)) {
        case 0 -> { byte[] noise = new byte[dice.nextInt(400)]; dice.nextBytes(noise); yield noise }
        case 1 -> (0..dice.nextInt(60)).collect { words[dice.nextInt(words.size())] }.join('').getBytes('UTF-8')
        default -> {
          byte[] bytes = whole.bytes
          (1 + dice.nextInt(4)).times { bytes[dice.nextInt(bytes.length)] = (byte) dice.nextInt(256) }
          yield bytes
        }
      }
      Files.write(file(), some)
      def ledger = open()
      ledger.settle { mark -> assert KeeperMark.mayBe(mark), "seed $seed"; Optional.empty() }
      (ledger.earlier()*.identity() + ledger.kept()*.identity() + ledger.left()*.identity()).each {
        named++
        assert it.pid() > 1 && it.pid() <= 4194304 && it.startTicks() >= 0, "seed $seed: ${new String(some)}"
      }
      ledger.kept().each { assert it.mark() == 0 || KeeperMark.mayBe(it.mark()), "seed $seed" }
      assert warnings.size() <= 1
      warnings.clear()
    }

    then:
    println "   $tried ledgers of any bytes, $named processes named (seed $seed)"
    named > 0
  }
}

package dev.supervise.worker.process

import dev.supervise.worker.Native
import dev.supervise.posix.ProcessIdentity
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import spock.lang.Requires
import spock.lang.Specification
import spock.lang.TempDir

@Native
class PidFileSpec extends Specification {
  /** `-Dsupervise.fuzz=60` for a minute. */
  static final double SECONDS = Double.parseDouble(System.getProperty('supervise.fuzz', '2'))

  @TempDir Path dir

  static ProcessIdentity self() { ProcessIdentity.of((int) ProcessHandle.current().pid()).get() }

  static byte[] bytes(String text) { text.getBytes('ISO-8859-1') }

  static String third(Map fields) {
    "{${fields.collect { k, v -> "\"$k\":${v instanceof String ? "\"$v\"" : v}" }.join(',')}}"
  }

  def "three lines, for the owner only, that name the process for ever"() {
    given:
    def file = dir.resolve('run/web.pid')
    def self = self()

    when:
    PidFile.write(file, self, '{"unit":"web"}')
    def lines = Files.readAllLines(file)

    then:
    lines.size() == 3
    lines[0] == "${self.pid()}"
    lines[1] == '{"unit":"web"}'
    lines[2] ==~ /\{"start_unix":\d+,"start_ticks":${self.startTicks()},"boot_id":"${self.bootId()}"}/
    Math.abs((lines[2] =~ /unix":(\d+)/)[0][1].toLong() - ProcessHandle.current().info().startInstant().get().epochSecond) <= 2
    PosixFilePermissions.toString(Files.getPosixFilePermissions(file)) == 'rw-------'
    dir.resolve('run').toFile().list() as List == ['web.pid']

    and: 'it is read back and believed'
    PidFile.trusted(PidFile.read(file)).get() == self
  }

  def "#what is believed: #believed"() {
    given:
    def me = self()
    def other = new ProcessIdentity(me.pid(), me.startTicks() + 1, me.bootId())
    def named = PidFile.parse(bytes(text.call(me, other)))

    expect:
    named instanceof PidFile.Content.Named
    PidFile.trusted(named).present == believed

    where:
    what                               | believed | text
    'everything right'                 | true     | { it, o -> "${it.pid()}\n{}\n${third(start_unix: it.startUnix(), start_ticks: it.startTicks(), boot_id: it.bootId())}\n" }
    'no newline at the end'            | true     | { it, o -> "${it.pid()}\n{}\n${third(start_ticks: it.startTicks(), boot_id: it.bootId())}" }
    'the clock was set since'          | true     | { it, o -> "${it.pid()}\n{}\n${third(start_unix: 1, start_ticks: it.startTicks(), boot_id: it.bootId())}\n" }
    'only the start in seconds'        | true     | { it, o -> "${it.pid()}\n{}\n${third(start_unix: it.startUnix())}\n" }
    'a start in seconds that is wrong' | false    | { it, o -> "${it.pid()}\n{}\n${third(start_unix: it.startUnix() - 60)}\n" }
    'other ticks'                      | false    | { it, o -> "${it.pid()}\n{}\n${third(start_ticks: o.startTicks(), boot_id: it.bootId())}\n" }
    'another boot'                     | false    | { it, o -> "${it.pid()}\n{}\n${third(start_ticks: it.startTicks(), boot_id: '00000000-0000-0000-0000-000000000000')}\n" }
    'a bare pid'                       | false    | { it, o -> "${it.pid()}\n" }
    'a bare pid without newline'       | false    | { it, o -> "${it.pid()}" }
    'a pid nobody has'                 | false    | { it, o -> "4194303\n{}\n${third(start_ticks: 1, boot_id: it.bootId())}\n" }
  }

  def "of another user, a start in seconds is not enough"() {
    expect:
    def one = ProcessIdentity.of(1)
    one.empty || one.get().user() == self().user() ||
        PidFile.trusted(PidFile.parse(bytes("1\n{}\n${third(start_unix: one.get().startUnix())}"))).empty
  }

  def "what is no pid file says why: #why"() {
    expect:
    PidFile.parse(bytes(text)) == new PidFile.Content.Nothing(why)

    where:
    text              | why
    ''                | 'is empty'
    'hello\n'         | 'its first line is no pid'
    '\n17\n'          | 'its first line is no pid'
    '-17\n'           | 'its first line is no pid'
    '99999999999\n'   | 'its first line is no pid'
    '4194305\n'       | 'its first line, 4194305, is no pid'
    '0\n'             | 'its first line, 0, is no pid'
    '1\n'             | 'its first line, 1, is no pid'
    '17 18\n'         | 'its first line is no pid'
  }

  def "a file that is not there, a directory and a pipe are answered at once"() {
    given:
    def pipe = dir.resolve('pipe')
    assert "mkfifo $pipe".execute().waitFor() == 0

    expect:
    PidFile.read(dir.resolve('absent')) == new PidFile.Content.Nothing('no such file or directory')
    PidFile.read(dir) == new PidFile.Content.Nothing('is no regular file')
    PidFile.read(pipe) == new PidFile.Content.Nothing('is no regular file')
  }

  def "the number of a thread is no process, as old as it may be"() {
    given:
    def me = ProcessHandle.current().pid() as int
    def threads = new File('/proc/self/task').list()*.toInteger() - me
    expect:
    threads.size() > 0
    threads.every { dev.supervise.posix.ProcessIdentity.of(it).empty }
    dev.supervise.posix.ProcessIdentity.of(me).present
  }

  def "any bytes are read without an exception, and none of them is believed that does not name a process"() {
    given:
    def seed = System.getProperty('supervise.seed')?.toLong() ?: System.nanoTime()
    def dice = new Random(seed)
    def file = dir.resolve('fuzz.pid')
    def me = self()
    def whole = bytes("${me.pid()}\n{\"unit\":\"web\"}\n${third(start_unix: me.startUnix(), start_ticks: me.startTicks(), boot_id: me.bootId())}\n")
    def until = System.nanoTime() + (long) (SECONDS * 1e9)
    long tried = 0
    long named = 0

    when:
    while (System.nanoTime() < until || tried <= 1000) {
      byte[] some = dice.nextBoolean() ? mutated(whole, dice) : random(dice)
      PidFile.Content content
      if (tried++ % 50 == 0) {
        Files.write(file, some)
        content = PidFile.read(file)
      } else {
        content = PidFile.parse(some)
      }
      if (content instanceof PidFile.Content.Named) {
        named++
        def believed = PidFile.trusted(content)
        if (believed.present) {
          def text = new String(some, 'ISO-8859-1')
          def ok = content.pid() == me.pid() && !(content.startUnix().empty && content.startTicks().empty)
          assert ok: "seed $seed: believed: $text"
        }
      }
    }

    then:
    println "   $tried pid files of any bytes, $named of them with a pid (seed $seed)"
    tried > 1000
    named > 0
  }

  static byte[] random(Random dice) {
    byte[] some = new byte[dice.nextInt(dice.nextInt(500) == 0 ? 70_000 : 200)]
    dice.nextBytes(some)
    if (dice.nextBoolean()) {
      def alphabet = '0123456789\n\r\t {}":,-_abcdefstartunixickb\u0000'
      for (int i = 0; i < some.length; i++) some[i] = (byte) alphabet.charAt((some[i] & 0xff) % alphabet.length())
    }
    some
  }

  static byte[] mutated(byte[] whole, Random dice) {
    def some = new ByteArrayOutputStream()
    for (int i = 0; i < whole.length; i++) {
      switch (dice.nextInt(60)) {
        case 0: break
        case 1: some.write(dice.nextInt(256)); break
        case 2: some.write(whole[i]); some.write(whole[i]); break
        case 3: some.write(whole[i]); some.write((int) '0123456789\n"}'.charAt(dice.nextInt(13))); break
        default: some.write(whole[i])
      }
    }
    byte[] all = some.toByteArray()
    dice.nextInt(10) == 0 ? Arrays.copyOf(all, dice.nextInt(all.length + 1)) : all
  }

  def "an identity is a process, its start and the boot: #what"() {
    given:
    def sleeper = 'sleep 100'.execute()
    def identity = ProcessIdentity.of((int) sleeper.pid()).get()

    expect:
    identity.alive()
    !new ProcessIdentity(identity.pid(), identity.startTicks() + 1, identity.bootId()).alive()
    !new ProcessIdentity(identity.pid(), identity.startTicks(), 'another').alive()
    new ProcessIdentity(identity.pid(), identity.startTicks() + 1, identity.bootId()).signal(9) == -3
    identity.ageNanos() < 5_000_000_000L
    identity.signal(0) == 0

    when:
    def signalled = identity.signal(15)
    sleeper.waitFor()

    then:
    signalled == 0
    !identity.alive()
    ProcessIdentity.of(identity.pid()).empty
    identity.signal(9) == -3

    where:
    what = 'all three'
  }
}

package dev.supervise.cli

import dev.supervise.worker.Native
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Requires
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/** Whatever is exhausted, by whomever: supervise goes on as a whole, or is gone with all it has started. */
@Native
@Timeout(150)
class WholeOrGoneSpec extends Specification {
  /** A user that has no account and no processes: only its own are counted. */
  static final String NOBODYS = '54777'

  @TempDir Path temp
  @AutoCleanup Session session
  Path dir

  def setup() {
    dir = Files.createDirectory(temp.resolve('app'))
  }

  void script(String text) { Files.writeString(dir.resolve('app.groovy'), text) }

  static List<String> java(String... more) { Session.java().with { it.add(1, more.join(' ')); it } }

  /** A verb of a client's: what it says and its exit code. */
  List client(String... words) {
    Session.start(dir, words).withCloseable { def code = it.code(); [it.out + it.err, code] }
  }

  static long pid(String out, String unit) { (out =~ /\+ $unit +started.* pid (\d+)/)[0][1] as long }

  def 'a heap that a function has filled ends supervise at once, and with it everything'() {
    given: 'a function that leaves nothing, and units that need something'
    script '''
      class Hog { static List all = [] }
      process('k') { command 'sleep', '1000' }
      process('loop') { restart always; backoff initial: 20.ms, max: 20.ms; shell 'exec sleep 0.02' }
      function('hog') { after k: started; run { ctx ->
        [20000, 16].each { size ->
          while (size) { try { while (true) Hog.all << new byte[size] } catch (OutOfMemoryError e) { if (size > 16) break; Thread.sleep 5 } } }
      } }'''
    when:
    session = Session.start(dir, bare: true, words: java('-Xmx32m') + ['app.groovy'])
    then:
    session.code() == 1
    session.err =~ /supervise: \S+ has failed, and supervise ends at once/
    and:
    Session.within(5000) { Session.ended(pid(session.out, 'k')) }
  }

  def 'the first #signal stops the tree in order where a function holds all descriptors, and who asks is answered'() {
    given:
    script '''
      process('k') { command 'sleep', '1000' }
      process('l') { restart always; backoff initial: 50.ms, max: 50.ms; shell 'exec sleep 0.05' }
      function('f') { after k: started; run { ctx ->
        ctx.sleep 300.ms
        def all = []
        while (!ctx.cancelled) { try { while (true) all << new FileInputStream('/dev/null') } catch (IOException full) { ctx.sleep 20.ms } } } }'''
    session = Session.start(dir, words: ['prlimit', '--nofile=200:200', 'env', '--default-signal=INT'], 'app.groovy')
    session.until(/x l +not started: .*too many open files/)
    when:
    def listing = client('ps')
    session.signal(signal)
    then:
    session.code() == 0
    listing[0] =~ /k +running/ && listing[1] == 0
    session.out =~ /- k +stopped +killed by SIGTERM/
    session.out =~ /- f +stopped +returned/
    session.err == ''
    where:
    signal << ['TERM', 'INT']
  }

  @Requires({ System.getProperty('user.name') == 'root' })
  def 'the first TERM stops the tree in order where no thread can be had, and a listing is answered'() {
    given: 'a user that may read what is run, and write into its directory'
    def lib = Files.createDirectory(temp.resolve('lib'))
    def words = Session.java().findAll { !it.startsWith('-XX:SharedArchiveFile') }
    int at = words.indexOf('-cp') + 1
    words[at] = words[at].split(':').collect { Files.copy(Path.of(it), lib.resolve(Path.of(it).fileName)) }.join(':')
    script '''
      process('k') { command 'sleep', '1000' }
      process('l') { restart always; backoff initial: 50.ms, max: 50.ms; shell 'exec sleep 0.05' }
      function('f') { run { ctx -> while (!ctx.cancelled) ctx.sleep 20.ms } }
      function('g') { run { ctx -> while (!ctx.cancelled) Thread.sleep 1000 } }'''
    assert new ProcessBuilder('chown', '-R', NOBODYS, temp.toString()).start().waitFor() == 0
    def as = ['setpriv', "--reuid=$NOBODYS".toString(), '--clear-groups'] + words
    def mine = [HOME: temp.toString(), XDG_RUNTIME_DIR: '', XDG_CACHE_HOME: temp.resolve('cache').toString()]
    session = Session.start(dir, bare: true, env: mine, words: ['prlimit', '--nproc=90'] + as + ['app.groovy'])
    session.until(/(?s)\+ k +started.*\+ g +started|\+ g +started.*\+ k +started/)
    def ask = { Session.start(dir, bare: true, env: mine, words: as + ['ps']).withCloseable { it.code(); it.out + it.err } }
    session.await('its socket') { ask() =~ /k +running/ }
    when: 'others of the same user, who have no limit, take what there is'
    def others = new ProcessBuilder(['setpriv', "--reuid=$NOBODYS".toString(), '--clear-groups', 'sh', '-c', 'for i in $(seq 120); do sleep 100 & done; wait']).start()
    session.until(/x l +not started/)
    def listing = ask()
    session.signal('TERM')
    then:
    listing =~ /k +running/
    def code = session.code()
    session.err == ''
    code == 0
    session.out =~ /- k +stopped +killed by SIGTERM/
    session.out =~ /- f +stopped +returned/
    session.out =~ /- g +stopped/
    cleanup:
    others?.toHandle()?.with { it.descendants().toList() + it }*.destroyForcibly()
  }

  def 'System.exit at run time stops the tree in order; who called it is named, and the code is 1'() {
    given:
    script '''
      process('k') { command 'sleep', '1000'; postStop { shell 'touch stopped' } }
      function('f') { after k: started; run { ctx ->
        System."${'exit'}"(0) } }'''
    when:
    session = Session.start(dir, 'app.groovy')
    then:
    session.code() == 1
    session.out =~ /! 'f' has called System.exit at app.groovy:4: stopping; the exit code is 1/
    session.out =~ /- f +stopped +has called System.exit/
    session.out =~ /- k +stopped +killed by SIGTERM/
    session.err == "supervise: 'f' has called System.exit at app.groovy:4\n"
    Files.exists(dir.resolve('stopped'))
  }

  def 'what a function starts behind the back of supervise is ended with it, descendants included, and named'() {
    given:
    script '''
      function('f') { run { ctx ->
        ['sh', '-c', 'setsid sleep 1000 & echo $! $$ > pids.new; mv pids.new pids; wait'].execute()
        while (!ctx.cancelled) ctx.sleep 1.second } }'''
    session = Session.start(dir, 'app.groovy')
    session.await('its processes') { Files.exists(dir.resolve('pids')) }
    def pids = Files.readString(dir.resolve('pids')).split()*.toLong()
    when:
    session.signal('TERM')
    then:
    session.code() == 0
    pids.every { Session.ended(it) }
    pids.every { session.out =~ /! \S+ \(pid $it\) was started by a function or a typed line, and was ended/ }
  }

  def 'a client has a clock of its own against an instance that is stopped: #words'() {
    given:
    script "process('k') { command 'sleep', '1000' }"
    session = Session.start(dir, 'app.groovy')
    session.until(/\+ k +started/)
    assert client('ps')[1] == 0
    session.signal('STOP')
    when:
    def answer = client(words as String[])
    then:
    answer[1] == 124
    answer[0] =~ /pid ${session.process.pid()} is stopped \(SIGSTOP\)/
    cleanup:
    session?.signal('CONT')
    where:
    words << [['down', '--timeout', '1s'], ['wait', 'k', '--timeout', '1s'], ['ps']]
  }

  def 'where a function threw stands in its log, in show, in why and in events, with the line of the script'() {
    given:
    script '''
      function('f') { restart never; run { ctx ->
        [1].each { throw new IllegalStateException('no rates') } } }
      process('k') { command 'sleep', '1000' }'''
    session = Session.start(dir, 'app.groovy')
    session.until(/x f +IllegalStateException: no rates/)
    def place = 'app.groovy:3: java.lang.IllegalStateException: no rates'
    expect:
    session.await('its stack') { Files.exists(dir.resolve('.supervise/app/log/f.log')) && Files.readString(dir.resolve('.supervise/app/log/f.log')).contains(place) }
    [['show', 'f'], ['show', 'f', '--json'], ['why', 'f'], ['events', 'f', '--json']].every { client(it as String[])[0].contains(place) }
  }

  def 'supervisors nested deeper than the limit are a mistake with its line; up to it they run'() {
    given:
    script """
      def nest(n) { supervisor('s') { if (n > 1) nest(n - 1) else process('p') { command 'sleep', '1000' } } }
      nest($depth)"""
    when:
    session = Session.start(dir, 'app.groovy')
    then:
    deep ? session.code() == 2 : session.until(/\+ \S*p +started/)
    !deep || session.err =~ /app.groovy:2: supervisor 's': supervisors are nested deeper than 1000, which is the limit/
    deep || session.signal('TERM').code() == 0
    where:
    depth | deep
    1000  | false
    1001  | true
    20000 | true
  }

  def 'a parameter of up to 1 MB goes through whatever is in it; a larger one is told before anything is sent'() {
    given:
    script "process('k') { command 'sleep', '1000' }; task('t') { run { ctx, p -> p.a.size() } }"
    session = Session.start(dir, 'app.groovy')
    session.until(/\+ k +started/)
    when:
    Files.writeString(temp.resolve('fits'), '{"a":"' + '\\"' * 500_000 + '"}')
    Files.writeString(temp.resolve('large'), '{"a":"' + 'x' * 1_048_576 + '"}')
    def shell = { String file -> Session.start(dir, bare: true, words: ['sh', '-c', 'exec "$@" < ' + temp.resolve(file), 'sh'] + Session.java() + ['task', 'submit', 't', '--json', '-', '--wait']).withCloseable { def code = it.code(); [it.out + it.err, code] } }
    def fits = shell('fits')
    def large = shell('large')
    then:
    fits[1] == 0 && fits[0].contains('500000')
    large[1] == 2 && large[0] =~ /parameters are 1048584 bytes long, and up to 1048576 \(1 MB\) are taken; nothing was submitted/
  }

  def 'functions that hold all carriers do not stop the others, and are named'() {
    given:
    script '''
      4.times { n -> function("spin$n") { run { ctx -> java.util.stream.LongStream.range(0, 1L << 60).filter { false }.count() } } }
      function('late') { after spin3: started; restart never; run { ctx -> ctx.log.info 'I run' } }
      process('k') { command 'sleep', '1000' }'''
    when:
    session = Session.start(dir, bare: true, words: java('-Djdk.virtualThreadScheduler.parallelism=2').findAll { it != '-Djdk.virtualThreadScheduler.parallelism=16' } + ['app.groovy'])
    session.until(/I run/)
    then:
    session.until(/! all 2 threads that carry functions are held \(spin\d in .*app.groovy:2.*\); there are 4 now/)
  }
}

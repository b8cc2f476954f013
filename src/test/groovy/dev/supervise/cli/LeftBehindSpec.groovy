package dev.supervise.cli

import java.nio.file.Files
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Requires
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/** What one supervise leaves to the next one, by the real program. */
@Requires({ os.linux })
@Timeout(120)
class LeftBehindSpec extends Specification {
  @TempDir Path parent
  @AutoCleanup Sessions sessions = new Sessions()

  static class Sessions implements Closeable {
    List<Session> all = []

    void close() { all*.close() }
  }

  Path home() { Files.createDirectories(parent.resolve('home')) }

  Session start(String script) {
    Files.writeString(home().resolve('app.groovy'), script)
    sessions.all << Session.start(home(), 'app.groovy')
    sessions.all.last()
  }

  static long pid(Session s, String unit) {
    (s.until(/(?m)^\+ $unit +started .* pid \d+/) =~ /(?m)^\+ $unit +started .* pid (\d+)/)[0][1] as long
  }

  static boolean alive(long pid) {
    try {
      def stat = Files.readString(Path.of("/proc/$pid/stat"))
      stat.substring(stat.lastIndexOf(')') + 2)[0] != 'Z'
    } catch (IOException gone) {
      false
    }
  }

  static long startTicks(long pid) {
    def stat = Files.readString(Path.of("/proc/$pid/stat"))
    stat.substring(stat.lastIndexOf(')') + 2).split(' ')[19] as long
  }

  static void kill(long pid) { assert "kill -9 $pid".execute().waitFor() == 0 }

  static final String TREE = '''
    process('db') { shell 'exec sleep 1000'; detached(); pidFile 'db.pid' }
    process('api') { shell 'setsid sleep 1001 & echo $! > api.daemon; exec sleep 1002' }
    '''

  def "detached units outlive a kill -9 and a clean stop, and are adopted; everything else is gone"() {
    given:
    def first = start(TREE)
    def db = pid(first, 'db')
    def api = pid(first, 'api')
    def ticks = startTicks(db)
    first.await('the daemon') { Files.exists(home().resolve('api.daemon')) }

    when: 'killed, and started again at once'
    kill(first.process.pid())
    def second = start(TREE)

    then: 'nothing of the old run lived when the new one began'
    pid(second, 'api') != api
    pid(second, 'db') == db
    startTicks(db) == ticks
    second.until(/db +started .* \(adopted, exec:pid\)/)
    !alive(api)

    when: 'stopped cleanly'
    def code = second.signal('TERM').code()

    then:
    code == 0
    second.out =~ /db +stopped +left running, pid $db/
    second.err.contains("supervise: db (detached, pid $db) lives on")
    alive(db)

    when:
    def third = start(TREE)

    then:
    pid(third, 'db') == db

    when: 'it is told of by down, too'
    def down = Session.start(home(), 'down')
    sessions.all << down

    then:
    down.code() == 0
    down.lines() == ["db (detached, pid $db) lives on".toString(), 'down']
    third.code() == 0

    when: 'its end is seen at once, and a failure'
    third = start(TREE)
    pid(third, 'db')
    kill(db)
    third.until(/x db +ended, exit code unknown after/)

    then:
    third.await('another') { (third.out =~ /\+ db +started/).count == 2 }

    cleanup:
    third?.signal('TERM')?.code()
    def left = (Files.exists(home().resolve('db.pid')) ? Files.readAllLines(home().resolve('db.pid'))[0] : '0') as long
    if (left) kill(left)
  }

  def "killed together with its keeper, what it had started is gone before the next start starts anything"() {
    given:
    def script = '''
      process('api') {
        shell 'grep -qs "^State:.[RSD]" /proc/$(cat seen)/status && echo STILL THERE; setsid sleep 1001 & echo $! > seen; exec sleep 1002'
      }
      '''
    def first = start(script)
    def api = pid(first, 'api')
    first.await('the daemon') { Files.exists(home().resolve('seen')) && Files.readString(home().resolve('seen')).trim() }
    def daemon = Files.readString(home().resolve('seen')).trim() as long
    def keeper = Files.readAllLines(home().resolve('.supervise/app/identities')).find { it.startsWith('keeper') }.split('\t')[1] as long

    when:
    assert "kill -9 $keeper ${first.process.pid()}".execute().waitFor() == 0
    def second = start(script)

    then:
    pid(second, 'api') != api
    !alive(api)
    !alive(daemon)
    !second.out.contains('STILL THERE')

    cleanup:
    second?.signal('TERM')?.code()
  }

  def "a detached unit whose supervisor is killed in the moment of its start is adopted all the same: #round"() {
    given:
    def script = 'process("db") { shell "echo \\$\\$ > db.own; exec sleep 1000"; detached() }'
    def own = home().resolve('db.own')
    def first = start(script)

    when: 'its own first word is its only sign: nothing is waited for that supervise says'
    first.await('its first word') { Files.exists(own) && Files.readString(own).endsWith('\n') }
    kill(first.process.pid())
    def db = Files.readString(own).trim() as long
    def second = start(script)

    then:
    pid(second, 'db') == db
    second.until(/db +started .* \(adopted, exec:pid\)/)

    cleanup:
    second?.signal('TERM')?.code()
    kill(Files.readString(own).trim() as long)

    where:
    round << (1..4)
  }
}

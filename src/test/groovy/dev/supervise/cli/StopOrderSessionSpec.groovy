package dev.supervise.cli

import dev.supervise.worker.Native
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/** A database under a service, with a finished job between them: whatever ends them, the service goes first. */
@Native
@Timeout(180)
class StopOrderSessionSpec extends Specification {
  static final DB = '''process('db') { command 'sh', '-c', 'echo $$ > db.pid; exec sleep 1000'; ready { file 'db.pid' } }'''

  /// It drains for half a second after TERM, and says whether the database lived to see that.
  static final API = '''shell 'trap "sleep 0.5; kill -0 $(cat db.pid) && echo drained with a database; exit 0" TERM; echo up; while :; do sleep 0.05; done' '''
  static final JOB = '''process('migrate') { oneShot(); command 'true'; after 'db' }'''

  @TempDir
  Path home
  Path dir
  @AutoCleanup
  Session session

  def setup() { dir = Files.createDirectories(home.resolve('app')) }

  void start(String script) {
    Files.writeString(dir.resolve('app.groovy'), script)
    session = Session.start(dir, words: ['setsid', '--wait'], 'run', 'app.groovy')
    session.until(/(?m)^api +\| up/)
  }

  List verb(String... words) {
    def client = Session.start(dir, words)
    [client.code(), client.out, client.err]
  }

  void reachable() { Session.within(60_000) { verb('ps', '-q')[0] == 0 } }

  def 'a stop goes through #what'() {
    given:
    start("$DB\n$units")
    when:
    session.signal('TERM')
    then:
    session.code() == 0
    session.out =~ /(?m)^api +\| drained with a database$/
    where:
    what                     | units
    'a job that is done'     | "$JOB\nprocess('api') { $API; after migrate: done }"
    'two jobs in a row'      | "$JOB\nprocess('seed') { oneShot(); command 'true'; after migrate: done }\nprocess('api') { $API; after seed: done }"
    'a function'             | "function('f') { after 'db'; run { ctx -> } }\nprocess('api') { $API; after f: done }"
    'a unit that gave up'    | "process('m') { command 'false'; maxRestarts 0; after 'db' }\nprocess('api') { $API; after m: ended }"
    'a supervisor'           | "supervisor('a') { $JOB }\nsupervisor('b') { process('api') { $API }; after 'a' }"
    'a row of restForOne'    | "supervisor('s') { strategy restForOne; $JOB; process('api') { $API } }"
  }

  def 'a stop goes through a unit that the operator has stopped'() {
    given:
    start("$DB\nprocess('m') { command 'sleep', '1000'; after 'db' }\nprocess('api') { $API; after 'm' }")
    reachable()
    when:
    verb('stop', 'm')
    verb('down')
    then:
    session.code() == 0
    session.out.contains('drained with a database')
  }

  def 'several that are stopped, and several that are restarted, go in order'() {
    given:
    start("$DB\n$JOB\nprocess('api') { $API; after migrate: done }")
    reachable()
    when:
    def answer = verb(word, 'db', 'api')
    then:
    answer[0] == 0
    session.out.count('drained with a database') == 1
    where:
    word << ['stop', 'restart']
  }

  def 'a reload that #what keeps the order'() {
    given:
    start("$DB\n$JOB\nprocess('api') { $API; after migrate: done }\nprocess('keep') { command 'sleep', '1000' }")
    reachable()
    when:
    Files.writeString(dir.resolve('app.groovy'), script + "\nprocess('keep') { command 'sleep', '1000' }")
    def answer = verb('reload')
    then:
    answer[0] == 0
    session.out.count('drained with a database') == 1
    where:
    what                    | script
    'removes all of it'     | ''
    'removes both ends'     | "process('migrate') { oneShot(); command 'true' }"
    'replaces both ends'    | "${DB.replace('1000', '1001')}\n$JOB\nprocess('api') { $API; env X: 1; after migrate: done }"
  }
}

package dev.supervise.cli

import dev.supervise.verb.Verbs
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/// The journal over a supervisor that is killed, and what a client of another process sees.
@Timeout(90)
class LookingSessionSpec extends Specification {
  @TempDir Path temp
  Path dir
  List<Session> sessions = []

  def setup() {
    Session.warmUp()
    dir = Files.createDirectories(temp.resolve('app'))
  }

  def cleanup() { sessions*.close() }

  Session run(String script) {
    Files.writeString(dir.resolve('app.groovy'), script)
    def session = Session.start(dir, 'app.groovy')
    sessions << session
    session.until(/started/)
    session.await('socket') { Files.exists(dir.resolve('.supervise/app/socket')) && say('ps').code == 0 }
    session
  }

  Map say(String verb, String... words) {
    def out = new ByteArrayOutputStream()
    def err = new ByteArrayOutputStream()
    int code = new ClientVerb(System.getenv(), new PrintStream(out, false, 'UTF-8'), new PrintStream(err, true, 'UTF-8'))
        .call(Verbs.named(verb).get(), words.toList() + ['-s', dir.resolve('app.groovy').toString()])
    [code: code, out: out.toString('UTF-8'), lines: out.toString('UTF-8').readLines(), err: err.toString('UTF-8')]
  }

  def 'what was written before kill -9 is there for the next instance, and goes on in the same journal'() {
    given:
    def first = run('''
      process('api') { shell 'test -e again || { touch again; echo no database; exit 7; }; exec sleep 1000'; delay 50.ms }
    ''')
    first.await('restart') { say('events', 'api').out.contains('exit 7') }
    when: 'the answer was read from the disk; now the supervisor dies'
    first.signal('KILL')
    first.process.waitFor()
    def second = run("process('api') { command 'sleep', '1000' }")
    def events = say('events', 'api').lines
    def since = say('events', 'api', '--since', '1h', '--json').lines
    then:
    events.findAll { it.contains('api  running') }.size() == 3
    events.findIndexOf { it.contains('exit 7') } < events.findLastIndexOf { it.contains('api  running') }
    since.size() == events.size()
    when:
    second.signal('TERM')
    second.code()
    then: 'nobody is left to answer, and what is left is read'
    with(say('why', 'api')) { code == 0 && err.contains('app.groovy is not running since') }
    with(say('ps')) { code == 3 && err.contains('nothing is running') }
  }
}

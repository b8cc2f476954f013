package dev.supervise.cli

import groovy.json.JsonSlurper
import java.nio.file.Files
import java.nio.file.Path
import java.sql.DriverManager
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/// One text that would act on a terminal, and holds a secret, goes in wherever text goes in; wherever text comes out it
/// does nothing, is no longer than a message, and shows no secret.
@Timeout(240)
class HostileTextSpec extends Specification {
  static final SECRET = 'correct-horse-battery'

  /// OSC 52, a title, clearing, C1 as ESC is meant, backspaces within a CSI, NUL, bidi, separators, and a line that
  /// would look like another unit's.
  static final EVIL = 'A\033]52;c;UFdORUQ=\007B\033]0;owned\033\\\033[2JC\u009b2JD\u009d0;owned\u009cE\033[\b\b\b\b\b\b\b\b\b\bmF' +
      '\u202eG\u2066H\u2028I\u2029J\u0000K\u0085L\u007f\0337\0338M\rN\n' + "forged | all is well $SECRET\nO"

  static final SCRIPT = '''
    secret value: 'correct-horse-battery'
    def evil = file('evil').getText('UTF-8')
    process('child') { shell 'cat evil; exec sleep 1000'; labels why: evil; env EVIL: evil.replace('\\0', '') }
    process('last') { restart never; shell 'cat evil; echo; cat evil; exit 3' }
    process('hooked') { command 'sleep', '1000'; preStart { run { throw new IllegalStateException(evil) } }; delay 1.hour }
    process('stopped') { command 'sleep', '1000'; stop { run { throw new IllegalStateException(evil) } } }
    process('unready') { command 'sleep', '1000'; ready { check { throw new IllegalStateException(evil) } } }
    process('absent') { command "no-such-${evil.replace('\\0', '')}"; restart never }
    function('thrower') { restart never; run { throw new IllegalStateException(evil + 'x' * 30_000_000) } }
    function('mute') { restart never; run { throw new Exception() { String getMessage() { throw new Error(evil) } } } }
    function('cut') { restart never; run { throw new IllegalStateException('y' * (8192 - 30) + 'correct-horse-battery' + 'x' * 9000) } }
    function('cutStack') { restart never; run { throw new IllegalStateException('y' * 340 + 'correct-horse-battery' + 'x' * 900) } }
    function('speaker') {
      run { ctx -> println evil; ctx.log.error(evil, new RuntimeException(evil)); while (!ctx.cancelled) ctx.sleep 1.second }
    }
    task('bad') { run { ctx, params -> ctx.progress 0.5, evil; throw new IllegalStateException(evil + 'x' * 30_000_000) } }
    task('good') { run { ctx, params -> evil } }
  '''

  @Shared @TempDir Path temp
  @Shared Path dir
  @Shared Session session

  def setupSpec() {
    Session.warmUp()
    dir = Files.createDirectories(temp.resolve('app'))
    Files.writeString(dir.resolve('evil'), EVIL)
    Files.writeString(dir.resolve('app.groovy'), SCRIPT)
    start()
    ['bad', 'good'].each {
      piped('task', 'submit', it, '--json', groovy.json.JsonOutput.toJson([a: EVIL]).replace('\\u009b', '\u009b'))
    }
    session.await('failures') { piped('ps').with { it.count(' failed ') >= 4 } && piped('task', 'list') =~ /bad +failed/ }
  }

  def cleanupSpec() { session?.close() }

  void start() {
    session = Session.start(dir, 'app.groovy')
    session.until(/speaker +started/)
    session.await('socket') { !(piped('ps') =~ /nothing is running/) }
  }

  String piped(String... words) {
    def run = Session.start(dir, *words)
    run.code()
    run.out + run.err
  }

  String seen(String... words) {
    def run = Session.inTerminal(dir, *words)
    run.code()
    run.out.replace('\r\n', '\n')
  }

  /// What may not come out, of ours only colours left out.
  static void harmless(String what, String out) {
    def plain = out.replaceAll(/\033\[[0-9;:]*m/, '')
    def acts = plain =~ /[\p{Cntrl}\u0080-\u009f\u2028-\u202e\u2066-\u2069&&[^\n\t]]/
    if (acts.find()) {
      throw new AssertionError((Object) "$what: U+${Integer.toHexString((int) plain.charAt(acts.start()))} behind ...${plain.substring(Math.max(0, acts.start() - 80), acts.start()).inspect()}")
    }
    assert !(plain =~ /horse|y{3}corr/): what
    assert !(plain =~ /(?m)^forged/): what
    assert plain.length() < 200_000: what
    assert plain.readLines().every { it.length() < 2 * 8192 + 1000 }: what
  }

  static final NAME = 'a\033[2J\u009b2J\nforged'

  static final VERBS = [
    ['ps'], ['tree'], ['show', 'child'], ['show', 'last'], ['show', 'hooked'], ['show', 'thrower', '--effective'], ['show', 'absent'],
    ['why', 'last'], ['why', 'hooked'], ['why', 'thrower'], ['why', 'mute'], ['why', 'cut'], ['why', 'cutStack'], ['show', 'cutStack'], ['why', 'absent'], ['why', 'unready'],
    ['events', '-n', '200'], ['task', 'list'], ['top'], ['graph'], ['graph', 'last'], ['graph', 'hooked', '--dot'], ['env'],
    ['schedule', 'list'], ['plan'], ['check', 'app.groovy']]

  def 'a listing shows nothing that acts: #words'() {
    expect:
    harmless("piped $words", piped(*words))
    harmless("seen $words", seen(*words))
    where:
    words << VERBS
  }

  def 'JSON is the same text, and acts on no terminal: #words'() {
    expect:
    def out = piped(*words)
    harmless("$words", out.replaceAll(/[xy]{100,}/, ''))
    out.readLines().each { assert new JsonSlurper().parseText(it) != null }
    where:
    words << [['ps', '--json'], ['show', 'child', '--json'], ['why', 'last', '--json'], ['events', '--json', '-n', '200'],
              ['task', 'list', '--json'], ['logs', '--json', 'child'], ['check', 'app.groovy', '--json'], ['top', '--json']]
  }

  def 'one task is shown'() {
    expect:
    piped('task', 'list', '-q').readLines().each { id ->
      harmless("task show $id", piped('task', 'show', id))
      harmless("task show $id", seen('task', 'show', id))
    }
  }

  def 'logs act on no terminal, and reach a pipe as they were written'() {
    expect:
    harmless('logs', seen('logs'))
    harmless('logs of one', seen('logs', 'child', '--color', 'never').replace('forged', ''))
    harmless('logs of a prompt line', seen('repl', '-e', 'logs child').replace('forged', ''))
    piped('logs', 'child').contains(EVIL.readLines().first())
  }

  def 'the stream: what units write is as they wrote it, for a pipe; of ours nothing acts'() {
    given:
    def ours = session.out.readLines().findAll { !it.contains(' | ') }.join('\n')
    expect:
    session.out.contains(EVIL.readLines().first())
    !session.out.contains('horse')
    !(session.out =~ /(?m)^forged/)
    harmless('ours', ours)
    session.out.contains('characters)')
  }

  def 'the stream on a terminal'() {
    given:
    def other = Files.createDirectories(temp.resolve('other'))
    Files.writeString(other.resolve('evil'), EVIL)
    Files.writeString(other.resolve('app.groovy'), SCRIPT)
    def seat = Session.inTerminal(other, 'run', 'app.groovy', '--no-repl')
    when:
    seat.until(/thrower +.*(Illegal|IllegalState)/)
    seat.await('all') { seat.out =~ /x cut/ && seat.out =~ /speaker +\|/ && seat.out =~ /x absent/ }
    def out = seat.out.replace('\r\n', '\n')
    then:
    harmless('the stream', out)
    cleanup:
    seat?.close()
  }

  def 'what somebody typed is told back written out: #words'() {
    expect:
    harmless("piped $words", piped(*words))
    piped(*words).readLines().every { it.startsWith('supervise: ') || it.startsWith('usage: ') || it.startsWith(' ') }
    where:
    words << [['ps', NAME], ['show', NAME], ['why', NAME], ['logs', NAME], ['ps', '-l', "$NAME=1".toString()], ['ps', '--' + NAME],
              ['wait', 'child', '--for', NAME], ['signal', NAME, 'child'], ['scale', 'child', NAME], ['run', NAME], ['check', NAME],
              ['plan', NAME], ['plan', 'app.groovy', NAME], ['task', 'submit', NAME], ['task', 'show', NAME], ['task', NAME],
              ['schedule', 'run', NAME], ['schedule', NAME], ['logs', 'child', '--grep', NAME + '('], ['ps', '-s', NAME],
              ['run', 'app.groovy', '-P', NAME], ['repl', '-e', "ps 'a\033[2J'"], ['repl', '-e', "throw new Exception('''$NAME''')".toString()],
              ['graph', NAME], ['restart', NAME], ['top', '--sort', NAME], ['events', '--since', NAME], ['completion', NAME], ['init', NAME, NAME]]
  }

  def 'a prompt answers with nothing that acts'() {
    expect:
    harmless('println', piped('repl', '-e', "println file('evil').getText('UTF-8')").replace('forged', ''))
    harmless('a value', piped('repl', '-e', "file('evil').getText('UTF-8')").replace('forged', ''))
  }

  def 'a script with such a name and such a mistake'() {
    given:
    Files.writeString(dir.resolve('wrong.groovy'), "process('a\033[2J\u009b2J\u202e') { command 'x'; comand\u009b 'y' }\nthrow new Exception('''$EVIL''')")
    expect:
    harmless('check', piped('check', 'wrong.groovy'))
    harmless('check --stacktrace', piped('check', 'wrong.groovy', '--stacktrace').replaceAll(/(?m)^forged.*/, ''))
    harmless('check --json', piped('check', 'wrong.groovy', '--json'))
    harmless('check --github', piped('check', 'wrong.groovy', '--github'))
  }

  def 'what an older version left in the journal is shown no other way'() {
    when:
    session.signal('TERM', 'TERM')
    session.code()
    def ours = session.out.readLines().findAll { !it.contains(' | ') }.join('\n') + session.err
    then: 'the end, too, where a stop has thrown'
    harmless('the end', ours)
    when:
    DriverManager.getConnection("jdbc:sqlite:${dir.resolve('.supervise/app/journal.db')}").withCloseable { db ->
      db.prepareStatement(UPDATE).withCloseable {
        it.setString(1, EVIL)
        it.setString(2, EVIL)
        assert it.executeUpdate() > 0
      }
    }
    start()
    then:
    harmless('events', piped('events', '-n', '500'))
    harmless('events', seen('events', '-n', '500'))
    harmless('why', seen('why', 'child'))
    harmless('events --json', piped('events', '-n', '500', '--json'))
  }

  static final UPDATE = 'update entry set what = ?, next = ?'
}

package dev.supervise.cli

import dev.supervise.verb.Verbs
import groovy.json.JsonSlurper
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.FileTime
import java.sql.DriverManager
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/// What can be asked of an instance that does not run: it is read from what it has left, and nothing of that changes.
@Timeout(120)
class AfterTheEndSpec extends Specification {
  static final STACK = '''
    process('hog') { command 'sh', '-c', 'echo eating; sleep 0.1; echo out of memory; exit 9'; maxRestarts 1; delay 200.ms }
    supervisor('back') {
      process('db') { command 'sh', '-c', 'echo db up; exec sleep 1000'; instances 2; logs { file 'mine.log' }; labels tier: 'data' }
    }
    task('mail') { run { ctx, p -> ctx.sleep 1.hour } }
  '''

  @TempDir Path temp
  Path dir
  @AutoCleanup('closeAll') def sessions = new Object() {
    List<Session> all = []
    void closeAll() { all*.close() }
  }

  def setupSpec() { Session.warmUp() }

  def setup() { dir = Files.createDirectory(temp.resolve('app')) }

  Session start(String script, String... until) {
    Files.writeString(dir.resolve('app.groovy'), script)
    def s = Session.start(dir, 'app.groovy')
    sessions.all << s
    until.each { regex -> s.until(regex) }
    if (until) s.await('socket') { say('ps').code == 0 }
    s
  }

  /// Without a process of its own.
  Map say(String verb, String... words) {
    def out = new ByteArrayOutputStream()
    def err = new ByteArrayOutputStream()
    int code = new ClientVerb(System.getenv(), new PrintStream(out, false, 'UTF-8'), new PrintStream(err, true, 'UTF-8'))
        .call(Verbs.named(verb).get(), words.toList() + ['-s', dir.resolve('app.groovy').toString()])
    [code: code, out: out.toString('UTF-8'), err: err.toString('UTF-8'), lines: out.toString('UTF-8').readLines()]
  }

  Map<String, List> disk() {
    def all = [:]
    dir.resolve('.supervise').toFile().eachFileRecurse {
      all[it.path] = it.file ? [it.length(), it.lastModified(), it.bytes.encodeHex().toString().md5()] : [it.lastModified()]
    }
    all.sort()
  }

  def 'after an orderly end why, events, logs, show and tasks say what was, since when and why it does not run'() {
    given:
    def s = start(STACK, /x hog .*gave up after 1 restart/, /\+ db-2/)
    say('task', 'submit', 'mail', 'to=ada')
    say('down')
    s.code()
    def before = disk()
    def head = /supervise: app\.groovy is not running since [0-9:.]+: asked by supervise down \(pid \d+\): stop everything\n/
    when:
    def answers = [why: say('why', 'hog'), events: say('events', '-n', '3'), logs: say('logs'), show: say('show', 'hog'), task: say('task', 'list')]
    then:
    answers.each { verb, it -> assert it.code == 0 && it.err ==~ head }
    answers.why.lines[0] ==~ /hog was failed at the end: exit 9 after 0\.\d s; gave up after 1 restart/
    answers.why.lines.any { it.endsWith('| out of memory') }
    answers.events.lines.last() ==~ /.*  ended  asked by supervise down .*: stop everything/
    answers.logs.lines.count('back/db-1 | db up') == 1
    answers.logs.lines.findAll { it.startsWith('hog ') }*.takeAfter('| ').unique() == ['eating', 'out of memory']
    answers.show.lines.containsAll(['process hog  (app.groovy:2)', '  status        failed', '  maxRestarts   1'])
    answers.task.lines[1] =~ /mail +running/
    and: 'names are understood as ever'
    say('logs', 'db').lines == ['back/db-1 | db up', 'back/db-2 | db up']
    say('logs', '-l', 'tier=data').lines.size() == 2
    say('events', 'back').lines.every { it.contains('back') }
    say('show', 'db-2').lines[0].startsWith('process back/db-2')
    with(say('why', 'hgo')) { code == 4 && err.readLines().last() == "supervise: no unit 'hgo' (did you mean 'hog'?)" }
    say('events', 'nobody').code == 4
    and: 'nothing has changed, and no file was made'
    disk() == before
  }

  def 'programs are told the same, with notRunningSince'() {
    given:
    def s = start(STACK, /\+ db-2/)
    say('down')
    s.code()
    def json = new JsonSlurper()
    expect:
    def long since = json.parseText(say('why', 'hog', '--json').out).notRunningSince
    Math.abs(since - System.currentTimeMillis()) < 60_000
    json.parseText(say('show', 'db', '--json').out).with { [notRunningSince, units*.unit*.path] } == [since, ['back/db-1', 'back/db-2']]
    json.parseText(say('task', 'list', '--json').out).notRunningSince == since
    def lines = say('events', '--json').lines.collect { json.parseText(it) }
    lines[0].notRunningSince == since
    lines[0].how.startsWith('asked by supervise down')
    lines.last().kind == 'ended'
    say('logs', 'db-1', '--json').lines.collect { json.parseText(it) }*.line == [null, 'db up']
    say('why', 'hog', '--json').err == ''
  }

  def 'one that was killed has ended without a word'() {
    given:
    def s = start(STACK, /\+ db-2/)
    say('events')
    s.signal('KILL')
    s.process.waitFor()
    when:
    def why = say('why', 'db-1')
    then:
    why.code == 0
    why.err ==~ /supervise: app\.groovy is not running: it ended without a word, last sign of it at [0-9:.]+\n/
    why.lines[0] ==~ /back\/db-1 was running at the end: pid \d+/
    say('show', 'db-1').lines.any { it ==~ /  detail +it was running when the instance ended; pid \d+/ }
  }

  def 'one that was killed before its journal had a word is not taken for the one before it'() {
    given: 'an instance that ended, and the pid file of one that came five seconds later'
    def s = start(STACK, /\+ db-2/)
    say('down')
    s.process.waitFor()
    def long before = new JsonSlurper().parseText(say('why', 'db-1', '--json').out).notRunningSince
    def pidFile = Files.writeString(dir.resolve('.supervise/app/pid'), '4711\n')
    Files.setLastModifiedTime(pidFile, FileTime.fromMillis(before + 5000))
    expect:
    with(say('why', 'db-1')) {
      code == 0
      err ==~ /supervise: app\.groovy is not running: it was started at [0-9:.]+ and ended without a word, before anything was written to its journal: what that says is older\n/
      lines[0].startsWith('back/db-1 was stopped at the end of the instance before: killed by SIGTERM')
    }
    say('events').err.contains('it was started at')
    new JsonSlurper().parseText(say('why', 'db-1', '--json').out).notRunningSince == before + 5000
  }

  def 'one process reads tasks beside a journal of which there is only what the last end left'() {
    given:
    start(STACK, /\+ db-2/)
    say('task', 'submit', 'mail')
    say('down')
    sessions.all*.code()
    new File("$dir/.supervise/app").listFiles().findAll { it.name.startsWith('journal') }*.delete()
    def at = System.currentTimeMillis()
    Files.writeString(dir.resolve('.supervise/app/journal.later'), ['0', at, 'ENDED', '', '', '', 'over', '', '', '', '1', at].join('\t') + '\n')
    when:
    def tasks = Session.start(dir, 'task', 'list', '-q')
    then:
    tasks.code() == 0
    tasks.out.readLines().size() == 1
    tasks.err ==~ /supervise: app\.groovy is not running since [0-9:.]+: over\n/
  }

  def 'one that was killed before it wrote anything at all is told, and its units are known by the script'() {
    given:
    Files.writeString(dir.resolve('app.groovy'), "process('a') { command 'sleep', '1000' }")
    Files.createDirectories(dir.resolve('.supervise/app/log'))
    Files.writeString(dir.resolve('.supervise/app/pid'), '4711\n')
    expect:
    with(say('why', 'a')) {
      code == 0
      err ==~ /supervise: app\.groovy is not running: it was started at [0-9:.]+ and ended without a word, before anything was written to its journal\n/
      lines == ['a does not run', '  the journal knows nothing of it']
    }
    say('events').with { [code, lines] } == [0, []]
    say('why', 'b').code == 4
  }

  def 'what an end left beside the journal is read too, and stays for the next start'() {
    given: 'one that has ended before its journal was opened'
    def s = start("process('a') { command 'sh', '-c', 'echo hello; exit 3'; oneShot() }")
    s.code()
    expect:
    Files.exists(dir.resolve('.supervise/app/journal.later'))
    !Files.exists(dir.resolve('.supervise/app/journal.db'))
    with(say('why', 'a')) { code == 0 && lines[0] == "a was failed at the end: ${(lines[0] - 'a was failed at the end: ')}" && lines[0].contains('exit 3') }
    say('why', 'a').err.contains("nothing was left to run; exit code 1: goals not reached: 'a' is failed")
    say('events').lines.size() == Files.readAllLines(dir.resolve('.supervise/app/journal.later')).size()
    !Files.exists(dir.resolve('.supervise/app/journal.db'))
    when: 'a journal, and an end beside it'
    start("process('b') { command 'sleep', '1000' }", /\+ b/).with { say('events'); say('down'); it.code() }
    start("process('a') { command 'sh', '-c', 'exit 4'; oneShot() }").code()
    then:
    say('events').lines.findAll { it.contains('  ended  ') }.size() == 3
    say('why', 'a').out.contains('exit 4')
    say('why', 'b').lines[0].startsWith('b was stopped at the end')
  }

  def 'a script that is gone, or broken, takes nothing of that away but what only it says'() {
    given:
    def s = start(STACK, /\+ db-2/)
    say('down')
    s.code()
    change.call(dir.resolve('app.groovy'))
    expect:
    say('why', 'db-1').code == 0
    say('logs', 'hog').lines.contains('eating')
    say('logs', 'hog').err.contains('cannot be loaded')
    with(say('show', 'hog')) { code == 0 && lines.any { it ==~ /  status +(failed|stopped)/ } && err.contains("app.groovy cannot be loaded, so that what it says of units is not shown: $why") }
    where:
    change                                        | why
    ({ Files.delete(it) })                        | 'app.groovy does not exist'
    ({ Files.writeString(it, "process('x'") })    | 'app.groovy:1'
  }

  def 'a secret is none the less one: without the script what tasks were given is not shown'() {
    given:
    def s = start(STACK, /\+ db-2/)
    say('task', 'submit', 'mail', 'password=hunter2')
    def id = say('task', 'list', '-q').lines[0]
    say('down')
    s.code()
    expect:
    say('task', 'show', id).out.contains('hunter2')
    when:
    Files.delete(dir.resolve('app.groovy'))
    def shown = say('task', 'show', id)
    then:
    shown.code == 0
    !shown.out.contains('hunter2')
    shown.out.contains('not shown')
    shown.err.contains('cannot be loaded')
  }

  def 'what needs a running instance is refused as ever, and so is what was never there'() {
    given:
    start("process('a') { command 'true'; oneShot() }").code()
    expect:
    say(verb, *words).code == 3
    where:
    verb      | words
    'ps'      | []
    'logs'    | ['-f']
    'events'  | ['-f']
    'restart' | ['a']
    'task'    | ['submit', 'x']
    'top'     | []
    'down'    | []
  }

  def 'where nothing has ever run there is nothing to read'() {
    expect:
    with(say('why')) { code == 3 && err.contains('nothing is running') }
    !Files.exists(dir.resolve('.supervise'))
  }

  def 'a journal of a later version is not understood, and said so'() {
    given:
    start("process('a') { command 'sleep', '1000' }", /\+ a/).with { say('events'); say('down'); it.code() }
    def database = DriverManager.getConnection("jdbc:sqlite:${dir.resolve('.supervise/app/journal.db')}")
    database.createStatement().execute('pragma user_version = 99')
    database.close()
    when:
    def why = say('why', 'a')
    then:
    why.code == 1
    why.err.contains('was written by a later version of supervise')
  }

  def 'an unknown name is no unit while it runs, too: events, with the nearest one'() {
    given:
    def s = start(STACK, /\+ db-2/)
    expect:
    with(say('events', 'hgo')) { code == 4 && err == "supervise: no unit 'hgo' (did you mean 'hog'?)\n" && out == '' }
    say('events', 'hog', 'hgo').code == 4
    say('events', 'hog', 'db').lines.every { it.contains('hog') || it.contains('back/db') }
    when:
    say('remove', 'hog')
    then: 'one that is gone has a past'
    say('events', 'hog', 'db').lines.any { it.contains('hog') }
    cleanup:
    s.signal('TERM').code()
  }
}

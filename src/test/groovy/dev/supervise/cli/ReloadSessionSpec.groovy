package dev.supervise.cli

import dev.supervise.worker.Native
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/** A script that changes while it runs, as a whole program: law 37. */
@Native
@Timeout(180)
class ReloadSessionSpec extends Specification {
  static final SCRIPT = '''
    int answer() { 42 }
    def greeting = 'hello'
    process('db') { command 'sleep 1000' }
    process('api') { command 'sleep 1001'; after 'db'; env PORT: freePort('api') }
    function('f') { run { ctx -> ctx.log "\$greeting \${answer()}"; while (!ctx.cancelled) ctx.sleep 1.minute } }
    exports URL: { "http://localhost:\${port('api')}" }
    '''.stripIndent()

  @TempDir
  Path home
  Path dir
  @AutoCleanup
  Session session

  def setup() {
    dir = Files.createDirectories(home.resolve('app'))
    write(SCRIPT)
  }

  /// As an editor does: another file takes the place.
  void write(String script) {
    def fresh = dir.resolve('.app.groovy.new')
    Files.writeString(fresh, script)
    Files.move(fresh, dir.resolve('app.groovy'), java.nio.file.StandardCopyOption.REPLACE_EXISTING)
  }

  Session start(String... options) {
    // A session of its own has no terminal, so that HUP means reload.
    session = Session.start(dir, words: ['setsid', '--wait'], 'run', 'app.groovy', *options)
    session.until(/(?s)\+ api .*\+ f |\+ f .*\+ api /)
    session.until(/f +\| hello 42/)
    session
  }

  List verb(String... words) {
    def client = Session.start(dir, words)
    def code = client.code()
    [code, client.lines(), client.err]
  }

  /// The socket opens just after the start.
  void reachable() {
    long end = System.nanoTime() + 60_000_000_000L
    while (verb('ps', '-q')[0] != 0) assert System.nanoTime() < end
  }

  Map<String, String> pids() {
    verb('ps')[1].collect { it.split(/ +/) }.findAll { it.size() > 2 }.collectEntries { [it[0], it[2]] }
  }

  def 'plan says what would change and why, reload does it; the rest keeps its pids and its ports'() {
    expect: 'where nothing runs, the order of a start'
    verb('plan', 'app.groovy')[1] == ['   1  process   db', '   2  process   api  after db ready', '   3  function  f',
        'app.groovy: nothing is running; 3 would start, in this order']
    verb('plan', '--exit-code')[0] == 3

    when:
    start()
    reachable()
    def before = pids()
    def url = verb('env')[1].find { it.startsWith('URL=') }
    then:
    verb('reload').take(2) == [0, ['reloaded: nothing changed']]

    when:
    write(SCRIPT.replace('sleep 1001', 'sleep 1002').replace("'hello'", "'hi'") + "process('new') { command 'sleep 7000' }\n")
    then:
    verb('plan', 'app.groovy', '--exit-code').take(2) == [1, ['! replace  process api  command', '! replace  function f  run',
        '+ add      process new', '1 added, 2 replaced, 1 kept']]
    verb('reload').take(2) == [0, ['reloaded: 1 added, 2 replaced, 1 kept']]
    def after = pids()
    after.db == before.db
    after.api != before.api
    verb('env')[1].contains(url)
    session.until(/f +\| hi 42/)

    when: 'the script is broken'
    write(SCRIPT + 'proces("x") { }\n')
    def (code, _, err) = verb('reload')
    then:
    code == 2
    err =~ /app.groovy:8: unknown word 'proces' \(did you mean 'process'\?\)/

    when: 'HUP, without a terminal'
    write(SCRIPT)
    new ProcessBuilder('kill', '-HUP', Files.readString(dir.resolve('.supervise/app/pid')).strip()).start().waitFor()
    session.until(/~ SIGHUP: reloaded: 1 removed, 2 replaced, 1 kept/)
    then:
    pids().db == before.db
    verb('down')[0] == 0
    session.code() == 0
  }

  def 'a reload that is refused leaves no trace: what comes after it meets the same declaration and the same ports'() {
    given:
    def db = "process('db') { command 'sleep 1000'; env P: freePort('p') }\n"
    def other = "process('other') { command 'sleep 1001' }\n"
    write(db + other)
    session = Session.start(dir, words: ['setsid', '--wait'], 'run', 'app.groovy')
    session.until(/(?s)\+ db .*\+ other |\+ other .*\+ db /)
    reachable()
    def before = pids()
    def port = verb('env')[1]
    verb('repl', '-e', "process('live') { command 'sleep 1002'; after 'db' }")[0] == 0

    when: 'a live unit waits for what the script does not declare any more'
    write(other)
    then:
    2.times { assert verb('reload').with { it[0] == 1 && it[2].contains('not reloaded: ') && it[2].contains("'db'") } }
    verb('env')[1] == port

    when:
    write(db + other)
    then:
    verb('plan', '--exit-code').take(2) == [0, ['nothing changed']]
    verb('reload').take(2) == [0, ['reloaded: nothing changed']]
    pids().subMap(['db', 'other']) == before.subMap(['db', 'other'])

    when: 'the name of a port belongs to another unit, then to nobody, then to the first one again'
    write(db.replace("'db'", "'db2'") + other)
    then:
    verb('reload')[0] == 1
    verb('remove', 'live')[0] == 0
    verb('reload')[0] == 0
    verb('env')[1] == port
    write(other)
    verb('reload')[0] == 0
    write(db + other)
    verb('reload')[0] == 0
    verb('env')[1] == port
    verb('down')[0] == 0
  }

  def 'what was a secret stays one, whatever a reload makes of the script'() {
    given:
    def f = '''function('f') { run { ctx -> while (!ctx.cancelled) { ctx.log "token " + System.getenv('TOK'); ctx.sleep 50.ms } } }\n'''
    def db = { "process('db') { command 'sleep 1000'$it }\n".toString() }
    write(f + db("; env PW: secret('TOK')"))
    session = Session.start(dir, env: [TOK: 'hunter2hunter2'], words: ['setsid', '--wait'], 'run', 'app.groovy')
    session.until(/f +\| token \*\*\*/)
    reachable()

    when:
    write(f + db(''))
    then:
    verb('reload').take(2) == [0, ['reloaded: 1 replaced, 1 kept']]

    when: 'and what a typed line calls one is one'
    def typed = verb('repl', '-e', "process('p') { shell 'echo my typed-secret; exec sleep 1000'; env X: secret('typed-secret') }")
    then:
    typed[0] == 0
    session.until(/p +\| my \*\*\*/)
    Thread.sleep(300)
    verb('logs', '-n', '100')[1].findAll { it.contains('token') }.with { it.size() > 3 && it.every { it.contains('token ***') } }
    verb('down')[0] == 0
    [session.out, dir.resolve('.supervise/app/log/f.log').toFile().text, dir.resolve('.supervise/app/log/p.log').toFile().text]
        .every { !it.contains('hunter2') && !it.contains('typed-secret') }
  }

  def '--watch reloads when the script or what it includes has settled, and goes on after a mistake'() {
    given:
    Files.writeString(dir.resolve('more.groovy'), "process('x') { command 'sleep 2000' }\n")
    write(SCRIPT + "include 'more.groovy'\n")
    start('--watch')

    when:
    Files.writeString(dir.resolve('more.groovy'), "process('y') { command 'sleep 2001' }\n")
    then:
    session.until(/~ --watch: reloaded: 1 added, 1 removed, 3 kept/)

    when:
    write('nonsense here\n')
    then:
    session.until(/(?s)~ --watch: not reloaded, the script has mistakes:.app.groovy:1/)

    when:
    write(SCRIPT)
    then:
    session.until(/~ --watch: reloaded: 1 removed, 3 kept/)
  }
}

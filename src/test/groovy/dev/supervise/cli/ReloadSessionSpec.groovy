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

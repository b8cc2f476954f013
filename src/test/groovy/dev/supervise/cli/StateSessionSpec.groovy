package dev.supervise.cli

import dev.supervise.cli.run.InstanceLock
import dev.supervise.verb.Verbs
import dev.supervise.worker.Native
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/// What an instance keeps, by the real program: where it is, and what happens when somebody takes it away.
@Native
@Timeout(90)
class StateSessionSpec extends Specification {
  static final String TREE = '''
    process('web') { shell 'while :; do echo tick; sleep 0.05; done' }
    task('t') { run { ctx, p -> 'ok' } }
    '''

  @TempDir Path temp
  @AutoCleanup Sessions sessions = new Sessions()
  Path dir

  static class Sessions implements Closeable {
    List<Session> all = []

    void close() { all*.close() }
  }

  def setupSpec() { Session.warmUp() }

  def setup() { dir = Files.createDirectory(temp.resolve('app')).toRealPath() }

  void script(String text, String name = 'app.groovy') { Files.writeString(dir.resolve(name), text) }

  Session start(Map with = [:], String... arguments) {
    sessions.all << Session.start(with, dir, arguments)
    sessions.all.last()
  }

  /// One call of a client, without a process of its own.
  List say(Map<String, String> environment = [:], String verb, String... words) {
    def out = new ByteArrayOutputStream()
    def err = new ByteArrayOutputStream()
    int code = new ClientVerb(System.getenv() + environment, new PrintStream(out, false, 'UTF-8'), new PrintStream(err, true, 'UTF-8'))
        .call(Verbs.named(verb).get(), words.toList())
    [code, out.toString('UTF-8'), err.toString('UTF-8')]
  }

  List ps(String script = 'app.groovy') { say('ps', '-q', '-s', dir.resolve(script).toString()) }

  void answers(Session s, String script = 'app.groovy') { s.await('an answer') { ps(script)[0] == 0 } }

  Path state(String name = '') { name ? dir.resolve(".supervise/app/$name") : dir.resolve('.supervise/app') }

  // ------------------------------------------------------------------------------- taken away

  def 'a state directory that is removed hides nothing, makes room for nobody, and is there again with all that was in it: #how'() {
    given:
    script TREE
    def first = start('app.groovy')
    answers(first)
    def task = say('task', 'submit', 't', 'n=1', '--wait', '-s', "$dir/app.groovy")[1].readLines()[0]
    say('events', '-s', "$dir/app.groovy")
    first.await('both files') { Files.exists(state('state.db')) && Files.exists(state('journal.db')) }

    when:
    assert new ProcessBuilder('sh', '-c', how).directory(dir.toFile()).start().waitFor() == 0
    def asked = ps()
    def second = start('app.groovy')

    then: 'at once'
    asked == [0, 'web\n', '']
    second.code() == 1
    second.err.contains("another supervisor (pid ${first.process.pid()}) owns $dir/.supervise/app; stop it first, nothing was started")
    !second.out.contains('tick')

    when:
    first.await('a warning') { (first.out + first.err).contains("the state directory $dir/.supervise/app was taken away while supervise runs; it is there again") }

    then: 'whoever looks finds it, locked, with the tasks and the history it had'
    Files.readString(state('pid')) == "${first.process.pid()}\n"
    Files.readString(state('script')) == 'app.groovy\n'
    Files.readString(dir.resolve('.supervise/.gitignore')) == '*\n'
    Files.exists(Path.of(Files.readString(state('socket')).strip()))
    Files.readString(state('identities')).startsWith('keeper\t')
    say('task', 'show', task, '-s', "$dir/app.groovy")[0] == 0
    say('task', 'submit', 't', 'n=2', '--wait', '-s', "$dir/app.groovy")[0] == 0
    say('events', '-s', "$dir/app.groovy")[1].contains('the tree was started')
    first.await('lines again') { Files.exists(state('log/web.log')) && Files.readString(state('log/web.log')).contains('tick') }
    (first.out + first.err).count('was taken away') == 1

    when: 'it is stopped, the next one knows them'
    first.signal('TERM').code() == 0
    def third = start('app.groovy')
    answers(third)

    then:
    say('task', 'show', task, '-s', "$dir/app.groovy")[0] == 0
    say('task', 'list', '--json', '-s', "$dir/app.groovy")[1].count('"completed"') >= 2

    where:
    how << ['rm -rf .supervise', 'mv .supervise old']
  }

  def 'killed after that, it is found by the next one like any other: its keeper still holds the lock'() {
    given:
    script '''process('web') { shell 'trap "" TERM; while :; do sleep 0.05; done' }'''
    def first = start('app.groovy')
    answers(first)
    assert dir.resolve('.supervise').toFile().deleteDir()
    first.await('a warning') { (first.out + first.err).contains('it is there again') }
    def web = (first.out =~ /web +started .* pid (\d+)/)[0][1] as long

    when:
    first.signal('KILL')
    first.process.waitFor()
    def next = start('app.groovy')
    answers(next)

    then:
    Session.ended(web)
  }

  def 'a single file that is removed is there again too: #name'() {
    given:
    script TREE
    def s = start('app.groovy')
    answers(s)
    s.await('the file') { Files.exists(state(name)) }

    when:
    Files.delete(state(name))

    then:
    s.await('it again') { Files.exists(state(name)) }
    s.await('a warning') { (s.out + s.err).contains("$name was taken away from $dir/.supervise/app while supervise runs; it is there again") }
    ps()[0] == 0

    where:
    name << ['socket', 'pid', 'lock', 'identities', 'script']
  }

  def 'the directory of the logs that is removed is there again, and lines go into it'() {
    given:
    script TREE
    def s = start('app.groovy')
    answers(s)
    s.await('a line') { Files.exists(state('log/web.log')) }

    when:
    assert state('log').toFile().deleteDir()

    then:
    s.await('lines again') { Files.exists(state('log/web.log')) && Files.readString(state('log/web.log')).contains('tick') }
    s.await('a warning') { (s.out + s.err).contains("log was taken away from $dir/.supervise/app while supervise runs; it is there again; what the logs held is gone") }
  }

  def 'up -d says at once that one runs that cannot be reached, and ends with 1'() {
    given:
    script TREE
    def first = start('app.groovy')
    answers(first)
    Files.delete(Path.of(Files.readString(state('socket')).strip()))

    when:
    long begun = System.nanoTime()
    def up = start('up', '-d')

    then:
    up.code() == 1
    up.err.contains("another supervisor (pid ${first.process.pid()}) owns $dir/.supervise/app")
    System.nanoTime() - begun < 30_000_000_000L
  }

  def 'what cannot be made again is said once, and the tree runs on'() {
    given:
    script TREE
    def s = start('app.groovy')
    answers(s)

    when:
    assert dir.resolve('.supervise').toFile().deleteDir()
    Files.createSymbolicLink(dir.resolve('.supervise'), Files.createDirectory(dir.resolve('elsewhere')))

    then:
    s.await('a warning') { (s.out + s.err).contains('cannot be made again: ') }
    (s.out + s.err).contains('.supervise is a symbolic link')
    dir.resolve('elsewhere').toFile().list().length == 0
    ps()[0] == 0
    s.signal('TERM').code() == 0
    (s.out + s.err).count('cannot be made again') == 1
  }

  def 'a link that is put above the state leads nothing of ours into it, nor out of it: #how'() {
    given: 'another instance, with units of the same name'
    def other = Files.createDirectory(temp.resolve('other')).toRealPath()
    Files.writeString(other.resolve('app.groovy'), "process('web') { shell 'while :; do echo other; sleep 0.2; done' }")
    sessions.all << Session.start(other, 'app.groovy')
    script TREE
    def s = start('app.groovy')
    answers(s)
    def strange = other.resolve('.supervise/app')
    sessions.all[0].await('its files') { ['identities', 'pid', 'socket', 'log/web.log', 'journal.db'].every { Files.exists(strange.resolve(it)) } }

    when:
    assert new ProcessBuilder('sh', '-c', how).directory(dir.toFile()).start().waitFor() == 0
    s.await('a warning') { (s.out + s.err).count('cannot be made again: ') in warnings }
    int told = s.out.count('tick')
    s.await('more output') { s.out.count('tick') > told + 40 }
    s.signal('TERM').code() == 0

    then:
    ['identities', 'pid', 'socket', 'lock', 'script', 'journal.db', 'journal.db-wal'].every { Files.exists(strange.resolve(it)) }
    Files.readString(strange.resolve('pid')) == "${sessions.all[0].process.pid()}\n"
    !Files.readString(strange.resolve('log/web.log')).contains('tick')
    !Files.exists(strange.resolve('journal.later'))
    (s.out + s.err).count('cannot be made again') in warnings
    sessions.all[0].signal('TERM').code() == 0

    where: 'what is further above is not watched: it is told of when something is to be made there'
    how                                                       | warnings
    'mv .supervise old; ln -s ../other/.supervise .supervise' | [1]
    'cd ..; mv app old; ln -s other app'                      | [0, 1]
  }

  def 'a state that comes back as it was is gone on with'() {
    given:
    script TREE
    def s = start('app.groovy')
    answers(s)
    Files.move(dir.resolve('.supervise'), dir.resolve('old'))
    Files.createSymbolicLink(dir.resolve('.supervise'), Files.createDirectory(dir.resolve('elsewhere')))
    s.await('a warning') { (s.out + s.err).contains('cannot be made again: ') }

    when:
    Files.delete(dir.resolve('.supervise'))
    Files.move(dir.resolve('old'), dir.resolve('.supervise'))

    then:
    s.await('a word') { (s.out + s.err).contains("the state directory $dir/.supervise/app is there again as it was") }
    s.signal('TERM').code() == 0
    !Files.exists(state('pid'))
  }

  // ------------------------------------------------------------------------------- where

  def 'two scripts of one directory run side by side, and each is asked by its own name'() {
    given:
    script "process('one') { command 'sleep', '1000' }", 'dev.groovy'
    script "process('two') { command 'sleep', '1000' }", 'test.groovy'
    when:
    answers(start('dev.groovy'), 'dev.groovy')
    answers(start('test.groovy'), 'test.groovy')
    then:
    ps('dev.groovy')[1] == 'one\n'
    ps('test.groovy')[1] == 'two\n'
    dir.resolve('.supervise').toFile().list().sort() == ['.gitignore', 'dev', 'test']
  }

  def 'state is kept where it is said, by option on either side of the verb and by variable, and found there: #how'() {
    given:
    script TREE
    def other = temp.resolve('other').toAbsolutePath().toString()
    def s = start(env: env.collectEntries { k, v -> [k, other] }, *words.collect { it == 'DIR' ? other : it })
    s.await('an answer') { say('ps', '-q', '--state-dir', other)[0] == 0 }
    expect:
    s.lines().first() == "app.groovy  1 unit  logs ${temp.toRealPath()}/other/log"
    !Files.exists(dir.resolve('.supervise'))
    say('ps', '-q', '-s', "$dir/app.groovy", "--state-dir=$other")[1] == 'web\n'
    say(SUPERVISE_STATE_DIR: other, 'ps', '-q')[1] == 'web\n'
    ps()[0] == 3
    say('ps', '--state-dir', temp.resolve('none').toString())[2].contains('nothing is running with its state in')
    Session.start(dir, '--state-dir', other, 'ps', '-q').with { it.code() == 0 && it.out == 'web\n' }
    where:
    how          | words                                      | env
    'before'     | ['--state-dir', 'DIR', 'app.groovy']       | [:]
    'after'      | ['run', 'app.groovy', '--state-dir', 'DIR']| [:]
    'variable'   | ['app.groovy']                             | [SUPERVISE_STATE_DIR: '']
    'over it'    | ['app.groovy', '--state-dir', 'DIR']       | [:]
  }

  def 'a state directory of any depth has a socket: where no other place can be used, and its path is too long'() {
    given:
    dir = Files.createDirectories(temp.resolve('d' * 100).resolve('e' * 100)).toRealPath()
    def link = Files.createSymbolicLink(temp.resolve('link'), Files.createDirectory(temp.resolve('real')))
    when:
    def owned = InstanceLock.of(dev.supervise.posix.PrivateDirectory.create(dir.resolve('s')), [link])
    def path = owned.socket()
    def server = serve(path)
    then:
    path.toString().length() > 200
    dev.supervise.control.client.SocketConnection.open(path, 'spec').withCloseable { it.instance().pid() } == ProcessHandle.current().pid()
    cleanup:
    server?.close()
    owned?.close()
  }

  private static serve(Path path) {
    def engine = dev.supervise.Engine.open(new dev.supervise.Settings(path.parent, { a, b, c, d -> } as dev.supervise.worker.Output, { }, { }))
    def hub = new dev.supervise.control.server.Broadcast(new dev.supervise.text.Secrets())
    def instance = new dev.supervise.control.protocol.Instance('', ProcessHandle.current().pid(), path.parent.toString(), path.toString(), 0, '')
    def desk = new dev.supervise.control.server.InstanceApi(engine, hub, instance, { [:] })
    def server = dev.supervise.control.server.Server.open(desk, path, { throw new AssertionError(it as Object) }, { System.nanoTime() })
    [close: { server.close(); engine.close() }]
  }
}

package dev.supervise.worker.process

import dev.supervise.worker.Action
import dev.supervise.worker.Native
import dev.supervise.worker.Survivors
import dev.supervise.worker.WorkerBed
import dev.supervise.spec.Command
import dev.supervise.spec.EnvLayer
import dev.supervise.spec.Exit
import dev.supervise.spec.FunctionBody
import dev.supervise.spec.Grace
import dev.supervise.spec.Identity
import dev.supervise.spec.Limit
import dev.supervise.spec.Logs
import dev.supervise.spec.StartFailure.Step
import dev.supervise.spec.StopStep
import dev.supervise.spec.Value
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.CountDownLatch
import spock.lang.Requires
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.Timeout

@Native
@Timeout(60)
class ProcessWorkerSpec extends Specification {
  @Shared
  WorkerBed bed = new WorkerBed()

  def cleanupSpec() {
    bed.close()
  }

  // --- exits

  def 'a run reports its pid with its start, then how it ended: #order'() {
    when:
    def run = bed.shell(order)
    def (what, pid, start) = run.next()

    then:
    what == 'up'
    pid > 1
    start > 0
    run.next() == ['ended', exit, Survivors.NONE]
    run.silent()

    where:
    order            || exit
    'exit 0'         || new Exit.Code(0)
    'exit 3'         || new Exit.Code(3)
    'kill -9 $$'     || new Exit.Signalled(9, false)
    'kill -TERM $$'  || new Exit.Signalled(15, false)
  }

  def 'a thousand starts are asked for before the first is up, and all of them run'() {
    when:
    def before = Thread.getAllStackTraces().size()
    def runs = (1..1000).collect { bed.argv('/bin/sleep', '1000') }
    runs*.pid()

    then: 'threads do not grow with children'
    Thread.getAllStackTraces().size() <= before + 2

    when:
    runs*.signal(15)

    then:
    runs*.exit() as Set == [new Exit.Signalled(15, false)] as Set
    bed.warnings == []
  }

  // --- starts that fail

  def 'a start that fails names the step and the thing: #words'() {
    given:
    def dir = bed.dir
    Files.createDirectories(dir.resolve('folder'))
    dir.resolve('plain').toFile().text = 'text'
    dir.resolve('orphan').toFile().text = '#!/no/such/interpreter -x\n'
    dir.resolve('orphan').toFile().executable = true
    dir.resolve('noformat').toFile().text = 'echo hello\n'
    dir.resolve('noformat').toFile().executable = true

    when:
    def failure = bed.argv(settings, words as String[]).failure()

    then:
    failure.step() == step
    failure.code() == code
    failure.message().contains(message)

    where:
    words                        | settings                                || step             | code | message
    ['nope']                     | [:]                                     || Step.LOOKUP      | 127  | "program 'nope' not found in PATH ("
    ['./nope']                   | [:]                                     || Step.LOOKUP      | 127  | "program './nope' does not exist in /"
    ['sleep']                    | [env: [new EnvLayer.Set('PATH', Value.of(''))]] || Step.LOOKUP | 127 | "'sleep' not found in PATH ()"
    ['./folder']                 | [:]                                     || Step.PERMISSION  | 126  | "program './folder' is a directory"
    ['./plain']                  | [:]                                     || Step.PERMISSION  | 126  | "program './plain' is not executable"
    ['./orphan']                 | [:]                                     || Step.INTERPRETER | 126  | "interpreter '/no/such/interpreter'"
    ['./noformat']               | [:]                                     || Step.EXEC        | 126  | 'has to begin with #!'
    ['sleep', '1']               | [dir: Value.of('/no/dir')]              || Step.DIR         | 127  | "dir '/no/dir' does not exist"
    ['sleep', '1']               | [dir: Value.of('/etc/passwd')]          || Step.DIR         | 127  | "dir '/etc/passwd' is not a directory"
    ['true', 'x' * 200_000]      | [:]                                     || Step.SIZE        | 126  | 'arguments and environment too large'
    ['true']                     | [limits: [new Limit(Limit.Resource.STACK, 1 << 62, 1 << 62)], identity: new Identity(Optional.of('nobody'), Optional.of('no-such-group'), OptionalInt.empty(), OptionalInt.empty())] || Step.USER | 1 | "group 'no-such-group' does not exist"
    ['true']                     | [identity: new Identity(Optional.of('no-such-user'), Optional.empty(), OptionalInt.empty(), OptionalInt.empty())] || Step.USER | 1 | "user 'no-such-user' does not exist"
    ['true']                     | [env: [new EnvLayer.File('no.env')]]    || Step.ENV_FILE    | 1    | "no.env' does not exist"
    ['true']                     | [env: [new EnvLayer.Set('A', new Value.Late({ throw new IllegalStateException('boom') }, 'x'))]] || Step.VALUE | 1 | 'env A: its value threw IllegalStateException: boom'
    ['true']                     | [logs: new Logs.Captured('folder', 1 << 20, 1, false, false)] || Step.LOG | 1 | 'folder'
  }

  def 'a failing start is followed by nothing, and the worker goes on'() {
    when:
    def failed = (1..50).collect { bed.argv('/no/such/program') }
    failed*.failure()
    def run = bed.shell('exit 4')
    run.pid()

    then:
    run.exit() == new Exit.Code(4)
    failed.every { it.silent() }
  }

  // --- what a child finds

  def 'a child starts in its own session with default dispositions, an empty mask and three descriptors'() {
    when:
    def run = bed.shell('ls -l /proc/self/fd; read -r s < /proc/$$/stat; echo "stat $s"; exec cat /proc/self/status')
    def pid = run.pid()
    run.exit()
    def text = bed.logOf(run.path) { it.contains('SigCgt') }
    def stat = (text =~ /stat \d+ \(.*\) (.*)/)[0][1].tokenize()

    then: 'group and session'
    stat[2] as int == pid
    stat[3] as int == pid

    and: 'signals'
    text =~ /SigBlk:\s+0{16}\n/
    (text =~ /SigIgn:\s+([0-9a-f]+)/)[0][1] ==~ /0+/

    and: '0 is /dev/null, 1 and 2 are one pipe; 3 is the folder ls looks into'
    def fds = (text =~ / (\d) -> (\S+)/).collect { [it[1], it[2]] }.collectEntries { it }
    fds.keySet() == ['0', '1', '2', '3'] as Set
    fds['0'] == '/dev/null'
    fds['1'] == fds['2']
    fds['1'].startsWith('pipe:')
  }

  def 'the limit of open files is what the supervisor was started with, or what the unit says'() {
    expect:
    (bed.outputOf(settings, 'cat', '/proc/self/limits') =~ /Max open files\s+(\d+)/)[0][1] as long == soft

    where:
    settings                                                      || soft
    [limits: [new Limit(Limit.Resource.NOFILE, 123, 456)]]        || 123
  }

  def 'umask, nice and a limit reach the child'() {
    given:
    def identity = new Identity(Optional.empty(), Optional.empty(), OptionalInt.of(0027), OptionalInt.of(5))

    expect:
    bed.outputOf(identity: identity, limits: [new Limit(Limit.Resource.CORE, 0, 0)], 'sh', '-c', 'umask; nice; ulimit -c') == '0027\n5\n0\n'
  }

  @Requires({ System.getProperty('user.name') == 'root' })
  def 'a user brings his group and supplementary groups'() {
    expect:
    bed.outputOf(dir: Value.of('/'), identity: new Identity(Optional.of('nobody'), Optional.empty(), OptionalInt.empty(), OptionalInt.empty()),
        'sh', '-c', 'id -un; id -Gn') == "nobody\n${['id', '-Gn', 'nobody'].execute().text}".toString()
  }

  @Requires({ System.getProperty('user.name') == 'root' })
  def 'HOME, USER, LOGNAME and SHELL are those of the account, unless env says otherwise: #who'() {
    given:
    def identity = new Identity(Optional.of(who), Optional.ofNullable(group), OptionalInt.empty(), OptionalInt.empty())

    expect:
    bed.outputOf(dir: Value.of('/'), identity: identity, env: env, cleanEnv: clean, 'sh', '-c',
        'echo ${HOME-no home}:${USER-no user}:${LOGNAME-no logname}:${SHELL-no shell}') == "$says\n".toString()

    where:
    who       | group  | clean | env                                                                        || says
    'nobody'  | null   | false | []                                                                         || nobody(0)
    'nobody'  | null   | true  | []                                                                         || nobody(0)
    '65534'   | null   | false | []                                                                         || nobody(0)
    'root'    | null   | true  | []                                                                         || "$System.env.HOME:root:root:${passwd('root')[6]}"
    '54321'   | '54321'| false | []                                                                         || '/:no user:no logname:/bin/sh'
    'nobody'  | null   | false | [new EnvLayer.Set('HOME', Value.of('/h')), new EnvLayer.Unset('USER')]    || '/h:no user' + nobody(2)
    'nobody'  | null   | true  | [new EnvLayer.Set('SHELL', Value.of('/s'))]                                || nobody(0, '/s')
  }

  static List<String> passwd(String name) { new File('/etc/passwd').readLines()*.split(':', -1).find { it[0] == name } }

  static String nobody(int from, String shell = null) {
    def (name, _, uid, gid, gecos, home, itsShell) = passwd('nobody')
    def fields = [home, name, name, shell ?: itsShell]
    (from ? ':' : '') + fields.drop(from).join(':')
  }

  def 'texts that are not ASCII arrive as UTF-8: arguments, environment, file names, directory'() {
    given:
    Path folder = Files.createDirectories(bed.dir.resolve('dö ñ'))
    folder.resolve('fïle').toFile().text = 'x'

    expect:
    bed.outputOf(dir: Value.of(folder.toString()), env: [new EnvLayer.Set('VALUE', Value.of('wért'))],
        'sh', '-c', 'pwd; ls; echo "$1 $VALUE"', 'sh', 'ärgument') == "$folder\nfïle\närgument wért\n".toString()
    bed.outputOf(env: [new EnvLayer.Set('NÄME', Value.of('x'))], 'env').contains('NÄME=x\n')
  }

  def 'layers: files first, later words win, null removes'() {
    given:
    bed.dir.resolve('.env').toFile().text = 'A=file\nB=file\n# c\n'

    expect:
    bed.outputOf(cleanEnv: true, env: [new EnvLayer.Set('A', Value.of('set')), new EnvLayer.File('.env'), new EnvLayer.Set('C', Value.of('1')),
        new EnvLayer.Unset('C')], '/usr/bin/env').readLines().findAll { it ==~ /[ABC]=.*/ } as Set == ['A=set', 'B=file'] as Set
  }

  def 'the handover reaches a real child'() {
    when:
    def run = bed.start(new Command.Argv([Value.of('env')]), prev: 137, instance: 2)
    run.pid()
    run.exit()
    def text = bed.logOf(run.path)

    then:
    text.contains('LIFECYCLE_RESUME_ID=the-id\n')
    text.contains('LIFECYCLE_PREV_EXIT=137\n')
    text.contains("SUPERVISE_UNIT=$run.path\n")
    text.contains('SUPERVISE_INSTANCE=2\n')
  }

  def 'the first run has no previous exit'() {
    expect:
    !bed.outputOf('env').contains('LIFECYCLE_PREV_EXIT')
  }

  def 'shell text gets its arguments as arguments, whatever they contain'() {
    when:
    def run = bed.start(new Command.Shell(Value.of('echo "$0|$1"'), [Value.of('a; echo b'), Value.of('$HOME `id`')]))
    run.pid()
    run.exit()

    then:
    bed.logOf(run.path) == 'a; echo b|$HOME `id`\n'
  }

  def 'a body larger than a packet arrives whole'() {
    given:
    String large = 'x' * 100_000

    expect:
    bed.outputOf(env: [new EnvLayer.Set('LARGE', Value.of(large))], 'sh', '-c', 'echo ${#LARGE}') == '100000\n'
  }

  def 'a late value is evaluated at each start, off the calling thread'() {
    given:
    def threads = []
    def value = new Value.Late({ threads << Thread.currentThread(); "v${threads.size()}".toString() }, 'x')

    expect:
    (1..2).collect { bed.outputOf(env: [new EnvLayer.Set('V', value)], 'sh', '-c', 'echo $V') } == ['v1\n', 'v2\n']
    !threads.contains(Thread.currentThread())
  }

  def 'a start whose value hangs can be stopped at once'() {
    given:
    def hangs = new CountDownLatch(1)
    def interrupted = new CountDownLatch(1)
    def value = new Value.Late({
      hangs.countDown()
      try {
        Thread.sleep(60_000)
      } catch (InterruptedException e) {
        interrupted.countDown()
        throw e
      }
      'never'
    }, 'x')

    when:
    def run = bed.argv(env: [new EnvLayer.Set('V', value)], 'true')
    hangs.await()
    run.signal(15)

    then:
    run.failure().message() == 'stopped before its program was started'
    interrupted.await()
    run.silent()
  }

  // --- signals and remains

  def 'a signal reaches the leader alone, or its group, and is followed by CONT'() {
    when: 'a stopped child that ignores nothing'
    def run = bed.shell('sleep 1000 & until grep -q sleep /proc/$!/comm; do :; done; kill -STOP $$; wait')
    int pid = run.pid()
    WorkerBed.until { new File("/proc/$pid/stat").text.contains(') T ') }
    run.signal(15, Action.Scope.LEADER)
    def (what, exit, remains) = run.next()

    then:
    [what, exit] == ['ended', new Exit.Signalled(15, false)]
    remains.count() == 1
    remains.named()*.command() == ['sleep']
    remains.named()[0].startTicks() > 0

    when:
    run.signal(15, Action.Scope.GROUP)

    then:
    run.next() == ['gone']
    !WorkerBed.alive(remains.named()[0].pid())
  }

  def 'nothing of a run escapes: other sessions and daemons are named and killed'() {
    when:
    def run = bed.shell('setsid sleep 1001 & (setsid sh -c "sleep 1002 & exit" &) ; sleep 0.5; exit 0')
    run.pid()
    def (what, exit, remains) = run.next()

    then:
    [what, exit] == ['ended', new Exit.Code(0)]
    remains.count() == 2

    when:
    run.signal(9, Action.Scope.ALL)

    then:
    run.next() == ['gone']
    remains.named().every { !WorkerBed.alive(it.pid()) }
  }

  def 'asking anything of a run that is over does nothing'() {
    given:
    def run = bed.shell('exit 0')
    run.pid()
    run.exit()

    when:
    run.signal(9, Action.Scope.ALL)
    run.run.perform(new Action.Exec(0, new StopStep.Exec(new Command.Shell(Value.of('exit 1'), []), Grace.DEFAULT)))
    run.run.perform(new Action.Call(0, new StopStep.Call({ ctx -> throw new Error() } as FunctionBody, Grace.DEFAULT)))
    bed.outputOf('echo', 'something else')

    then:
    run.silent()
  }

  // --- the steps of a stop

  def "a stop's command runs in the unit's directory and environment, and its failure is told"() {
    given:
    def run = bed.shell(env: [new EnvLayer.Set('WHO', Value.of('me'))], 'sleep 1000')
    run.pid()

    when:
    run.run.perform(new Action.Exec(1, new StopStep.Exec(new Command.Shell(Value.of('echo "stopped by $WHO in $PWD"; exit 7'), []), Grace.DEFAULT)))

    then:
    run.next() == ['stepFailed', 1, "the stop's command: exit 7"]
    bed.logOf(run.path) { it.endsWith('\n') } == "stopped by me in $bed.dir\n".toString()

    cleanup:
    run?.signal(9)
  }

  def "a stop's command that still runs when the unit is gone is killed, and the run lasts until it is"() {
    given:
    def run = bed.argv('sleep', '1000')
    run.pid()
    run.run.perform(new Action.Exec(1, new StopStep.Exec(new Command.Shell(Value.of('echo $$ > aid.pid; sleep 1003 & sleep 1004'), []), Grace.DEFAULT)))
    def pid = 0
    WorkerBed.until { def f = bed.dir.resolve('aid.pid').toFile(); f.exists() && f.text.trim() && (pid = f.text.trim() as int) }

    when:
    run.signal(15)
    def (what, exit, remains) = run.next()

    then:
    [what, exit] == ['ended', new Exit.Signalled(15, false)]
    remains.count() == 1
    run.next() == ['gone']
    !WorkerBed.alive(pid)
    run.silent()
  }

  def "a stop's closure sees its unit, and what it throws is told"() {
    given:
    def run = bed.shell('sleep 1000')
    run.pid()
    def seen = []

    when:
    run.run.perform(new Action.Call(2, new StopStep.Call({ ctx ->
      seen.addAll([ctx.name(), ctx.resumeId(), ctx.cancelled(), Thread.currentThread().virtual])
      throw new IllegalStateException('boom')
    } as FunctionBody, Grace.DEFAULT)))

    then:
    run.next() == ['stepFailed', 2, "the stop's closure threw IllegalStateException: boom"]
    seen == [run.path, 'the-id', false, true]

    cleanup:
    run?.signal(9)
  }

  // --- somebody else's children

  def "Groovy's own commands keep their exit codes"() {
    expect:
    (1..20).every {
      def process = ['sh', '-c', 'exit 42'].execute()
      process.waitFor() == 42
    }
  }
}

package dev.supervise.worker

import dev.supervise.spec.Command
import dev.supervise.spec.EnvLayer
import dev.supervise.spec.FunctionBody
import dev.supervise.spec.FunctionSpec
import dev.supervise.spec.Hook
import dev.supervise.spec.HookBody
import dev.supervise.spec.HookFailure
import dev.supervise.spec.HookPhase
import dev.supervise.spec.Logs
import dev.supervise.spec.Origin
import dev.supervise.spec.UnitPolicy
import dev.supervise.spec.Value
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.Timeout

/** One try of one hook, with real children: laws 5, 6, 18 and 28 as far as they are the worker's. */
@Native
@Timeout(60)
class HookSpec extends Specification {
  @Shared
  WorkerBed bed = new WorkerBed()

  def cleanupSpec() {
    bed.close()
  }

  static class Told implements HookReports {
    HookRun run
    String path
    final LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>()

    void done() { said.add('done') }
    void failed(String why) { said.add(why) }

    String result(int seconds = 10) {
      def heard = said.poll(seconds, TimeUnit.SECONDS)
      assert heard != null : 'the hook reported nothing'
      heard
    }
  }

  static Hook hookOf(Map settings = [:], HookBody body) {
    new Hook(settings.name ?: 'the-hook', settings.phase ?: HookPhase.PRE_START, body,
        Optional.ofNullable(settings.dir as Value), (settings.env ?: []) as List<EnvLayer>,
        settings.timeout ?: Duration.ofSeconds(30), new HookFailure.Fail(), false, Origin.NONE)
  }

  Told start(Map settings = [:], HookBody body) {
    def launch = bed.launch(settings)
    def told = new Told(path: launch.path())
    def unit = bed.spec(settings.unit ?: [:], new Command.Argv([Value.of('/bin/true')]))
    told.run = bed.worker.hook(unit, hookOf(settings, body), launch, settings.more ?: [:], told)
    told
  }

  Told shell(Map settings = [:], String text) {
    start(settings, new HookBody.Program(new Command.Shell(Value.of(text), [])))
  }

  Told called(Map settings = [:], FunctionBody body) {
    start(settings, new HookBody.Closure(body))
  }

  /** The pid a hook wrote into a file of the bed's folder. */
  int pidIn(String file) {
    def path = bed.dir.resolve(file)
    WorkerBed.until { Files.exists(path) && Files.readString(path).endsWith('\n') }
    Files.readString(path).strip() as int
  }

  long millis(Closure work) {
    long from = System.nanoTime()
    work()
    (System.nanoTime() - from).intdiv(1_000_000)
  }

  // --- how a try ends

  def 'a command of a hook has done its work with exit 0, and failed otherwise: #order'() {
    expect:
    shell(order).result() == result

    where:
    order        || result
    'exit 0'     || 'done'
    'exit 3'     || 'exit 3'
    'kill -9 $$' || 'killed by SIGKILL'
  }

  def 'a command that cannot be started has failed, with the reason a unit would be given'() {
    expect:
    start(new HookBody.Program(new Command.Argv([Value.of('no-such-program')]))).result() =~ /^program 'no-such-program' not found/
    shell('exit 0', dir: Value.of('/no/such/dir')).result() =~ /no\/such\/dir/
    shell('exit 0', dir: new Value.Late({ throw new IllegalStateException('no idea') }, '{ … }')).result() =~ /no idea/
  }

  def 'a closure after an end is told how the run ended, any other is told nothing'() {
    given:
    def seen = new LinkedBlockingQueue()
    FunctionBody body = { ctx -> seen << ctx.exit() }
    expect:
    called(phase: HookPhase.POST_STOP, more: [SUPERVISE_EXIT: '137'], body).result() == 'done'
    called(body).result() == 'done'
    seen.toList() == [OptionalInt.of(137), OptionalInt.empty()]
  }

  def 'a closure has done its work when it returns, and failed when it throws anything: #thrown.class.simpleName'() {
    expect:
    called({ ctx -> 'whatever' }).result() == 'done'
    called({ ctx -> throw thrown }).result() == message

    where:
    thrown                            || message
    new IllegalStateException('boom') || 'IllegalStateException: boom'
    new StackOverflowError()          || 'StackOverflowError'
  }

  // --- what it finds

  def "a hook's command is told what the unit's children are, and which hook in which phase it is"() {
    given:
    def told = shell('env | grep -E "^(SUPERVISE|LIFECYCLE)_|^[ABC]=" | LC_ALL=C sort',
        name: 'after-all', phase: HookPhase.POST_STOP, path: 'told/web-2', instance: 2, prev: 137,
        more: [SUPERVISE_EXIT: '137'],
        unit: [env: [set('A', 'unit'), set('B', 'unit'), set('SUPERVISE_HOOK', 'forged')]],
        env: [set('B', 'hook'), set('C', 'hook'), set('SUPERVISE_PHASE', 'forged')])

    expect:
    told.result() == 'done'
    bed.logOf(told.path).readLines() == [
        'A=unit', 'B=hook', 'C=hook', 'LIFECYCLE_PREV_EXIT=137', 'LIFECYCLE_RESUME_ID=the-id', 'SUPERVISE_EXIT=137',
        'SUPERVISE_HOOK=after-all', 'SUPERVISE_INSTANCE=2', 'SUPERVISE_PHASE=postStop', 'SUPERVISE_UNIT=told/web-2']
  }

  def "a hook's command runs in the unit's directory, or in its own"() {
    given:
    def own = Files.createDirectories(bed.dir.resolve('own'))
    def unit = shell('pwd')
    def other = shell('pwd', dir: Value.of(own.toString()))

    expect:
    unit.result() == 'done'
    other.result() == 'done'
    bed.logOf(unit.path) == "${bed.dir}\n"
    bed.logOf(other.path) == "$own\n"
  }

  def "no child of the unit's own is told of a hook"() {
    expect:
    bed.outputOf('/bin/sh', '-c', 'env | grep -c SUPERVISE_HOOK; true') == '0\n'
  }

  def 'what a hook writes is shown and logged under its unit, a closure as much as a command'() {
    given:
    def command = shell('echo from the command', path: 'loud/command')
    def closure = called({ ctx -> ctx.log('from the closure of ' + ctx.name()) }, path: 'loud/closure')

    expect:
    command.result() == 'done'
    closure.result() == 'done'
    bed.logOf('loud/command') == 'from the command\n'
    bed.logOf('loud/closure') == 'from the closure of loud/closure\n'
    bed.lines.containsAll(['loud/command| from the command', 'loud/closure| from the closure of loud/closure'])
  }

  def "a unit's hook that is a command needs no process: it runs where the hook says"() {
    given:
    def function = new FunctionSpec('f', Origin.NONE, UnitPolicy.DEFAULT, {} as FunctionBody)
    def launch = bed.launch(path: 'a-function')
    def told = new Told()
    def hook = hookOf(new HookBody.Program(new Command.Shell(Value.of('pwd; echo $SUPERVISE_UNIT'), [])), dir: Value.of('/tmp'))
    bed.worker.hookOf(function, hook, launch, [:], {}, told)

    expect:
    told.result() == 'done'
    bed.logOf('a-function') == '/tmp\na-function\n'
  }

  // --- its time is up

  def 'at its time limit all that a hook has started is killed, also what left its session: #how'() {
    given:
    def file = "late-${how.replaceAll(/\W/, '')}"
    def told = shell("trap '' TERM; $how sh -c 'echo \$\$ > $file; exec sleep 1000' & wait; sleep 1000",
        timeout: Duration.ofMillis(300))
    def pid = pidIn(file)

    expect:
    told.result() == 'did not end within 0.3 s; killed'
    !WorkerBed.alive(pid)
    told.said.empty

    where:
    how << ['', 'setsid', 'setsid env -i PATH=$PATH']
  }

  def 'what a hook leaves behind at its own end is killed and named, before the hook counts as done'() {
    given:
    def told = shell('(trap "" TERM; echo $$; exec sleep 1000) & echo $! > left', name: 'forgetful', path: 'leaver')
    def pid = pidIn('left')

    expect:
    told.result() == 'done'
    !WorkerBed.alive(pid)
    bed.warnings.any { it =~ /^preStart hook 'forgetful' of 'leaver' has left \w+ \(pid $pid\) behind/ }
  }

  def 'at its time limit a closure is asked to end, and has failed'() {
    given:
    def cancelled = new LinkedBlockingQueue()

    expect:
    called({ ctx -> ctx.sleep(Duration.ofHours(1)); cancelled.add(ctx.cancelled()) }, timeout: Duration.ofMillis(100)).result() ==
        'did not end within 0.1 s'
    cancelled.poll(1, TimeUnit.SECONDS) == true
  }

  // --- cancelled

  def 'a hook that is cancelled is over within 100 ms, with all it has started'() {
    given:
    def told = shell("trap '' TERM INT; sleep 1000 & echo \$! > cancelled; wait; sleep 1000")
    def pid = pidIn('cancelled')

    when:
    def took = millis {
      told.run.cancel()
      assert told.result() == 'cancelled'
    }
    told.run.cancel()

    then:
    took < 100
    !WorkerBed.alive(pid)
    told.said.empty
  }

  def 'one that is cancelled while its values are evaluated never starts'() {
    given:
    def entered = new CountDownLatch(1)
    def told = shell('echo ran > never', env: [new EnvLayer.Set('X', new Value.Late({
      entered.countDown()
      Thread.sleep(60_000)
      'x'
    }, '{ … }'))])
    entered.await()

    when:
    def took = millis {
      told.run.cancel()
      assert told.result() == 'cancelled'
    }

    then:
    took < 100
    !Files.exists(bed.dir.resolve('never'))
  }

  def 'a closure that is cancelled is over within 100 ms, whether it heeds that or not; one that does not is named'() {
    given:
    def release = new CountDownLatch(1)
    def polite = called({ ctx -> ctx.sleep(Duration.ofHours(1)) })
    def stubborn = called({ ctx ->
      while (release.count > 0) {
        try {
          release.await()
        } catch (InterruptedException ignored) {
          Thread.interrupted()
        }
      }
      ctx.log('still here')
    }, name: 'stubborn', path: 'bad/unit')

    when:
    def took = [polite, stubborn].collect { told ->
      millis {
        told.run.cancel()
        told.result()
      }
    }

    then:
    took.every { it < 100 }
    WorkerBed.until { bed.warnings.any { it.startsWith("preStart hook 'stubborn' of 'bad/unit' ignores its cancellation") } } == null

    when: 'it is tried again while the abandoned call still runs'
    def again = called({ ctx -> throw new AssertionError('a second copy') }, name: 'stubborn', path: 'bad/unit')

    then:
    again.result() == 'its last call was abandoned and has not ended yet'

    when: 'it ends at last'
    release.countDown()
    String later = ''
    WorkerBed.until {
      def next = called({ ctx -> null }, name: 'stubborn', path: 'bad/unit')
      later = next.result()
      later == 'done'
    }

    then: 'it can be called again; what the abandoned call wanted to say was refused'
    later == 'done'
    !bed.lines.any { it.contains('still here') }
  }

  def 'a hook is cancelled within 100 ms while twice as many functions as processors spin'() {
    given:
    def stop = new CountDownLatch(1)
    def spinners = (1..2 * Runtime.runtime.availableProcessors()).collect {
      Thread.startVirtualThread { while (stop.count > 0) { Thread.onSpinWait() } }
    }

    when: 'the fastest of five: the machine may be busy with other things too'
    def took = (1..5).collect {
      def told = called({ ctx -> ctx.sleep(Duration.ofHours(1)) })
      millis {
        told.run.cancel()
        assert told.result() =~ /^cancelled/
      }
    }.min()

    then:
    took < 100

    cleanup:
    stop.countDown()
    spinners*.join()
  }

  // --- the end of everything

  def 'hooks that still run when the worker closes are gone with it'() {
    given:
    def own = new WorkerBed()
    def launch = own.launch()
    def told = new Told()
    def closure = new Told()
    def ended = new CountDownLatch(1)
    def unit = own.spec(new Command.Argv([Value.of('/bin/true')]))
    own.worker.hook(unit, hookOf(new HookBody.Program(new Command.Shell(Value.of(
        "trap '' TERM; echo \$\$ > async; sleep 1000"), []))), launch, [:], told)
    own.worker.hook(unit, hookOf(name: 'closure', new HookBody.Closure({ ctx ->
      ctx.sleep(Duration.ofHours(1))
      ended.countDown()
    })), launch, [:], closure)
    def file = own.dir.resolve('async')
    WorkerBed.until { Files.exists(file) && Files.readString(file).endsWith('\n') }
    def pid = Files.readString(file).strip() as int

    when:
    own.close()

    then:
    !WorkerBed.alive(pid)
    ended.await(1, TimeUnit.SECONDS)
    told.result() != 'done'
    closure.result() == 'cancelled'
  }

  def 'a hundred hooks at once leave no thread, no descriptor and no child behind'() {
    given:
    shell('exit 0').result()
    def files = { new File('/proc/self/fd').list().length }
    def before = files()

    when:
    def tries = (1..100).collect { shell("sleep 0.0$it; exit ${it % 2}", name: "h$it") }

    then:
    tries*.result() as Set == ['done', 'exit 1'] as Set
    WorkerBed.until { files() <= before + 2 } == null
  }

  private static EnvLayer set(String name, String value) {
    new EnvLayer.Set(name, Value.of(value))
  }
}

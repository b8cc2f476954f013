package dev.supervise

import static dev.supervise.Tried.*

import dev.supervise.run.Selector
import dev.supervise.run.Reply
import dev.supervise.run.Request
import dev.supervise.run.Status
import dev.supervise.spec.*
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.Timeout

/** Laws 27 and 28: a unit's hooks around its real children. Each hook and each run writes a line into one file. */
@Timeout(60)
class HooksSpec extends Specification {
  @AutoCleanup def t = new Tried()
  Path file = t.dir.resolve('events')

  List<String> events() {
    Files.exists(file) ? Files.readAllLines(file) : []
  }

  void awaitEvents(String... wanted) {
    until { events().containsAll(wanted.toList()) }
  }

  /** Writes its name, then does more. */
  Hook hook(Map m = [:], HookPhase phase, String name, String more = '') {
    new Hook(name, phase, new HookBody.Program(new Command.Shell(Value.of("echo $name >> $file; $more"), [])),
        Optional.of(Value.of('/tmp')), [], m.timeout ?: Duration.ofSeconds(30), m.onFailure ?: new HookFailure.Fail(), m.async ?: false,
        Origin.NONE)
  }

  Hook hook(HookPhase phase, String name, String more) {
    hook([:], phase, name, more)
  }

  Hook closure(HookPhase phase, String name, Closure body) {
    new Hook(name, phase, new HookBody.Closure({ ctx -> body(ctx) } as FunctionBody), Optional.empty(), [], Duration.ofSeconds(30),
        new HookFailure.Fail(), false, Origin.NONE)
  }

  ProcessSpec unit(Map m = [:], String name, String script, Hook... hooks) {
    def spec = sh(m, name, "echo up >> $file; $script")
    def life = new Lifecycle(Optional.empty(), Optional.empty(), hooks.toList(), 0, Lifecycle.RETRY_DELAY, Duration.ZERO)
    new ProcessSpec(spec.name(), spec.origin(), spec.policy().withLifecycle(life), spec.command(), spec.dir(), spec.base(), spec.env(),
        spec.cleanEnv(), spec.identity(), spec.limits(), spec.logs(), spec.instances())
  }

  String term() {
    "trap 'echo term >> $file; exit 7' TERM; while :; do sleep 0.02; done"
  }

  def 'a run that is stopped has its hooks in order: before the spawn, after it, before the signal, after the end'() {
    given:
    t.run([unit('a', term(),
        hook(HookPhase.POST_STOP, 'gone', "echo \"\$SUPERVISE_PHASE \$SUPERVISE_HOOK \$SUPERVISE_EXIT\" >> $file"),
        hook(HookPhase.PRE_START, 'first'), hook(HookPhase.PRE_STOP, 'drain'),
        hook(HookPhase.POST_START, 'told'), hook(HookPhase.PRE_START, 'second'))])
    awaitEvents('told', 'up')

    when:
    def reply = t.ask(new Request.Stop(Selector.of('a')))

    then:
    reply instanceof Reply.Done
    events() - 'told' == ['first', 'second', 'up', 'drain', 'term', 'gone', 'postStop gone 7']
    events().indexOf('told') in [2, 3]
  }

  def 'after an end of its own only postStop runs, before the pause, and is told the exit: #end'() {
    given:
    t.run([unit('a', end, hook(HookPhase.PRE_START, 'pre'), hook(HookPhase.PRE_STOP, 'drain'),
        hook(HookPhase.POST_STOP, 'gone', "echo exit \$SUPERVISE_EXIT >> $file"),
        restart: Restart.ALWAYS, pause: new Pause.Delay(Duration.ofMillis(300)))])

    when:
    until { events().count('pre') >= 2 }

    then:
    events()[0..4] == ['pre', 'up', 'gone', "exit $code", 'pre']

    where:
    end            || code
    'exit 3'       || '3'
    'kill -9 $$'   || '137'
  }

  def 'a preStart hook that fails: the unit did not start, the next hook is left out, the failure is paced and named'() {
    given:
    t.run([unit('a', 'sleep 1000', hook(HookPhase.PRE_START, 'bad', 'exit 4'), hook(HookPhase.PRE_START, 'never'),
        pause: new Pause.Delay(Duration.ZERO))])

    when:
    until { events().count('bad') >= 2 }

    then:
    !events().contains('up')
    !events().contains('never')
    new ArrayList(t.transitions).any { it.toString().contains('bad') && it.toString().contains('exit 4') }
  }

  def 'ignore: the failure of a hook changes nothing'() {
    given:
    t.run([unit('a', 'sleep 1000', hook(HookPhase.PRE_START, 'bad', 'exit 4', onFailure: new HookFailure.Ignore()),
        hook(HookPhase.PRE_START, 'next'))])
    awaitEvents('up')

    expect:
    events() == ['bad', 'next', 'up']
  }

  def 'retry(2): up to two more tries; the #tries is what counts'() {
    given:
    def script = "test \$(grep -c try $file) -gt $failures"
    t.run([unit('a', 'sleep 1000',
        hook(HookPhase.PRE_START, 'try', script, onFailure: new HookFailure.Retry(2, Duration.ofMillis(20))),
        pause: new Pause.Delay(Duration.ofHours(1)))])

    when:
    until { events().count('try') == tries && (!comesUp || events().contains('up')) }
    until { t.unit('a').status() == (comesUp ? Status.RUNNING : Status.BACKING_OFF) }

    then:
    events() == ['try'] * tries + (comesUp ? ['up'] : [])

    where:
    failures || tries | comesUp
    0        || 1     | true
    2        || 3     | true
    3        || 3     | false
  }

  def 'a postStart hook that fails is told, ends its phase, and leaves the unit up'() {
    given:
    t.run([unit('a', term(), hook(HookPhase.POST_START, 'bad', 'exit 4'), hook(HookPhase.POST_START, 'never'))])
    awaitEvents('bad', 'up')
    until { t.unit('a').status() == Status.RUNNING }
    until { new ArrayList(t.warnings).any { it.contains('bad') && it.contains('exit 4') } || new ArrayList(t.transitions).any { it.toString().contains('bad') } }

    expect:
    !events().contains('never')
    t.stop().exitCode() == 0
  }

  def 'hooks of a stop that fail, or take too long, do not prevent it'() {
    given:
    t.run([unit('a', term(), hook(HookPhase.PRE_STOP, 'slow', 'sleep 1000', timeout: Duration.ofMillis(200)),
        hook(HookPhase.PRE_STOP, 'never'), hook(HookPhase.POST_STOP, 'bad', 'exit 4'), hook(HookPhase.POST_STOP, 'neither'))])
    awaitEvents('up')
    until { t.unit('a').status() == Status.RUNNING }

    when:
    t.ask(new Request.Stop(Selector.of('a')))

    then:
    events() == ['up', 'slow', 'term', 'bad']
    t.unit('a').status() == Status.STOPPED
  }

  def 'a stop while a hook before the start runs ends the hook, and nothing is started'() {
    given:
    t.run([unit('a', 'sleep 1000', hook(HookPhase.PRE_START, 'long', "trap '' TERM; echo \$\$ >> $file; sleep 1000 & wait; sleep 1000"))])
    until { events().size() == 2 }
    def pid = events()[1] as int

    when:
    long from = System.nanoTime()
    t.ask(new Request.Stop(Selector.of('a')))
    long took = (System.nanoTime() - from).intdiv(1_000_000)

    then:
    took < 150
    !new File("/proc/$pid").exists()
    !events().contains('up')
    t.unit('a').status() == Status.STOPPED
  }

  def 'an asynchronous hook holds nothing up, outlives its run, and ends with the engine'() {
    given:
    t.run([unit('a', term(), hook(HookPhase.PRE_START, 'beside', "echo \$\$ > ${file}.pid; exec sleep 1000", async: true))])
    awaitEvents('up', 'beside')
    until { Files.exists(Path.of("${file}.pid")) && Files.size(Path.of("${file}.pid")) > 0 }
    def pid = Files.readString(Path.of("${file}.pid")).trim()

    when:
    t.ask(new Request.Stop(Selector.of('a')))

    then:
    new File("/proc/$pid").exists()

    when:
    t.engine.close()

    then:
    !new File("/proc/$pid").exists()
  }

  def 'nothing of the run lives any more when its postStop hook runs'() {
    given:
    t.run([unit('a', "(trap '' TERM; echo left >> $file; exec sleep 1000) & echo \$! > ${file}.left; sleep 0.1; exit 0",
        hook(HookPhase.POST_STOP, 'gone', "kill -0 \$(cat ${file}.left) 2>/dev/null && echo lives >> $file || echo clean >> $file"),
        stop: new StopProgram([new StopStep.Signal(15, new Grace.Limited(Duration.ofMillis(200)), StopStep.Target.GROUP)]))])

    when:
    until { events().contains('clean') || events().contains('lives') }

    then:
    events().last() == 'clean'
  }

  def 'a function has hooks too: closures with its context, and commands'() {
    given:
    def seen = Collections.synchronizedList([])
    def life = new Lifecycle(Optional.empty(), Optional.empty(), [
        closure(HookPhase.PRE_START, 'begin') { ctx -> seen << "begin ${ctx.name()}".toString(); ctx.save([n: 1]) },
        hook(HookPhase.PRE_START, 'command'),
        closure(HookPhase.POST_STOP, 'end') { ctx -> seen << "end ${ctx.saved().n}".toString() }], 0, Lifecycle.RETRY_DELAY, Duration.ZERO)
    def f = function('f') { ctx -> seen << 'ran' }
    t.run([new FunctionSpec('f', Origin.NONE, f.policy().withLifecycle(life), f.body())])

    expect:
    t.outcome().exitCode() == 0
    seen == ['begin f', 'ran', 'end 1']
    events() == ['command']
  }

  def 'hooks are told the handover of their run: #phase'() {
    given:
    t.run([unit('a', 'exit 5', hook(phase, 'tell', "echo \"told \$LIFECYCLE_RESUME_ID \${LIFECYCLE_PREV_EXIT-none}\" >> $file"),
        restart: Restart.ALWAYS)])

    when:
    until { events().count { it.startsWith('told') } >= 2 }
    def told = events().findAll { it.startsWith('told') }*.split(' ')

    then:
    told[0][1] == told[1][1]
    told[0][1] ==~ /[0-9a-f-]{36}/
    told[1][2] == '5'

    where:
    phase << [HookPhase.PRE_START, HookPhase.POST_STOP]
  }
}

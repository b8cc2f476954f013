package dev.supervise

import static dev.supervise.Tried.*

import dev.supervise.run.Selector
import dev.supervise.text.Secrets
import dev.supervise.run.Request
import dev.supervise.run.Status
import dev.supervise.run.Transition
import dev.supervise.spec.*
import java.nio.file.Files
import java.time.Duration
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.Timeout

/** A failure is told with the last lines of the run that failed, as they were then. */
@Timeout(60)
class LastLinesSpec extends Specification {
  static final Secrets OPEN = new Secrets()

  @AutoCleanup def t = new Tried()

  List<Transition> failures(String path) {
    new ArrayList<Transition>(t.transitions).findAll { it.path() == path && it.status() in [Status.BACKING_OFF, Status.FAILED] }
  }

  static List<List<String>> lines(List<Transition> of) { of*.tail()*.lines(OPEN) }

  /** Says what its nth run says, and fails. */
  UnitSpec crashing(Map m = [:], String name, String script) {
    sh(m, name, "n=\$(cat ${t.dir}/${name}.n 2>/dev/null || echo 0); n=\$((n+1)); echo \$n > ${t.dir}/${name}.n; $script; exit 3")
  }

  static ProcessSpec with(ProcessSpec spec, Hook... hooks) {
    def life = new Lifecycle(Optional.empty(), Optional.empty(), hooks.toList(), 0, Lifecycle.RETRY_DELAY, Duration.ZERO)
    new ProcessSpec(spec.name(), spec.origin(), spec.policy().withLifecycle(life), spec.command(), spec.dir(), spec.base(), spec.env(),
        spec.cleanEnv(), spec.identity(), spec.limits(), spec.logs(), spec.instances())
  }

  static Hook hook(HookPhase phase, Closure body) {
    new Hook('said', phase, new HookBody.Closure({ ctx -> body(ctx) } as FunctionBody), Optional.empty(), [], Duration.ofSeconds(30),
        new HookFailure.Fail(), false, Origin.NONE)
  }

  def 'however fast a unit crashes, each failure has the lines of its own run, the first one too'() {
    when:
    t.run([crashing('a', 'seq -f "run $n line %.0f" 1 2')])
    until { failures('a').size() >= 30 }

    then:
    lines(failures('a').take(30)) == (1..30).collect { ["run $it line 1".toString(), "run $it line 2".toString()] }
  }

  def 'a run that said nothing has none, and not those of the run before'() {
    when:
    t.run([crashing('a', 'test $((n % 2)) = 0 || echo odd $n')])
    until { failures('a').size() >= 6 }

    then:
    lines(failures('a').take(6)) == [['odd 1'], [], ['odd 3'], [], ['odd 5'], []]
  }

  def 'a run that is stopped, or done, has none: it is no failure'() {
    when:
    t.run([sh('a', 'echo up; exec sleep 1000'), sh('b', 'echo done', oneShot: true)])
    t.lineOfEach(['a', 'b'])
    until { t.unit('b').status() == Status.FINISHED }
    t.ask(new Request.Stop(Selector.of('a')))

    then:
    new ArrayList<Transition>(t.transitions).every { it.tail().lines(OPEN) == [] }
  }

  def 'what a hook that made the start fail had said goes with that failure, and with no later one'() {
    given:
    int run = 0
    def failing = hook(HookPhase.PRE_START) { ctx ->
      run++
      ctx.log "try $run".toString()
      if (run == 1) throw new IllegalStateException('not yet')
    }

    when:
    t.run([with(sh('a', 'exit 5'), failing)])
    until { failures('a').size() >= 2 }

    then:
    lines(failures('a').take(2)) == [['try 1'], ['try 2']]
  }

  def 'of a function they are what it logged'() {
    given:
    int run = 0

    when:
    t.run([function('f') { ctx ->
      ctx.log "begun ${++run}".toString()
      ctx.log "bad $run\nindeed".toString()
      throw new IllegalStateException('enough')
    }])
    until { failures('f').size() >= 3 }

    then:
    lines(failures('f').take(3)) == (1..3).collect { ["begun $it".toString(), "bad $it".toString(), 'indeed'] }
  }

  def 'they do not come from the log: one that hangs, or is gone, has no say in it'() {
    given:
    def fifo = t.dir.resolve('fifo').toString()
    assert ['mkfifo', fifo].execute().waitFor() == 0
    def spec = crashing('a', 'echo run $n')
    def logs = new Logs.Captured(fifo, 10 << 20, 5, true, false)

    when:
    t.run([new ProcessSpec(spec.name(), spec.origin(), spec.policy(), spec.command(), spec.dir(), spec.base(), spec.env(), spec.cleanEnv(),
        spec.identity(), spec.limits(), logs, spec.instances())])
    until { failures('a').size() >= 5 }

    then:
    lines(failures('a').take(5)) == (1..5).collect { ["run $it".toString()] }
  }
}

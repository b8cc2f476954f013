package dev.supervise

import static dev.supervise.Tried.*

import dev.supervise.run.*
import dev.supervise.spec.*
import java.nio.file.Files
import java.time.Duration
import java.util.concurrent.TimeUnit
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.Timeout

/// What a start consists of, with real processes.
@Timeout(60)
class StartControlSpec extends Specification {
  @AutoCleanup def t = new Tried()

  static ProcessSpec with(Map m, ProcessSpec p) {
    def life = new Lifecycle(Optional.empty(), Optional.empty(), m.hooks ?: [], m.startRetries ?: 0, m.retryDelay ?: Lifecycle.RETRY_DELAY,
      m.upFor ?: Duration.ZERO)
    def policy = p.policy().withLifecycle(life).withAfter((m.after ?: []).collect { new Edge(it, Edge.Condition.READY, Origin.NONE) })
    new ProcessSpec(p.name(), p.origin(), policy, p.command(), p.dir(), p.base(), p.env(), p.cleanEnv(), p.identity(), p.limits(), p.logs(), p.instances())
  }

  static Hook hook(String name, HookPhase phase, String script) {
    new Hook(name, phase, new HookBody.Program(new Command.Argv(['/bin/sh', '-c', script].collect { Value.of(it) })), Optional.empty(), [],
      Hook.TIMEOUT, new HookFailure.Fail(), false, Origin.NONE)
  }

  def 'an early exit fails the start at once, is tried again, and is one failure that names the attempts'() {
    given:
    def runs = t.dir.resolve('runs')
    t.run([with(sh('a', "echo x >> $runs; exit 3"), upFor: Duration.ofSeconds(30), startRetries: 2, retryDelay: Duration.ofMillis(10))])
    expect:
    until { new ArrayList(t.transitions).any { it.path() == 'a' && it.status() == Status.BACKING_OFF } }
    def failed = new ArrayList(t.transitions).find { it.path() == 'a' && it.status() == Status.BACKING_OFF }
    failed.what() ==~ /exit 3 after .*, it has to stay up for 30 s; 3 attempts/
    failed.next().startsWith('restart 1')
    failed.at() < Duration.ofSeconds(20)
    Files.readAllLines(runs).size() >= 3
  }

  def 'hooks run around a process, in order, with what they are told'() {
    given:
    def seen = t.dir.resolve('seen')
    def say = { "echo \"\$SUPERVISE_PHASE \$SUPERVISE_HOOK \$SUPERVISE_EXIT\" >> $seen".toString() }
    def hooks = [hook('one', HookPhase.PRE_START, say()), hook('two', HookPhase.POST_START, say()),
                 hook('three', HookPhase.PRE_STOP, say()), hook('four', HookPhase.POST_STOP, say())]
    t.run([with(sh('a', "echo run >> $seen; exec sleep 1000"), hooks: hooks)])
    // It is running while its postStart hook is; a stop would cancel that.
    until { Files.exists(seen) && Files.readAllLines(seen)*.trim().containsAll(['run', 'postStart two']) }
    when:
    t.stop()
    then:
    def lines = Files.readAllLines(seen)*.trim()
    // postStart follows the spawn, not the process' first word.
    lines - 'run' == ['preStart one', 'postStart two', 'preStop three', 'postStop four 143']
    lines.indexOf('run') in [1, 2]
    t.warnings == []
  }

  def 'a stop is heard while a hook runs, within 100 ms and the time a kill takes'() {
    given:
    t.run([with(sh('a', 'exec sleep 1000'), hooks: [hook('long', HookPhase.PRE_START, 'echo here; sleep 1000')]), sh('b', 'exec sleep 1000')])
    until { t.unit('a').detail() == "preStart 'long'" }
    when:
    long began = System.nanoTime()
    t.ask(new Request.Stop(Selector.of('a')))
    long took = System.nanoTime() - began
    then:
    t.unit('a').status() == Status.STOPPED
    took < 2_000_000_000L
  }

  /// Its own critical path: ten times the time each unit has to stay up. What the same 50 processes cost without edges is
  /// what this machine, as it is loaded now, takes to start them; the stack may take that twice. The best of several
  /// rounds.
  def 'a stack of 50 units with a dependency graph 10 deep is up within 50 ms plus its critical path'() {
    given:
    def upFor = Duration.ofMillis(50)
    def flat = (0..<50).collect { with(sh("u$it", 'exec sleep 1000'), upFor: upFor) }
    def deep = (0..<50).collect { n ->
      with(sh("u$n", 'exec sleep 1000'), upFor: upFor, after: n < 5 ? [] : (0..<5).collect { "u${(n.intdiv(5) - 1) * 5 + it}".toString() })
    }
    long flatBest = Long.MAX_VALUE, deepBest = Long.MAX_VALUE
    def path = []
    when:
    for (int round = 0; round < 3 || round < 12 && deepBest > limit(upFor, flatBest); round++) {
      flatBest = Math.min(flatBest, up(flat)[0])
      def (millis, arrivals) = up(deep)
      deepBest = Math.min(deepBest, millis)
      path = arrivals
    }
    then: 'the path is told with its times'
    path.size() == 10
    path.every { it.took() >= upFor }
    deepBest <= limit(upFor, flatBest)
  }

  private static long limit(Duration upFor, long flat) {
    10 * upFor.toMillis() + 50 + 2 * Math.max(0, flat - upFor.toMillis())
  }

  static List up(List<UnitSpec> units) {
    def tried = new Tried()
    try {
      long began = System.nanoTime()
      def path = tried.run(units).engine.reached().get(20, TimeUnit.SECONDS)
      [(System.nanoTime() - began).intdiv(1_000_000), path]
    } finally {
      tried.ask(new Request.Down(true))
      tried.outcome()
      tried.close()
    }
  }
}

package dev.supervise

import static dev.supervise.Tried.*

import dev.supervise.run.*
import dev.supervise.spec.*
import java.time.Duration
import java.util.concurrent.*
import spock.lang.AutoCleanup
import spock.lang.Specification

class SupervisedFunctionSpec extends Specification {
  @AutoCleanup def t = new Tried()
  static quick = new StopProgram([new StopStep.Signal(15, new Grace.Limited(Duration.ofMillis(100)), StopStep.Target.GROUP)])

  def 'whatever a function throws is its own failure: #thrown.class.simpleName'() {
    when:
    t.run([function('f', restart: Restart.NEVER) { throw thrown }, sh('beside', 'exec sleep 1000')])
    until { t.unit('f').status() == Status.FAILED && t.unit('beside').status() == Status.RUNNING }
    then:
    def exit = t.unit('f').known().exit().get() as Exit.Threw
    exit.message().contains(thrown.class.simpleName)
    exit.stack().first().startsWith(thrown.class.name)
    exit.stack().size() > 1
    where:
    thrown << [new IllegalStateException('boom'), new StackOverflowError(), new AssertionError((Object) 'no'), new ThreadDeath(), new OutOfMemoryError('made up')]
  }

  def 'a real stack overflow harms nobody else'() {
    when:
    t.run([function('deep', restart: Restart.NEVER) { deeper(0) }, function('beside') { it.sleep(Duration.ofDays(1)) }])
    until { t.unit('deep').status() == Status.FAILED }
    then:
    t.unit('beside').status() == Status.RUNNING
  }

  static int deeper(int n) { 1 + deeper(n + 1) }

  def 'cancellation reaches a sleeping function and one that looks'() {
    given:
    t.run([function('sleeps') { it.sleep(Duration.ofDays(1)) }, function('looks') { while (!it.cancelled()) Thread.onSpinWait() }])
    when:
    long from = System.nanoTime()
    def outcome = t.stop()
    then:
    outcome.exitCode() == 0
    System.nanoTime() - from < 1_000_000_000L
  }

  def 'a function that hears nothing is stuck: named, fenced, not run twice, and counts as down for the stop'() {
    given:
    def go = new CountDownLatch(1)
    def late = new CompletableFuture()
    def runs = new ConcurrentLinkedQueue()
    t.run([function('deaf', stop: quick) { ctx ->
      runs << 1
      boolean open = true
      while (open) { try { go.await(); open = false } catch (InterruptedException e) { open = true } }
      try { ctx.saved(); late.complete(null) } catch (Throwable e) { late.complete(e) }
    }])
    until { t.unit('deaf').status() == Status.RUNNING }
    when:
    def reply = t.ask(new Request.Restart(Selector.of('deaf')))
    then:
    (reply as Reply.Failed).why().contains('stuck')
    runs.size() == 1
    when:
    def outcome = t.stop()
    then:
    outcome.exitCode() == 1
    outcome.leftovers() == ['deaf: stuck function']
    when:
    go.countDown()
    then:
    late.get(5, TimeUnit.SECONDS) instanceof IllegalStateException
    runs.size() == 1
  }

  def 'a function may work on the tree, and a restart of itself from inside is carried out'() {
    given:
    def seen = new ConcurrentLinkedQueue()
    t.run([sh('db', 'exec sleep 1000'), function('f') { ctx ->
      if (ctx.attempt() == 1) ctx.tree().restart('f')
      ctx.tree().stop('db')
      seen << ctx.tree().status('db')
      seen << ctx.tree().units()
      try { ctx.tree().start('nope') } catch (IllegalStateException e) { seen << e.message }
    }])
    expect:
    until { seen.size() == 3 }
    seen.toList() == ['stopped', ['db', 'f'], "no unit 'nope'"]
    t.unit('f').restarts() == 0
  }

  def "Groovy's own execute() keeps its right exit code beside the keeper"() {
    given:
    def codes = new ConcurrentLinkedQueue()
    t.run([function('f', oneShot: true, restart: Restart.NEVER) { 20.times { n -> def p = ['sh', '-c', "exit $n"].execute(); p.waitFor(); codes << p.exitValue() } },
           sh('noise', 'exit 1', pause: new Pause.Delay(Duration.ofMillis(20)))])
    when:
    until { t.unit('f').status() == Status.FINISHED }
    then:
    codes.toList() == (0..<20).toList()
  }

  def 'status, stop and start are answered within 100 ms while twice as many functions spin as there are processors'() {
    given:
    def spinning = new java.util.concurrent.atomic.AtomicBoolean(true)
    int many = 2 * Runtime.runtime.availableProcessors()
    t.run((1..many).collect { function("spins-$it", stop: quick) { while (spinning.get()) Thread.onSpinWait() } }
        + [sh('beside', 'exec sleep 1000')])
    until { t.unit('beside').status() == Status.RUNNING && (1..many).every { t.unit("spins-$it").status() == Status.RUNNING } }
    when:
    def status = median(15) { t.engine.snapshot() }
    def stop = median(9, { t.ask(new Request.Start(Selector.of('beside'))) }) { t.ask(new Request.Stop(Selector.of('beside'))) }
    def start = median(9, { t.ask(new Request.Stop(Selector.of('beside'))) }) { t.ask(new Request.Start(Selector.of('beside'))) }
    then:
    status < 100
    stop < 100
    start < 100
    cleanup:
    spinning.set(false)
  }

  /// Milliseconds; the median, because others may be using the machine.
  private static double median(int tries, Closure before = {}, Closure what) {
    def taken = (1..tries).collect {
      before()
      long from = System.nanoTime()
      what()
      (System.nanoTime() - from) / 1_000_000d
    }
    taken.sort()[tries.intdiv(2)]
  }
}

package dev.supervise.worker

import dev.supervise.worker.function.FunctionWorker
import dev.supervise.worker.probe.ProbesSpec
import dev.supervise.spec.Check
import dev.supervise.spec.FunctionBody
import dev.supervise.spec.FunctionContext
import dev.supervise.spec.FunctionSpec
import dev.supervise.spec.LiveTree
import dev.supervise.spec.Origin
import dev.supervise.spec.UnitPolicy
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.regex.Pattern
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.Timeout

@Timeout(30)
class FunctionProbesSpec extends Specification {
  def lines = [].asSynchronized()
  @AutoCleanup
  def worker = new FunctionWorker({ path, line -> lines << line }, Stub(LiveTree))
  def go = new CountDownLatch(1)

  def cleanup() {
    go.countDown()
  }

  WorkerBed.Heard start(Check check, FunctionBody body) {
    def policy = check == null ? UnitPolicy.DEFAULT : UnitPolicy.DEFAULT.withLifecycle(ProbesSpec.lifecycle(ProbesSpec.ready(check)))
    def heard = new WorkerBed.Heard(path: 'f')
    heard.run = worker.start(new FunctionSpec('f', new Origin('app.groovy', 1), policy, body),
        new Launch(1, 'f', 'id', OptionalInt.empty(), 1, 0, null), heard)
    heard.pid()
    heard
  }

  def 'ctx.ready() is heard, also before anybody asked'() {
    given:
    def said = new CountDownLatch(1)
    def check = new Check.Called()
    def run = start(check, { FunctionContext ctx ->
      if (early) {
        ctx.ready()
      }
      said.countDown()
      go.await()
      ctx.ready()
      Thread.sleep(10_000)
    })
    said.await()

    when:
    run.run.perform(new Action.AwaitReady(ProbesSpec.ready(check)))
    if (!early) {
      WorkerBed.until { run.whys == ['ctx.ready() was not called yet'] }
      go.countDown()
    }

    then:
    run.next() == ['ready']

    where:
    early << [true, false]
  }

  def 'ctx.ready() is refused where nobody waits for it'() {
    given:
    def thrown = new CompletableFuture<Throwable>()

    when:
    start(check, { FunctionContext ctx ->
      try {
        ctx.ready()
        thrown.complete(null)
      } catch (Throwable e) {
        thrown.complete(e)
      }
    })

    then:
    thrown.get().message == 'ctx.ready() is for a function that declares ready { called() }'

    where:
    check << [null, new Check.File('/')]
  }

  def 'a line of its log makes a function ready'() {
    given:
    def check = new Check.LogLine(Pattern.compile('^listening'))

    when:
    def run = start(check, { FunctionContext ctx ->
      ctx.log('starting')
      ctx.log('listening on 80')
      go.await()
    })
    run.run.perform(new Action.AwaitReady(ProbesSpec.ready(check)))

    then:
    run.next() == ['ready']
  }

  def 'nothing is asked of a function that has ended'() {
    given:
    def check = new Check.File('/nowhere')
    def run = start(check, { })

    expect:
    run.next()[0] == 'ended'

    when:
    run.run.perform(new Action.AwaitReady(ProbesSpec.ready(check)))
    Thread.sleep(100)

    then:
    run.whys == []
    run.silent()
  }
}

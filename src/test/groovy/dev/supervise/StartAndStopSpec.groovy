package dev.supervise

import static dev.supervise.Tried.*

import dev.supervise.run.*
import dev.supervise.spec.*
import java.time.Duration
import java.util.concurrent.*
import spock.lang.AutoCleanup
import spock.lang.Specification

/** `onStart` and `onStop` run while there is no tree; a stop is heard all the same. */
class StartAndStopSpec extends Specification {
  @AutoCleanup def t = new Tried()
  def said = new CopyOnWriteArrayList()

  void apply(List<Closure> onStart, List<Closure> onStop, UnitSpec... units) {
    def body = { closure -> { ctx -> closure(ctx) } as FunctionBody }
    t.engine.apply(new App('', '', SupervisorSpec.root(new Members.Listed(units.toList())), [:],
        onStart.collect(body), onStop.collect(body), []))
  }

  def 'onStart is over before the first unit starts, onStop begins when the last one is down'() {
    when:
    apply([{ said << 'a' }, { said << 'b' }], [{ said << 'y' }, { said << 'z' }], function('f') { said << 'f' })
    then:
    t.outcome() == new Outcome(0, '', [])
    said == ['a', 'b', 'f', 'y', 'z']
  }

  def 'what throws in onStart is the cause, and nothing starts'() {
    when:
    apply([{ throw new IOException('no disk') }, { said << 'b' }], [], function('f') { said << 'f' })
    then:
    t.outcome() == new Outcome(1, 'onStart failed: IOException: no disk', [])
    said == []
  }

  def 'a stop during onStart cancels it: no unit starts, onStop cleans up, the end is a clean one'() {
    given:
    apply([{ ctx -> said << 'a'; ctx.sleep(Duration.ofDays(1)); said << ctx.cancelled() }, { said << 'b' }],
        [{ said << 'z' }], function('f') { said << 'f' })
    until { said == ['a'] }
    when:
    def outcome = t.stop()
    then:
    outcome == new Outcome(0, '', [])
    said == ['a', true, 'z']
  }

  def 'a stop that comes before anything was applied lets nothing start'() {
    when:
    t.ask(new Request.Down(false))
    apply([{ said << 'a' }], [{ said << 'z' }], function('f') { said << 'f' })
    then:
    t.outcome() == new Outcome(0, '', [])
    said == []
  }

  def 'a kill ends #word whatever it does, and says so'() {
    given:
    def go = new CountDownLatch(1)
    def deaf = { said << word; boolean open = true; while (open) { try { go.await(); open = false } catch (InterruptedException e) { said << 'heard' } } }
    word == 'onStart' ? apply([deaf], [], function('f') { }) : apply([], [deaf], function('f') { })
    until { said == [word] }
    when:
    t.ask(new Request.Down(false))
    def heard = word == 'onStart'
    then: 'the first stop cancels what delays the start, not what cleans up'
    until { said == (heard ? [word, 'heard'] : [word]) }
    !t.engine.outcome().done
    when:
    t.ask(new Request.Down(true))
    then:
    t.outcome() == new Outcome(1, "killed while $word was under way", [])
    cleanup:
    go.countDown()
    where:
    word << ['onStart', 'onStop']
  }
}

package dev.supervise

import static dev.supervise.Tried.*

import dev.supervise.run.Selector
import dev.supervise.run.Request
import dev.supervise.spec.*
import spock.lang.AutoCleanup
import spock.lang.Specification

class HandoverSpec extends Specification {
  @AutoCleanup def t = new Tried()
  static report = 'echo "$LIFECYCLE_RESUME_ID ${LIFECYCLE_PREV_EXIT-none} $SUPERVISE_UNIT"; '

  def 'a real child learns how its last run ended, under one id: #end under #strategy'() {
    given:
    t.run([sh('a', report + end, restart: Restart.ALWAYS), sh('b', report + 'sleep 1000', restart: Restart.ALWAYS)], strategy: strategy)
    when:
    def first = t.line('a').split(' ')
    def second = t.line('a').split(' ')
    then:
    first[1] == 'none'
    second[1] == code
    first[0] == second[0]
    first[0] ==~ /[0-9a-f-]{36}/
    first[2] == 'a'
    where:
    [[end, code], strategy] << [[['sleep 0.1; exit 0', '0'], ['sleep 0.1; exit 3', '3'], ['sleep 0.1; kill -9 $$', '137']], Strategy.values().toList()].combinations()
  }

  def 'a sibling that a round stopped is told the signal that ended it'() {
    given:
    t.run([sh('a', report + 'sleep 0.1; exit 1'), sh('b', report + 'exec sleep 1000')], strategy: strategy)
    when:
    def first = t.line('b').split(' ')
    def second = t.line('b').split(' ')
    then:
    first[1] == 'none'
    second[1] == '143'
    first[0] == second[0]
    where:
    strategy << [Strategy.ONE_FOR_ALL, Strategy.REST_FOR_ONE]
  }

  def 'each unit has an id of its own, and each instance'() {
    when:
    t.run([sh('web', 'echo "$LIFECYCLE_RESUME_ID $SUPERVISE_INSTANCE"; exec sleep 1000', instances: 3)])
    def all = t.lineOfEach(["web-1", "web-2", "web-3"])
    then:
    all.collect { it.split(' ')[1] } == ['1', '2', '3']
    all.collect { it.split(' ')[0] }.toSet().size() == 3
  }

  def 'an operator restart hands over too; a removed and added unit gets a new id'() {
    given:
    t.run([sh('a', report + 'exec sleep 1000')])
    def first = t.line('a').split(' ')
    when:
    t.ask(new Request.Restart(Selector.of('a')))
    def second = t.line('a').split(' ')
    then:
    second[0..1] == [first[0], '143']
    when:
    t.ask(new Request.Remove('a'))
    t.ask(new Request.Declare('', sh('a', report + 'exec sleep 1000')))
    def third = t.line('a').split(' ')
    then:
    third[0] != first[0]
    third[1] == 'none'
  }

  def 'a function sees the same handover'() {
    given:
    def seen = new java.util.concurrent.LinkedBlockingQueue()
    t.run([function('f') { ctx -> seen << [ctx.resumeId(), ctx.prevExit(), ctx.attempt(), ctx.saved()]; ctx.save([n: ctx.attempt()]); if (ctx.attempt() < 3) throw new IOException('x') }])
    t.outcome()
    expect:
    seen*.get(0).toSet().size() == 1
    seen*.get(1) == [OptionalInt.empty(), OptionalInt.of(1), OptionalInt.of(1)]
    seen*.get(2) == [1, 2, 3]
    seen*.get(3) == [[:], [n: 1], [n: 2]]
  }
}

package dev.supervise.run

import static dev.supervise.run.Troupe.*
import static dev.supervise.spec.Edge.Condition.*
import static java.time.Duration.*

import dev.supervise.spec.*
import spock.lang.Specification

class CauseSpec extends Specification {
  def t = new Troupe()

  /** The newest transition of a unit to a status, as the chain of its causes, the nearest first. */
  List<String> why(String path, Status status) {
    t.transitions.findAll { it.path() == path && it.status() == status }.last()
        .cause().chain().collect { "${it.path() ?: '.'}: ${it.text()}".toString() }
  }

  def 'the first start has the start of the tree as its cause, through every supervisor above'() {
    when:
    t.play(root([group('backend', [process('db')]), process('web')]))
    then:
    why('web', Status.RUNNING) == ['.: the tree was started']
    why('backend/db', Status.RUNNING) == ['backend: started', '.: the tree was started']
  }

  def 'a start that waited names what it had waited for'() {
    given:
    t.slowStart << 'db'
    t.play(root([process('db'), process('api', after: [db: STARTED])]))
    when:
    t.actors.db.come(); t.settle()
    then:
    why('api', Status.RUNNING) == ['db: running', '.: the tree was started']
  }

  def 'a restart has the end of the run before it as its cause'() {
    given:
    t.play(root([process('a', pause: new Pause.Delay(ofSeconds(2)))]))
    when:
    t.crash('a', 3).pass(ofSeconds(2))
    then:
    why('a', Status.BACKING_OFF) == ['a: exit 3']
    why('a', Status.RUNNING) == ['a: exit 3']
  }

  def 'a sibling taken along by a round names the round and whose end began it, down and up again'() {
    given:
    t.play(root([group('backend', [process('db'), process('api')], strategy: Strategy.REST_FOR_ONE)]))
    when:
    t.crash('backend/db', 7)
    then:
    def chain = ["backend: restForOne restarts 'db' and what comes after it", 'backend/db: exit 7']
    why('backend/api', Status.STOPPING) == chain
    why('backend/api', Status.RUNNING) == ['backend/db: running', 'backend/db: exit 7']
    why('backend/db', Status.RUNNING) == ['backend/db: exit 7']
  }

  def 'an escalation names the child whose end was one too many, and so does the restart after it'() {
    given:
    t.play(root([group('backend', [process('db')], intensity: within(1, 60)), process('web')]))
    when:
    t.crash('backend/db').settle()
    t.crash('backend/db', 9).pass(ofSeconds(60))
    def up = why('backend/db', Status.RUNNING)
    then:
    up.first() == 'backend: started'
    up[1].startsWith("backend: 'backend/db' failed once more than intensity")
    up.last() == 'backend/db: exit 9'
  }

  def 'what is asked for names who asked'() {
    given:
    t.play(root([process('a'), process('b')]))
    when:
    t.tree.ask(new Request.Stop(Selector.of('a')), 'the REPL'); t.settle()
    then:
    why('a', Status.STOPPED) == ['.: asked by the REPL: stop a']
    when:
    t.tree.ask(new Request.Down(false), 'SIGTERM'); t.settle()
    then:
    why('b', Status.STOPPED) == ['.: asked by SIGTERM: stop everything']
  }

  def 'a unit that was killed because its supervisor was asked to stop names both'() {
    given:
    t.deaf << 'backend/db'
    t.play(root([group('backend', [process('db')])]))
    when:
    t.tree.ask(new Request.Stop(Selector.of('backend')), 'ada'); t.settle()
    t.pass(ofSeconds(30))
    then:
    why('backend/db', Status.STOPPED) == ['backend: stopping', '.: asked by ada: stop backend']
  }

  def 'chains do not grow with the number of restarts'() {
    given:
    t.play(root([process('a', pause: new Pause.Delay(ZERO)), process('b')], strategy: Strategy.ONE_FOR_ALL))
    when:
    50.times { t.crash('a').pass(ofSeconds(1)) }
    then:
    t.transitions*.cause()*.chain()*.size().max() <= 3
    t.transitions.every { it.cause().text() != '' }
  }
}

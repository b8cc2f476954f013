package dev.supervise.run

import static dev.supervise.run.Troupe.*
import static dev.supervise.spec.Edge.Condition.*

import dev.supervise.spec.*
import java.time.Duration
import spock.lang.Specification

/// What an operator may change of a running tree: laws 10 and 16.
class LiveChangeSpec extends Specification {
  def t = new Troupe()

  List<String> children(String path = '') { t.look(path).children()*.path() }

  def 'more instances: those that run stay, the new ones come up in their place in start order'() {
    given:
    t.play(root([process('db'), process('web', instances: 2, after: [db: READY]), process('log', after: [web: STARTED])])).drain()
    expect:
    t.ask(new Request.Scale('web', 4)) == new Reply.Done("'web' has 4")
    t.drain() == ['start web-3', 'start web-4']
    children() == ['db', 'web-1', 'web-2', 'web-3', 'web-4', 'log']
    t.launches['web-4']*.instance() == [4]
    when: 'the tree is stopped'
    t.ask(new Request.Down(false))
    then: 'the new ones end between what needs them and what they need'
    t.drain() == ['stop log', 'stop web-4', 'stop web-3', 'stop web-2', 'stop web-1', 'stop db']
  }

  def 'fewer instances: the highest numbers go, the others stay as they are'() {
    given:
    t.play(root([process('web', instances: 4)])).drain()
    expect:
    t.ask(new Request.Scale('web', 2)) == new Reply.Done("'web' has 2")
    t.drain() == ['stop web-4', 'stop web-3']
    children() == ['web-1', 'web-2']
    when: 'more again'
    t.ask(new Request.Scale('web', 3))
    then: 'a new one is another unit than the one that went'
    t.launches['web-3']*.resumeId().toUnique().size() == 2
  }

  def 'an instance that is still on its way out is brought back by asking for as many again'() {
    given:
    t.play(root([process('web', instances: 2)])).drain()
    t.deaf << 'web-2'
    t.ask(new Request.Scale('web', 1))
    t.ask(new Request.Scale('web', 2))
    when:
    t.pass(Duration.ofSeconds(10))
    then:
    t.drain() == ['stop web-2', 'kill web-2', 'start web-2']
    children() == ['web-1', 'web-2']
  }

  def 'a number of instances that cannot be is refused, with what is allowed: #name #size'() {
    given:
    t.play(root([process('web', instances: 3), process('web-5'), process('log', after: ['web-3': READY]), process('one')])).drain()
    expect:
    (t.ask(new Request.Scale(name, size)) as Reply.Refused).why() =~ why
    t.drain() == []
    where:
    name    | size || why
    'web'   | 0    || /0 instances is not between 1 and 100000; to have none, stop 'web'/
    'web'   | 5    || /name 'web-5' is that of an instance of 'web'/
    'web'   | 2    || /after 'web-3': there is no unit of that name/
    'web-1' | 2    || /'web-1' is one instance; scale 'web'/
    'one'   | 2    || /'one' is a process, not a pool, and declares no instances/
  }

  def 'new instances of a unit that was stopped stay down, too'() {
    given:
    t.play(root([process('web', instances: 2), process('b')])).drain()
    t.ask(new Request.Stop(Selector.of('web')))
    t.ask(new Request.Scale('web', 3))
    expect:
    t.drain() == ['stop web-2', 'stop web-1']
    t.status('web-3') == Status.STOPPED
  }

  def 'instances that were added live through a restart of their supervisor'() {
    given:
    t.play(root([group('g', [process('web', instances: 1)]), process('b')]))
    t.ask(new Request.Scale('web', 2))
    t.drain()
    when:
    t.ask(new Request.Restart(Selector.of('g')))
    then:
    t.drain() == ['stop g/web-2', 'stop g/web-1', 'start g/web-1', 'start g/web-2']
  }

  def 'a unit that is removed from a restForOne row leaves its neighbours tied to each other'() {
    given:
    t.play(root([group('g', [process('a'), process('b'), process('c')], strategy: Strategy.REST_FOR_ONE), process('z')]))
    t.ask(new Request.Remove('b'))
    t.drain()
    when:
    t.crash('g/a')
    then:
    t.drain() == ['stop g/c', 'start g/a', 'start g/c']
  }

  def 'a supervisor comes up though a unit it waited for was stopped or removed: #by'() {
    given:
    t.slowStart << 'g/b'
    t.play(root([group('g', [process('a'), process('b')]), process('z', after: [g: READY])]))
    expect:
    t.status('z') == Status.WAITING
    when:
    t.ask(by)
    t.actors['g/b']?.fail(StartFailure.Step.FORK); t.settle()
    then:
    t.status('z') == Status.RUNNING
    where:
    by << [new Request.Stop(Selector.of('g/b')), new Request.Remove('g/b')]
  }

  def 'labels mean who carries them when a request is carried out, with all below the names alone'() {
    given:
    t.play(root([process('a', labels: [tier: 'web']), group('g', [process('b', labels: [tier: 'web']), process('c')])]))
    t.drain()
    when: 'one comes between asking and carrying out'
    t.tree.ask(new Request.Declare('', process('d', labels: [tier: 'web'])))
    def all = t.tree.ask(new Request.Stop(new Selector([], [tier: 'web'])))
    t.settle()
    then:
    all.getNow(null) == new Reply.Done('stopped a, g/b, d')
    ['a', 'g/b', 'd', 'g/c'].collect { t.status(it) } == [Status.STOPPED] * 3 + [Status.RUNNING]
    and:
    t.ask(new Request.Start(new Selector(['g'], [tier: 'web']))) == new Reply.Done('started g/b')
    t.ask(new Request.Start(new Selector(['g'], [tier: 'db']))) == new Reply.NoSuchUnit('no unit is labelled tier=db')
  }

  def 'a signal goes to all that are meant, or to none'() {
    given:
    t.play(root([process('a'), process('b')]))
    t.ask(new Request.Stop(Selector.of('b')))
    t.drain()
    when:
    def refused = t.ask(new Request.Signal(Selector.of('a', 'b'), 1, false))
    then:
    refused == new Reply.Refused("'b' is stopped: no process to signal")
    t.drain() == []
    when:
    t.ask(new Request.Signal(Selector.of('a'), 1, false))
    then:
    t.drain() == ['stop a', 'start a']
  }
}

package dev.supervise.control.protocol

import static dev.supervise.Tried.function
import static dev.supervise.Tried.policy
import static dev.supervise.Tried.until
import static dev.supervise.control.Running.get

import dev.supervise.run.Request
import dev.supervise.control.Running
import dev.supervise.control.SocketSpec
import dev.supervise.control.server.LocalConnection
import dev.supervise.run.Selector
import dev.supervise.run.Status
import dev.supervise.run.Until
import dev.supervise.spec.*
import java.time.Duration
import java.util.concurrent.CountDownLatch
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.Timeout

/// What an instance answers, asked in its own process. The same laws hold over the socket: [SocketSpec].
@Timeout(60)
class ConnectionSpec extends Specification {
  @AutoCleanup Running running
  @AutoCleanup Connection connection
  def go = new CountDownLatch(1)

  Connection to(Collection<UnitSpec> units, Set<String> secrets = []) {
    running = new Running(units, secrets)
    connection = way(running)
  }

  Connection way(Running running) { new LocalConnection(running.desk, 'spec') }

  static UnitSpec sleeper(Map with = [:], String name) {
    function(with, name) { ctx -> ctx.sleep(Duration.ofDays(1)) }
  }

  static UnitSpec pool(String name, int size) {
    new SupervisorSpec(name, Origin.NONE, policy(), Strategy.ONE_FOR_ONE, new Intensity.Unlimited(), AutoShutdown.NEVER,
        new Grace.Unlimited(), new Members.Pool(sleeper('child'), size))
  }

  static List<String> paths(Answer tree) { (tree as Answer.Tree).units()*.path() }

  def 'the tree is answered whole, or the units that names and labels mean'() {
    when:
    to([sleeper('db', labels: [tier: 'db']), sleeper('api'), pool('workers', 2)])
    get(connection, new Query.Await(Selector.ALL, Until.READY, Optional.empty()))
    // Units are waited for; a supervisor is up just after the last of its own.
    get(connection, new Query.Await(Selector.of('workers'), Until.READY, Optional.empty()))
    then:
    def root = (get(connection, new Query.Tree(Selector.ALL)) as Answer.Tree).units().first()
    root.path() == '' && root.children()*.path() == ['db', 'api', 'workers']
    root.children()[2].children()*.path() == ['workers/1', 'workers/2']
    root.children().every { it.status() == Status.RUNNING && it.ready() }
    paths(get(connection, new Query.Tree(Selector.of('api', 'workers/2')))) == ['api', 'workers/2']
    paths(get(connection, new Query.Tree(new Selector([], [tier: 'db'])))) == ['db']
    (get(connection, new Query.Tree(new Selector([], [tier: 'web']))) as Answer.NoSuchUnit).why() == 'no unit is labelled tier=web'
    (get(connection, new Query.Tree(Selector.of('apy'))) as Answer.NoSuchUnit).why() == "no unit 'apy' (did you mean 'api'?)"
  }

  def 'units are stopped, started and restarted, and a pool is made larger and smaller'() {
    when:
    to([sleeper('api'), pool('workers', 1)])
    get(connection, new Query.Await(Selector.ALL, Until.READY, Optional.empty()))
    then:
    get(connection, new Query.Order(new Request.Stop(Selector.of('api')))) == new Answer.Done('stopped api')
    get(connection, new Query.Order(new Request.Start(Selector.of('api')))) == new Answer.Done('started api')
    get(connection, new Query.Order(new Request.Restart(Selector.of('api')))) == new Answer.Done('restarted api')
    get(connection, new Query.Order(new Request.Stop(Selector.of('nobody')))) instanceof Answer.NoSuchUnit
    get(connection, new Query.Order(new Request.Add('workers', 2))) == new Answer.Done("'workers' has 3")
    get(connection, new Query.Order(new Request.Remove('workers'))) == new Answer.Done("'workers' has 2")
    get(connection, new Query.Order(new Request.Scale('workers', 0))) == new Answer.Done("'workers' has 0")
    get(connection, new Query.Order(new Request.Remove('workers'))) instanceof Answer.Refused
    get(connection, new Query.Order(new Request.Scale('api', 2))) instanceof Answer.Refused
    get(connection, new Query.Order(new Request.Remove('api'))) == new Answer.Done('removed api')
    get(connection, new Query.Env()) == new Answer.Environment([SUPERVISE_PORT_DB: '5433'])
  }

  def 'waiting ends when it comes true, at once when it no longer can, and at its time'() {
    when:
    to([function('job', restart: Restart.NEVER) { go.await() }, sleeper('api'), function('bad', restart: Restart.NEVER) { throw new Exception('no') }])
    def done = connection.ask(new Query.Await(Selector.of('job'), Until.DONE, Optional.empty()))
    then:
    get(connection, new Query.Await(Selector.of('job', 'bad'), Until.DONE, Optional.empty())) instanceof Answer.Failed
    get(connection, new Query.Await(Selector.of('api'), Until.DONE, Optional.of(Duration.ofMillis(20)))) instanceof Answer.TimedOut
    !done.done
    when:
    go.countDown()
    then:
    done.get() == new Answer.Done('done: job')
  }

  def 'whoever waits for a start hears of a stop in between'() {
    given: 'a unit that waits for another that never comes up'
    to([function('db', restart: Restart.NEVER, autostart: false) { }, sleeper('api')])
    get(connection, new Query.Await(Selector.of('api'), Until.READY, Optional.empty()))
    when:
    get(connection, new Query.Order(new Request.Stop(Selector.of('api'))))
    def waits = connection.ask(new Query.Await(Selector.of('api'), Until.DONE, Optional.empty()))
    then:
    waits.get() instanceof Answer.Failed
  }

  def 'what happens is followed, secrets masked, and only of the units asked for'() {
    given:
    to([sleeper('api'), function('bad', restart: Restart.NEVER) { go.await(); throw new Exception('password geheim') }], ['geheim'] as Set)
    get(connection, new Query.Await(Selector.of('api', 'bad'), Until.READY, Optional.empty()))
    when:
    def changes = connection.follow(new Feed.Changes(Selector.of('bad')))
    get(connection, new Query.Order(new Request.Restart(Selector.of('api'))))
    go.countDown()
    def item = changes.next(Duration.ofSeconds(10)).get() as FeedItem.Changed
    then:
    item.path() == 'bad' && item.status() == Status.FAILED
    item.what().contains('password ***')
    when:
    changes.close()
    then:
    changes.next(Duration.ZERO).empty
  }

  def 'a follower that does not take holds up nobody: what finds no room is counted'() {
    given:
    def pending = new Subscription({ }, { })
    when:
    (1..Subscription.ROOM + 5).each { pending.offer(new FeedItem.Line(0, 'a', "$it")) }
    pending.offer(new FeedItem.End('over'))
    def taken = []
    for (def item = pending.next(Duration.ZERO); item.present; item = pending.next(Duration.ZERO)) taken << item.get()
    then:
    taken.size() == Subscription.ROOM + 2
    taken[-2] == new FeedItem.Dropped(5)
    taken[-1] == new FeedItem.End('over')
  }

  def 'down answers with how it ended'() {
    when:
    to([sleeper('api')])
    then:
    get(connection, new Query.Order(new Request.Down(false))) == new Answer.Over(0, '', [], [])
  }

  def 'while onStart is under way there is nothing to see; who waits then waits for what comes'() {
    given:
    running = new Running([sleeper('api')], [] as Set, [{ ctx -> go.await() } as FunctionBody])
    connection = way(running)
    def ready = connection.ask(new Query.Await(Selector.ALL, Until.READY, Optional.empty()))
    expect:
    (get(connection, new Query.Tree(Selector.ALL)) as Answer.Refused).why().contains('onStart')
    get(connection, new Query.Order(new Request.Stop(Selector.of('api')))) instanceof Answer.Refused
    !ready.done
    when:
    go.countDown()
    then:
    ready.get() == new Answer.Done('ready: api')
  }
}

package dev.supervise.worker

import dev.supervise.worker.probe.ProbesSpec
import dev.supervise.keeper.CPrograms
import dev.supervise.posix.DatagramSocket
import dev.supervise.spec.Check
import dev.supervise.spec.Identity
import dev.supervise.spec.Liveness
import dev.supervise.spec.Logs
import dev.supervise.spec.Presence
import dev.supervise.spec.Readiness
import dev.supervise.spec.UnitPolicy
import java.nio.file.Files
import java.time.Duration
import spock.lang.Requires
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.Timeout

/** sd_notify, with children that speak it. */
@Native
@Requires({ CPrograms.COMPILER })
@Timeout(60)
class NotifySpec extends Specification {
  static final Check notify = new Check.SdNotify()

  @Shared
  WorkerBed bed = new WorkerBed()

  def cleanupSpec() {
    bed.close()
  }

  static Readiness ready = new Readiness(notify, Duration.ofSeconds(60), Duration.ofSeconds(60))

  WorkerBed.Heard child(Liveness alive = null, String... orders) {
    bed.argv([policy: UnitPolicy.DEFAULT.withLifecycle(ProbesSpec.lifecycle(ready, alive))],
        ([CPrograms.child.toString()] + orders.toList()) as String[])
  }

  WorkerBed.Heard asked(String... orders) {
    def run = child(orders)
    run.pid()
    run.run.perform(new Action.AwaitReady(ready))
    run
  }

  static void end(WorkerBed.Heard run) {
    ProbesSpec.end(run)
  }

  static String address(int pid) {
    // The program is told apart from the keeper's copy a moment after it was reported.
    WorkerBed.until { new File("/proc/$pid/environ").text.contains('NOTIFY_SOCKET') }
    new File("/proc/$pid/environ").text.split('\0').find { it.startsWith('NOTIFY_SOCKET=') }.substring(14)
  }

  def 'READY=1 of the program is heard at once, not at the next try'() {
    when:
    def run = asked('notify', 'READY=1')

    then:
    run.next(5) == ['ready']

    cleanup:
    end(run)
  }

  def 'what is said before anybody asked is not missed, and a status is told'() {
    given:
    def run = child('notify', 'STATUS=three of four|READY=1|STATUS=up')
    def heard = [run.next(), run.next(), run.next()]

    when:
    run.run.perform(new Action.AwaitReady(ready))

    then:
    heard[0][0] == 'up'
    heard[1..2] == [['says', 'three of four'], ['says', 'up']]
    run.next() == ['ready']

    cleanup:
    end(run)
  }

  def 'a process of the run that daemonised may speak for it'() {
    when:
    def run = asked('notify-later', 'READY=1')

    then:
    run.next() == ['ready']

    cleanup:
    end(run)
  }

  @Requires({ System.getProperty('user.name') == 'root' })
  def 'so may one of another user'() {
    given:
    bed.dir.toFile().setExecutable(true, false)
    def program = Files.copy(CPrograms.child, bed.dir.resolve('child'))
    program.toFile().setExecutable(true, false)
    program.toFile().setReadable(true, false)

    when:
    def run = bed.argv([policy: UnitPolicy.DEFAULT.withLifecycle(ProbesSpec.lifecycle(ready, null)),
        identity: new Identity(Optional.of('nobody'), Optional.empty(), OptionalInt.empty(), OptionalInt.empty())],
        program.toString(), 'notify-later', 'READY=1')
    run.pid()
    run.run.perform(new Action.AwaitReady(ready))

    then:
    run.next() == ['ready']

    cleanup:
    end(run)
  }

  def 'so may one of a detached unit'() {
    when:
    def run = bed.argv([policy: UnitPolicy.DEFAULT.withLifecycle(ProbesSpec.lifecycle(ready, null)), logs: new Logs.None(),
        presence: new Presence(Optional.empty(), [], false, true)], CPrograms.child.toString(), 'notify-later', 'READY=1')
    run.next()
    run.run.perform(new Action.AwaitReady(ready))

    then:
    run.next() == ['ready']

    cleanup:
    end(run)
  }

  def 'whoever is not of the run is refused, and named once'() {
    given:
    def run = child('pause')
    int pid = run.pid()
    run.run.perform(new Action.AwaitReady(ready))
    def address = address(pid)

    when: 'the specs themselves, of the same user, write to it'
    3.times { assert DatagramSocket.send(address, 'READY=1'.bytes) == 0 }
    WorkerBed.until { bed.warnings.any { it.contains(run.path) } }
    def other = asked('notify', 'READY=1')

    then:
    other.next() == ['ready']
    run.silent()
    bed.warnings.findAll { it.contains(run.path) } ==
        ["unit '$run.path': a message to its notify socket was refused: pid ${ProcessHandle.current().pid()} is none of its processes".toString()]

    cleanup:
    end(run)
    end(other)
    bed.warnings.clear()
  }

  def 'descriptors that come along are let go, so that a barrier is passed'() {
    given:
    int before = ProbesSpec.descriptors()

    when:
    def run = asked('barrier', 'READY=1')

    then: 'both are told; the datagram and the output come by different ways'
    [run.next(), run.next()] as Set == [['ready'], ['says', 'let go']] as Set

    when:
    end(run)

    then: 'the socket of the run is closed with it'
    WorkerBed.until { ProbesSpec.descriptors() <= before }
  }

  def 'only a unit that declares sdNotify has a socket, and the one supervise was given is not passed on'() {
    when:
    def plain = bed.argv(CPrograms.child.toString(), 'pause')
    def without = plain.pid()
    WorkerBed.until { new File("/proc/$without/environ").text.contains('SUPERVISE_UNIT') }
    def run = child('pause')
    def pid = run.pid()

    then:
    !new File("/proc/$without/environ").text.contains('NOTIFY_SOCKET')
    address(pid).startsWith('@supervise/')
    !new File("/proc/$pid/environ").text.contains('WATCHDOG_USEC')

    cleanup:
    end(plain)
    end(run)
  }

  def 'a message that is too long, empty or in a rush does no harm'() {
    given:
    def run = child('pause')
    int pid = run.pid()
    def address = address(pid)

    when:
    DatagramSocket.send(address, new byte[5000])
    DatagramSocket.send(address, new byte[0])
    5000.times { DatagramSocket.send(address, 'READY=1'.bytes) }
    def other = asked('notify', 'READY=1')

    then:
    other.next() == ['ready']
    run.silent()

    cleanup:
    end(run)
    end(other)
    bed.warnings.clear()
  }

  // --- the watchdog

  def 'signs of life keep a unit well; their absence is an illness'() {
    given:
    def alive = new Liveness(notify, Duration.ofMillis(200), 2)
    def run = child(alive, 'beats', '20')
    int pid = run.pid()

    when:
    long from = System.nanoTime()
    run.run.perform(new Action.AwaitReady(ready))
    def first = run.next()
    run.run.perform(new Action.Watch(alive))
    def second = run.next()
    long took = System.nanoTime() - from

    then:
    new File("/proc/$pid/environ").text.split('\0').contains('WATCHDOG_USEC=400000')
    first == ['ready']
    second == ['unhealthy', 'no WATCHDOG=1 since the try before']
    took > 1_000_000_000L

    cleanup:
    end(run)
  }

  def 'a unit may call itself ill'() {
    given:
    def alive = new Liveness(notify, Duration.ofSeconds(30), 3)
    def run = child(alive, 'ill')
    run.pid()
    run.run.perform(new Action.Watch(alive))
    bed.logOf(run.path) { it == 'ready\n' }

    when:
    run.signal(10, Action.Scope.LEADER)

    then:
    run.next() == ['unhealthy', 'it said WATCHDOG=trigger']

    cleanup:
    end(run)
  }

  def 'a unit that says it is stopping is not called ill for its silence'() {
    given:
    def alive = new Liveness(notify, Duration.ofMillis(50), 1)
    def run = child(alive, 'notify', 'STOPPING=1|STATUS=flushing')
    run.pid()

    when:
    assert run.next() == ['says', 'flushing']
    run.run.perform(new Action.Watch(alive))
    Thread.sleep(300)

    then:
    run.silent()

    cleanup:
    end(run)
  }
}

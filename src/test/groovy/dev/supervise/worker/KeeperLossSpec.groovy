package dev.supervise.worker

import dev.supervise.worker.keeper.Keeper
import dev.supervise.worker.keeper.KeeperPackets
import dev.supervise.worker.keeper.KeeperProgram
import dev.supervise.worker.keeper.KeeperSource
import dev.supervise.worker.process.Descendants
import dev.supervise.posix.ProcessStat
import dev.supervise.spec.Exit
import java.util.concurrent.TimeUnit
import spock.lang.Specification
import spock.lang.Timeout

@Native
@Timeout(60)
class KeeperLossSpec extends Specification {
  WorkerBed bed = new WorkerBed()

  def cleanup() {
    bed.close()
  }

  def 'when the keeper is killed, everything it started goes with it, each run ends as unknown, and a new keeper is there'() {
    given: 'leaders, other sessions, a daemon, and a child of our own'
    def runs = (1..20).collect {
      bed.shell("setsid sleep 1005 & (setsid sh -c 'echo \$\$ > daemon$it; exec sleep 1006' &); sleep 1007".toString())
    }
    def pids = runs*.pid()
    WorkerBed.until { (1..20).every { def f = bed.dir.resolve("daemon$it").toFile(); f.exists() && f.text.trim() } }
    pids += (1..20).collect { bed.dir.resolve("daemon$it").toFile().text.trim() as int }
    def ours = ['sh', '-c', 'sleep 1; exit 42'].execute()
    int keeper = bed.worker.keeperPid()

    when:
    kill(keeper)

    then:
    bed.keeperLost.await(10, TimeUnit.SECONDS)
    runs.every { run ->
      def (what, exit, remains) = run.next()
      what == 'ended' && exit instanceof Exit.Unknown && remains == Survivors.NONE
    }
    pids.every { !WorkerBed.alive(it) }
    runs.every { it.silent() }

    and: 'a new keeper serves'
    def next = bed.shell('exit 9')
    next.pid()
    next.exit() == new Exit.Code(9)
    bed.worker.keeperPid() != keeper
    bed.warnings.size() == 1
    bed.warnings[0].contains("the keeper (pid $keeper) is gone")

    and: 'our own child was left alone'
    ours.waitFor() == 42
  }

  def 'starts asked for around the end of the keeper are all answered'() {
    when:
    int keeper = bed.worker.keeperPid()
    def runs = (1..300).collect { i ->
      if (i == 150) {
        kill(keeper)
      }
      bed.argv('/bin/sleep', '1008')
    }
    def first = runs*.next(20)

    then: 'up, or not up because of the keeper'
    first.every { it[0] == 'up' || it[0] == 'notUp' && it[1].step().name() == 'KEEPER' }

    when: 'those of the first keeper end with it'
    def lost = [runs, first].transpose().findAll { run, heard -> heard[0] == 'up' && !WorkerBed.alive(heard[1]) }
    lost.each { run, heard -> assert run.exit() instanceof Exit.Unknown }
    def alive = [runs, first].transpose().findAll { run, heard -> heard[0] == 'up' && WorkerBed.alive(heard[1]) }*.first()
    alive*.signal(9)

    then:
    alive.every { it.exit() == new Exit.Signalled(9, false) }
  }

  def 'a stranger that became our child is reaped, and none of the JDK\'s'() {
    given: 'a grandchild of the JDK\'s child that outlives its parent and then ends'
    def text = ['sh', '-c', 'sh -c "sleep 0.2" >/dev/null 2>&1 & echo $!'].execute().text.trim()
    int stranger = text as int
    def kin = new Descendants({ System.nanoTime() })
    WorkerBed.until { def stat = ProcessStat.of(stranger); stat.present && !stat.get().alive() }

    when: 'it was dead at the last look'
    kin.reapStrangers(bed.worker.helpers() as Set)

    then:
    ProcessStat.of(stranger).present

    when:
    kin.reapStrangers(bed.worker.helpers() as Set)

    then:
    !ProcessStat.of(stranger).present
  }

  def 'what a keeper was whose end is still to be asked for is reaped by nobody else'() {
    given:
    def keeper = unattended()
    def link = keeper.open().get()
    link.greeted.await()
    def kin = new Descendants({ System.nanoTime() })

    when: 'killed, and its guard, and nobody has asked yet'
    link.processes*.signal(19)
    link.processes*.signal(9)
    WorkerBed.until { link.processes.every { !it.alive() } }
    3.times { kin.reapStrangers(keeper.unreaped()) }

    then:
    ProcessStat.of(link.pid).present
    link.awaitEnd(1_000_000_000L) == KeeperSource.End.KILLED

    when: 'it has been dealt with'
    link.settle()

    then:
    !keeper.unreaped().contains(link.pid)
  }

  def 'once the end has begun no keeper is started, none is left, and nothing is written, whatever is lost meanwhile: round #round'() {
    given:
    def state = bed.dir.resolve('state')
    def other = new WorkerBed(Optional.of(state))
    def run = other.shell('setsid sleep 1009 & exec sleep 1009')
    int pid = run.pid()

    when: 'keeper and guard are killed in the moment of the end'
    def killed = Thread.start { other.worker.keeper.processes()*.signal(9) }
    Thread.sleep(round)
    def left = other.worker.end()
    killed.join()

    then:
    left == []
    !WorkerBed.alive(pid)
    other.worker.keeper.open().empty
    other.worker.keeper.unsettled().empty
    !state.resolve('identities').toFile().exists()

    cleanup:
    other?.close()

    where:
    round << [0, 0, 1, 2, 5, 20]
  }

  def 'a thread that was interrupted waits as long as another, and stays interrupted'() {
    given:
    def keeper = unattended()
    def link = keeper.open().get()
    link.greeted.await()
    def took = 0L
    def still = false
    def end = null

    when:
    Thread.start {
      Thread.currentThread().interrupt()
      def since = System.nanoTime()
      end = link.awaitEnd(300_000_000L)
      took = System.nanoTime() - since
      still = Thread.interrupted()
    }.join()

    then:
    end == KeeperSource.End.NOT_YET
    took >= 300_000_000L
    still

    cleanup:
    keeper?.close()
    link?.awaitEnd(10_000_000_000L)
  }

  /** One whose end nobody asks for by himself. */
  Keeper unattended() {
    def deaf = new Keeper.Listener() {
      void report(KeeperPackets.Report report) { }
      void lost(Keeper.Link link, String why) { }
    }
    new Keeper(KeeperProgram.find().get(), bed.worker.reactor, { System.nanoTime() }, deaf, -1)
  }

  def 'a process that has no name is shown as one all the same'() {
    given:
    def fifo = bed.dir.resolve('hold')
    assert ['mkfifo', fifo.toString()].execute().waitFor() == 0

    when:
    def run = bed.shell("(printf '\\000' > /proc/self/comm; : > named; read x < hold) & while ! [ -e named ]; do :; done; exit 3")
    run.pid()
    def (what, exit, remains) = run.next()

    then:
    exit == new Exit.Code(3)
    remains.named()*.command() == ['?']
  }

  static void kill(int pid) {
    assert ['kill', '-9', pid.toString()].execute().waitFor() == 0
  }
}

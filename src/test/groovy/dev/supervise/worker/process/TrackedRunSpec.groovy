package dev.supervise.worker.process

import static dev.supervise.worker.WorkerBed.alive
import static dev.supervise.worker.WorkerBed.until

import dev.supervise.worker.Action
import dev.supervise.worker.HookReports
import dev.supervise.worker.Launch
import dev.supervise.worker.Native
import dev.supervise.worker.Survivors
import dev.supervise.worker.WorkerBed
import dev.supervise.posix.ProcessIdentity
import dev.supervise.spec.Command
import dev.supervise.spec.Detector
import dev.supervise.spec.Exit
import dev.supervise.spec.Hook
import dev.supervise.spec.HookBody
import dev.supervise.spec.HookFailure
import dev.supervise.spec.HookPhase
import dev.supervise.spec.Origin
import dev.supervise.spec.Presence
import dev.supervise.spec.StartFailure
import dev.supervise.spec.Value
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

@Native
@Timeout(60)
class TrackedRunSpec extends Specification {
  @TempDir Path state
  @AutoCleanup('closeAll') Beds beds = new Beds()

  /** Workers one after another on one state directory. */
  class Beds {
    List<WorkerBed> all = []

    WorkerBed open() { all << new WorkerBed(Optional.of(state)); all.last() }

    void closeAll() { all.findAll { it.dir.toFile().exists() }*.close() }
  }

  static Presence presence(Map m) {
    new Presence(Optional.ofNullable(m.pidFile), m.detect ?: [], m.forking ?: false, m.detached ?: false)
  }

  static Command shellCommand(String text) { new Command.Shell(Value.of(text), []) }

  static void dead(int pid) { until { !alive(pid) } }

  /** A daemon as they are written: a fork whose parent exits, a session of its own, a second fork. */
  static String daemon(String pidFile, String body = 'exec sleep 1000') {
    "setsid sh -c 'sh -c \"echo \\\$\\\$ > $pidFile; $body\" &' ; exit"
  }

  // --- pid files

  def "the pid file is there when the start is reported, names the process, and goes with it"() {
    given:
    def bed = beds.open()
    def file = bed.dir.resolve('run/x.pid')

    when:
    def unit = bed.shell(presence: presence(pidFile: 'run/x.pid'), 'exec sleep 1000')
    def (what, pid, ticks) = unit.next()

    then:
    what == 'up'
    PidFile.trusted(PidFile.read(file)).get() == new ProcessIdentity(pid, ticks, ProcessIdentity.boot())
    PosixFilePermissions.toString(Files.getPosixFilePermissions(file)) == 'rw-------'
    new groovy.json.JsonSlurper().parseText(Files.readAllLines(file)[1]).command == ['/bin/sh', '-c', 'exec sleep 1000']

    when:
    unit.signal(15)

    then:
    unit.exit() == new Exit.Signalled(15, false)
    !Files.exists(file)
  }

  def "each instance has a file of its own; secrets are masked in it"() {
    given:
    def bed = beds.open()
    bed.secrets.add('s3cret')

    when:
    def units = [1, 2].collect { bed.shell(instance: it, presence: presence(pidFile: 'x.pid'), 'exec sleep 1000 # s3cret') }
    units*.next()

    then:
    ['x-1.pid', 'x-2.pid'].every { !Files.readString(bed.dir.resolve(it)).contains('s3cret') }
    ['x-1.pid', 'x-2.pid'].every { Files.readString(bed.dir.resolve(it)).contains('***') }

    cleanup:
    units*.signal(9)
  }

  def "a pid file that cannot be written is a failed start, and nothing of it is left"() {
    given:
    def bed = beds.open()
    Files.writeString(bed.dir.resolve('plain'), '')

    when:
    def unit = bed.shell(presence: presence(pidFile: 'plain/x.pid'), 'sleep 1000')
    def failure = unit.failure()

    then: 'nobody is in its directory'
    failure.step() == StartFailure.Step.PID_FILE
    failure.message().contains("plain/x.pid' cannot be written")
    new File('/proc').list().findAll { it.integer && livesIn(it, bed.dir) } == []
    unit.silent()
  }

  static boolean livesIn(String pid, Path dir) {
    try {
      Files.readSymbolicLink(Path.of('/proc', pid, 'cwd')) == dir.toRealPath()
    } catch (IOException e) {
      false // it has ended, or is somebody else's
    }
  }

  // --- forking

  def "a forking unit is its daemon: found by its own pid file, signalled, its end seen at once"() {
    given:
    def bed = beds.open()

    when:
    def unit = bed.shell(presence: presence(forking: true, detect: [new Detector.PidFile('d.pid')]),
        daemon('d.pid', 'sleep 999 & exec sleep 1000'))
    def (what, pid, ticks, age, source) = unit.next()

    then:
    what == 'found'
    source == 'pidfile:d.pid'
    Files.readString(bed.dir.resolve('d.pid')).trim() == "$pid"
    ProcessIdentity.of(pid).get().startTicks() == ticks

    when: 'the daemon is killed, its child is not'
    ProcessIdentity.of(pid).get().signal(9)
    def (ended, exit, remains) = unit.next(2)

    then:
    ended == 'ended'
    exit instanceof Exit.Unknown
    remains.count() == 1
    remains.named()[0].command() == 'sleep'

    when:
    unit.signal(9, Action.Scope.ALL)

    then:
    unit.next() == ['gone']
  }

  def "a stop of a forking unit reaches all of it, and only then it is down"() {
    given:
    def bed = beds.open()
    def unit = bed.shell(presence: presence(forking: true, pidFile: 'own.pid', detect: [new Detector.PidFile('d.pid')]),
        daemon('d.pid', 'sleep 999 & echo \\\$! > child; wait'))
    def pid = unit.next()[1]
    until { Files.exists(bed.dir.resolve('child')) && Files.readString(bed.dir.resolve('child')).trim() }
    def child = Files.readString(bed.dir.resolve('child')).trim().toInteger()

    expect:
    PidFile.read(bed.dir.resolve('own.pid')).pid() == pid

    when:
    unit.signal(15)
    def said = unit.next()
    if (said[2].count() > 0) {
      assert unit.next() == ['gone']
    }

    then:
    said[0] == 'ended'
    !alive(pid)
    !alive(child)
    !Files.exists(bed.dir.resolve('own.pid'))
  }

  def "to: main reaches the daemon and nobody else"() {
    given:
    def bed = beds.open()
    def unit = bed.shell(presence: presence(forking: true, detect: [new Detector.PidFile('d.pid')]),
        daemon('d.pid', 'trap \\"echo main >> noted\\" USR1; sh -c \\"trap true USR1; sleep 999\\" & while :; do wait; done'))
    unit.next()

    when:
    unit.signal(10, Action.Scope.LEADER)

    then:
    until { Files.exists(bed.dir.resolve('noted')) }

    cleanup:
    unit.signal(9, Action.Scope.ALL)
    unit.next()
  }

  def "detectors are asked in order, and the source is the one that found it"() {
    given:
    def bed = beds.open()

    when:
    def unit = bed.shell(
        presence: presence(forking: true, detect: [new Detector.PidFile('absent.pid'), new Detector.Exec(shellCommand('exit 3')),
            new Detector.Exec(shellCommand('echo not; cat d.pid'))]),
        daemon('d.pid'))
    def (what, pid, ticks, age, source) = unit.next()

    then:
    what == 'found'
    source == 'cmd:echo not; cat d.pid'
    alive(pid)

    cleanup:
    unit.signal(9, Action.Scope.ALL)
    unit.next()
  }

  def "what the detector finds outranks the launcher's exit code"() {
    given:
    def bed = beds.open()

    when:
    def unit = bed.shell(presence: presence(forking: true, detect: [new Detector.PidFile('d.pid')]),
        daemon('d.pid'))
    def failing = bed.shell(presence: presence(forking: true, detect: [new Detector.PidFile('e.pid')]),
        "setsid sh -c 'sh -c \"echo \\\$\\\$ > e.pid; exec sleep 1000\" &'; while ! [ -s e.pid ]; do sleep 0.01; done; exit 3")

    then:
    unit.next()[0] == 'found'
    failing.next()[0] == 'found'

    cleanup:
    [unit, failing].each { it.signal(9, Action.Scope.ALL); it.next() }
  }

  def "a launcher that fails and leaves no daemon is a failed start that tells what every detector said"() {
    given:
    def bed = beds.open()

    when:
    def unit = bed.shell(presence: presence(forking: true, detect: [new Detector.PidFile('absent.pid'), new Detector.Exec(shellCommand('exit 1'))]), 'exit 3')
    def failure = unit.failure()

    then:
    failure.step() == StartFailure.Step.DETECT
    failure.message() == 'its command ended (exit-detected: exit 3) and left no daemon that was found; ' +
        'not-found: pidfile:absent.pid: no such file or directory; cmd:exit 1: exit 1'
  }

  def "a bare pid in a daemon's file that is not of this run is not believed"() {
    given:
    def bed = beds.open()
    def stranger = 'sleep 1000'.execute()
    Files.writeString(bed.dir.resolve('d.pid'), "${stranger.pid()}\n")

    when:
    def failure = bed.shell(presence: presence(forking: true, detect: [new Detector.PidFile('d.pid')]), 'exit 0').failure()

    then:
    failure.message().contains("pidfile:d.pid: pid ${stranger.pid()} is not of this run")
    stranger.alive

    cleanup:
    stranger.destroyForcibly()
  }

  def "a stop while the daemon is still looked for ends the start, and what was launched with it"() {
    given:
    def bed = beds.open()
    def unit = bed.shell(presence: presence(forking: true, detect: [new Detector.PidFile('absent.pid')]),
        "setsid sh -c 'sh -c \"echo \\\$\\\$ > d; exec sleep 1000\" &'; while ! [ -s d ]; do sleep 0.01; done")
    until { Files.exists(bed.dir.resolve('d')) && Files.readString(bed.dir.resolve('d')).trim() }
    def pid = Files.readString(bed.dir.resolve('d')).trim().toInteger()

    when:
    unit.signal(15)

    then:
    unit.failure().message().contains('stopped before its daemon was found')
    dead(pid)
  }

  // --- detached

  def "a detached unit outlives its worker and is adopted by the next: pid, start, age; its end is seen at once"() {
    given:
    def first = beds.open()
    def presence = presence(detached: true, pidFile: "$state/x.pid".toString())
    def unit = first.shell(path: 'web', presence: presence, 'echo hello; sleep 999 & exec sleep 1000')
    def (_, pid, ticks) = unit.next()
    first.close()

    expect:
    alive(pid)

    when:
    Thread.sleep(1100)
    def second = beds.open()
    def adopted = second.shell(path: 'web', presence: presence, 'touch started-again; exec sleep 1000')
    def (what, samePid, sameTicks, age, source) = adopted.next()

    then:
    what == 'found'
    [samePid, sameTicks] == [pid, ticks]
    source == 'adopted, exec:pid'
    age.toMillis() >= 1000 && age.toMillis() < 20_000
    !Files.exists(second.dir.resolve('started-again'))
    PidFile.read(state.resolve('x.pid')).pid() == pid

    when:
    long before = System.nanoTime()
    ProcessIdentity.of(pid).get().signal(9)
    def (ended, exit, remains) = adopted.next(2)
    long took = System.nanoTime() - before

    then:
    ended == 'ended'
    exit instanceof Exit.Unknown
    remains.count() == 1
    took < 500_000_000

    when:
    adopted.signal(15, Action.Scope.ALL)

    then:
    adopted.next() == ['gone']
    !Files.exists(state.resolve('x.pid'))

    when: 'the next run is a new process'
    def again = second.shell(path: 'web', presence: presence, 'exec sleep 1000')

    then:
    again.next()[0] == 'up'

    cleanup:
    again?.signal(9, Action.Scope.ALL)
    again?.next()
  }

  def "an adopted unit is stopped like any other, with everything it has started"() {
    given:
    def first = beds.open()
    def unit = first.shell(path: 'web', presence: presence(detached: true),
        "setsid sh -c 'echo \$\$ > $state/daemon; exec sleep 998' & exec sleep 1000")
    def pid = unit.next()[1]
    until { Files.exists(state.resolve('daemon')) && Files.readString(state.resolve('daemon')).trim() }
    def daemon = Files.readString(state.resolve('daemon')).trim().toInteger()
    first.close()
    def second = beds.open()
    def adopted = second.shell(path: 'web', presence: presence(detached: true), 'exec sleep 1000')
    assert adopted.next()[1] == pid
    assert alive(daemon)

    when:
    adopted.signal(15, Action.Scope.GROUP)
    def said = adopted.next()
    if (said[2].count() > 0) {
      adopted.signal(15, Action.Scope.ALL)
      assert adopted.next() == ['gone']
    }

    then:
    said[0] == 'ended'
    dead(pid)
    dead(daemon)
  }

  def "a detached unit that is told to stop when supervise leaves is left running"() {
    given:
    def first = beds.open()
    def unit = first.shell(path: 'web', presence: presence(detached: true), 'exec sleep 1000')
    def pid = unit.next()[1]
    first.worker.leave()

    when:
    unit.signal(15)
    def (what, exit, remains) = unit.next()

    then:
    what == 'ended'
    exit == new Exit.Unknown("left running, pid $pid")
    remains == Survivors.NONE
    alive(pid)

    when:
    first.close()
    def adopted = beds.open().shell(path: 'web', presence: presence(detached: true), 'exec sleep 1000')

    then:
    adopted.next()[1] == pid

    cleanup:
    adopted?.signal(9, Action.Scope.ALL)
    adopted?.next()
  }

  def "its output goes to its log file also when nobody is there"() {
    given:
    def first = beds.open()
    def log = state.resolve('out.log')
    def unit = first.shell(path: 'web', presence: presence(detached: true),
        logs: new dev.supervise.spec.Logs.Captured(log.toString(), 10 << 20, 5, true, false),
        "echo before; while ! [ -e $state/go ]; do sleep 0.02; done; echo after; exec sleep 1000")
    def pid = unit.next()[1]
    until { Files.exists(log) && Files.readString(log) == 'before\n' }

    when:
    first.close()
    Files.writeString(state.resolve('go'), '')

    then:
    until { Files.readString(log) == 'before\nafter\n' }
    alive(pid)

    cleanup:
    ProcessIdentity.of(pid).ifPresent { it.signal(9) }
  }

  def "a process that ended meanwhile is not adopted, and neither is one that got its number"() {
    given:
    def sleeper = 'sleep 1000'.execute()
    def identity = ProcessIdentity.of((int) sleeper.pid()).get()
    Files.writeString(state.resolve('identities'),
        "detached\t${identity.pid()}\t${identity.startTicks() - 1}\t${identity.bootId()}\t0\tthe-old-id\tweb\texec:pid\n")

    when:
    def unit = beds.open().shell(path: 'web', presence: presence(detached: true), 'exec sleep 1000')
    def (what, pid) = unit.next()

    then:
    what == 'up'
    pid != identity.pid()
    sleeper.alive

    cleanup:
    sleeper.destroyForcibly()
    unit.signal(9, Action.Scope.ALL)
    unit.next()
  }

  def "a keeper that is lost takes no detached unit with it: the next start adopts it"() {
    given:
    def bed = beds.open()
    def unit = bed.shell(path: 'web', presence: presence(detached: true), 'exec sleep 1000')
    def attached = bed.shell(path: 'api', 'exec sleep 1000')
    def pid = unit.next()[1]
    def other = attached.next()[1]

    when:
    ProcessIdentity.of(bed.worker.keeperPid()).get().signal(9)

    then:
    unit.next()[1] instanceof Exit.Unknown
    attached.next()[1] instanceof Exit.Unknown
    !alive(other)
    alive(pid)

    when:
    def again = bed.shell(path: 'web', presence: presence(detached: true), 'exec sleep 1000')

    then:
    again.next()[1] == pid

    cleanup:
    again?.signal(9, Action.Scope.ALL)
    again?.next()
  }

  def "an adopted unit had its preStart and postStart; one that is left running has no preStop"() {
    given:
    def hook = { HookPhase phase -> new Hook(phase.word(), phase, new HookBody.Program(shellCommand("echo $phase >> $state/hooks")),
        Optional.empty(), [], Hook.TIMEOUT, new HookFailure.Fail(), false, new Origin('app.groovy', 1)) }
    def first = beds.open()
    def spec = first.spec(dir: Value.of(state.toString()), presence: presence(detached: true), shellCommand('exec sleep 1000'))
    def call = { WorkerBed bed, HookPhase phase, Launch of ->
      def over = new java.util.concurrent.CompletableFuture<String>()
      bed.worker.hook(spec, hook(phase), of, [:], new HookReports() {
        void done() { over.complete('done') }
        void failed(String why) { over.complete(why) }
      })
      assert over.get(10, java.util.concurrent.TimeUnit.SECONDS) == 'done'
    }
    def launch = first.launch(path: 'web')

    when:
    call(first, HookPhase.PRE_START, launch)
    def unit = new WorkerBed.Heard(path: 'web')
    unit.run = first.worker.start(spec, launch, unit)
    def pid = unit.next()[1]
    call(first, HookPhase.POST_START, launch)
    first.worker.leave()
    call(first, HookPhase.PRE_STOP, launch)
    unit.signal(15)
    unit.next()
    call(first, HookPhase.POST_STOP, launch)
    first.close()
    def second = beds.open()
    def later = second.launch(path: 'web')
    call(second, HookPhase.PRE_START, later)
    def adopted = new WorkerBed.Heard(path: 'web')
    adopted.run = second.worker.start(spec, later, adopted)
    assert adopted.next()[1] == pid
    call(second, HookPhase.POST_START, later)
    call(second, HookPhase.PRE_STOP, later)

    then:
    Files.readAllLines(state.resolve('hooks')) == ['PRE_START', 'POST_START', 'PRE_STOP']

    cleanup:
    adopted?.signal(9, Action.Scope.ALL)
    adopted?.next()
  }

  // --- after a crash

  def "what a keeper left that was killed together with its supervisor is gone before anything is started"() {
    given: 'processes that carry the mark of a keeper that is no more'
    def first = beds.open()
    def attached = first.shell(path: 'api', "setsid sh -c 'echo \$\$ > $state/daemon; exec sleep 998' & exec sleep 1000")
    def detached = first.shell(path: 'web', presence: presence(detached: true), 'exec sleep 1000')
    def api = attached.next()[1]
    def web = detached.next()[1]
    until { Files.exists(state.resolve('daemon')) && Files.readString(state.resolve('daemon')).trim() }
    def daemon = Files.readString(state.resolve('daemon')).trim().toInteger()
    def stranger = 'sleep 1000'.execute()
    def record = Files.readString(state.resolve('identities'))
    def keeper = ProcessIdentity.of(first.worker.keeperPid()).get()

    when: 'the record is read by another worker; this keeper is stopped, so that it counts as one that hangs'
    def other = Files.createTempDirectory('state')
    Files.writeString(other.resolve('identities'), record.replaceFirst(/keeper\t\d+/, 'keeper\t4194303') + 'nonsense\tx\nkeeper\tcut of')
    def second = new WorkerBed(Optional.of(other))

    then:
    dead(api)
    dead(daemon)
    alive(web)
    stranger.alive
    keeper.alive()
    second.warnings.any { it.contains('a line says what supervise never writes') }

    cleanup:
    second?.close()
    stranger?.destroyForcibly()
    detached?.signal(9, Action.Scope.ALL)
    detached?.next()
    other?.toFile()?.deleteDir()
  }

  def "the record is for its owner only, and is gone when nothing is left to be known"() {
    given:
    def bed = beds.open()

    expect:
    PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve('identities'))) == 'rw-------'

    when:
    bed.close()

    then:
    !Files.exists(state.resolve('identities'))
  }
}

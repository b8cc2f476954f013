package dev.supervise.worker.process

import dev.supervise.worker.Native
import dev.supervise.worker.WorkerBed
import dev.supervise.posix.ProcessIdentity
import dev.supervise.spec.Identity
import java.nio.file.Files
import java.nio.file.attribute.PosixFilePermissions
import spock.lang.AutoCleanup
import spock.lang.Requires
import spock.lang.Specification
import spock.lang.Timeout

@Native
@Timeout(60)
class ResourceUsageSpec extends Specification {
  static final String TWO_DAEMONS = '(setsid sleep 1010 &); (env -i setsid setsid sleep 1011 >/dev/null 2>&1 &); sleep 0.1; exec sleep 1012'

  @AutoCleanup WorkerBed bed = new WorkerBed()

  ResourceUsage.Subject subject(WorkerBed.Heard run) {
    def (what, pid, start) = run.next()
    assert what == 'up'
    new ResourceUsage.Subject(run.path, pid, start)
  }

  Map<String, Integer> processes(List<ResourceUsage.Subject> subjects) {
    ResourceUsage.of(subjects + [new ResourceUsage.Subject('', ProcessHandle.current().pid() as int, 0)], bed.worker).collectEntries { name, use -> [name, use.processes()] }
  }

  def 'daemons are booked on their unit, whatever was started before and beside it'() {
    given: 'the runs of the tree have other numbers than those of the keeper'
    5.times { bed.launch() }
    def units = (1..4).collect { bed.shell(TWO_DAEMONS) }
    def subjects = units.collect { subject(it) }

    expect:
    WorkerBed.until { def found = processes(subjects); units.every { found[it.path] == 3 } }
  }

  @Requires({ System.getProperty('user.name') == 'root' })
  def 'those of another user, too'() {
    given:
    Files.setPosixFilePermissions(bed.dir, PosixFilePermissions.fromString('rwxr-xr-x'))
    def unit = bed.shell(identity: new Identity(Optional.of('nobody'), Optional.empty(), OptionalInt.empty(), OptionalInt.empty()), TWO_DAEMONS)
    def subjects = [subject(unit)]

    expect:
    WorkerBed.until { processes(subjects)[unit.path] == 3 }
  }

  @Requires({ System.getProperty('user.name') == 'root' && new File('/usr/bin/setpriv').exists() })
  def 'a stranger that gives itself the mark of a run is booked nowhere'() {
    given:
    def unit = bed.shell('exec sleep 1013')
    def subjects = [subject(unit)]
    def mark = bed.worker.marks().find { it.value == unit.path }.key
    def stranger = ['setpriv', '--reuid=1', '--regid=1', '--clear-groups', 'sh', '-c', "(setsid prlimit --locks=$mark: sleep 1014 & echo \$!) 2>&1".toString()].execute()
    def pid = stranger.inputStream.newReader().readLine().toInteger()
    WorkerBed.until { new File("/proc/$pid/limits").text.contains("$mark") }

    expect:
    processes(subjects)[unit.path] == 1

    cleanup:
    pid && ProcessIdentity.of(pid).get().signal(9)
  }
}

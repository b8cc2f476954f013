package dev.supervise

import static dev.supervise.Tried.*

import dev.supervise.run.*
import dev.supervise.spec.*
import dev.supervise.worker.Native
import java.time.Duration
import spock.lang.AutoCleanup
import spock.lang.Specification

@Native
class KeeperLossSpec extends Specification {
  @AutoCleanup def t = new Tried()

  static long keeper() {
    ProcessHandle.current().children().filter { new File("/proc/${it.pid()}/comm").text.startsWith('supervise-keepe') }.map { it.pid() }.toList().max()
  }

  def 'killing the keeper alone takes its orphans down, and the tree comes back as one failed round'() {
    given:
    def marker = "900${System.nanoTime() % 100000}"
    def units = (1..20).collect { sh("u$it", "(env -i setsid sleep $marker &); exec sleep $marker") }
    t.run(units + [function('f') { it.sleep(Duration.ofDays(1)) }], intensity: new Intensity.Within(1, Duration.ofSeconds(60)))
    until { t.engine.snapshot().children().every { it.status() == Status.RUNNING } && running(marker) == 40 }
    def before = t.engine.snapshot().children()*.pid().toSet()
    when:
    "kill -9 ${keeper()}".execute().waitFor()
    until { def now = t.engine.snapshot().children(); now.every { it.status() == Status.RUNNING } && now*.pid().findAll { it }.disjoint(before) }
    until { running(marker) == 40 }
    then:
    t.warnings.any { it.contains('keeper') }
    !t.engine.outcome().isDone()
    when: 'once more than the root allows'
    "kill -9 ${keeper()}".execute().waitFor()
    then:
    t.outcome().exitCode() == 1
    until { running(marker) == 0 }
  }

  static int running(String marker) {
    new File('/proc').list().count { pid ->
      try { pid.isInteger() && new File("/proc/$pid/cmdline").text == "sleep\0$marker\0" } catch (IOException gone) { false }
    }
  }
}

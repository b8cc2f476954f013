package dev.supervise

import static dev.supervise.Tried.*

import dev.supervise.run.*
import dev.supervise.spec.*
import dev.supervise.worker.Native
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.Timeout

/**
 * Starting and stopping costs nothing that stays. A short form here; `mvn verify -Dtest=CyclesSpec
 * -Dsupervise.cycles=5000` for the long one, which prints its figures.
 */
@Native
@Timeout(600)
class CyclesSpec extends Specification {
  static final int CYCLES = Integer.getInteger('supervise.cycles', 400)

  @AutoCleanup def t = new Tried()

  record Use(int descriptors, int threads, long heap, long resident, int keeperDescriptors, long keeperResident) {
    @Override
    String toString() {
      "$descriptors descriptors, $threads threads, ${heap >> 10} KB heap, $resident KB resident; keeper $keeperDescriptors descriptors, $keeperResident KB"
    }
  }

  Use use(int keeper) {
    t.transitions.clear()
    long heap = Long.MAX_VALUE
    5.times {
      System.gc()
      heap = Math.min(heap, Runtime.runtime.with { totalMemory() - freeMemory() })
    }
    new Use(count('/proc/self/fd'), count('/proc/self/task'), heap, resident('self'), count("/proc/$keeper/fd"), resident("$keeper"))
  }

  static int count(String folder) { new File(folder).list().length }

  static long resident(String pid) { (new File("/proc/$pid/status").text =~ /VmRSS:\s+(\d+)/)[0][1] as long }

  def 'descriptors, threads and memory are the same after the last cycle as after the first fifth'() {
    given:
    t.run([sh('plain', 'echo up; exec sleep 1000'), logged('apart', new Logs.Captured('', 1 << 20, 2, true, false, true, Logs.Format.JSON)),
        function('f') { ctx -> ctx.sleep(java.time.Duration.ofDays(1)) }])
    def names = ['plain', 'apart', 'f']
    def cycle = {
      t.ask(new Request.Stop(Selector.of(*names)))
      t.ask(new Request.Start(Selector.of(*names)))
    }
    names.each { name -> until { t.unit(name).status() == Status.RUNNING } }
    int keeper = new File("/proc/${t.unit('plain').pid()}/stat").text.replaceFirst(/.*\) . /, '').tokenize()[0] as int

    when:
    CYCLES.intdiv(5).times { cycle() }
    def before = use(keeper)
    (CYCLES - CYCLES.intdiv(5)).times { cycle() }
    def after = use(keeper)
    println "$CYCLES start/stop cycles of 3 units: after a fifth $before\n                               at the end $after"

    then:
    after.descriptors() <= before.descriptors() + 1
    after.threads() <= before.threads() + 2
    after.heap() <= before.heap() + (4 << 20)
    after.resident() <= before.resident() + (64 << 10)
    after.keeperDescriptors() == before.keeperDescriptors()
    // It has no heap; its table of pids is touched page by page as the kernel hands out new numbers.
    after.keeperResident() <= before.keeperResident() + 512
    t.warnings == []
    t.stop().exitCode() == 0
  }

  static ProcessSpec logged(String name, Logs logs) {
    def plain = sh(name, 'echo out; echo err >&2; exec sleep 1000')
    new ProcessSpec(name, plain.origin(), plain.policy(), plain.command(), plain.dir(), plain.base(), [], false, plain.identity(), [], logs, 0)
  }
}

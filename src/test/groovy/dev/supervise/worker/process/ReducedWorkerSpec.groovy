package dev.supervise.worker.process

import dev.supervise.worker.Action
import dev.supervise.worker.WorkerBed
import dev.supervise.spec.Command
import dev.supervise.spec.Exit
import dev.supervise.spec.Grace
import dev.supervise.spec.Identity
import dev.supervise.spec.StartFailure.Step
import dev.supervise.spec.StopStep
import dev.supervise.spec.Value
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.Timeout
import spock.util.environment.RestoreSystemProperties

@Timeout(60)
class ReducedWorkerSpec extends Specification {
  @Shared
  WorkerBed bed

  def setupSpec() {
    System.setProperty(ProcessWorker.REDUCED, 'true')
    try {
      bed = new WorkerBed()
    } finally {
      System.clearProperty(ProcessWorker.REDUCED)
    }
  }

  def cleanupSpec() {
    bed.close()
  }

  def 'the mode says what it cannot promise'() {
    expect:
    bed.worker.mode().name() == 'reduced'
    bed.worker.mode().unpromised().any { it.contains('-9') }
  }

  def 'a run reports up, then how it ended, with its output kept: #order'() {
    when:
    def run = bed.shell("echo hello; printf tail; $order".toString())
    run.pid()

    then:
    run.exit() == exit
    bed.logOf(run.path) { it.endsWith('tail') } == 'hello\ntail'
    run.silent()

    where:
    order         || exit
    'exit 0'      || new Exit.Code(0)
    'exit 3'      || new Exit.Code(3)
    'kill -9 $$'  || new Exit.Signalled(9, false)
  }

  def 'failed starts are told apart: #words'() {
    expect:
    bed.argv(settings, words as String[]).failure().step() == step

    where:
    words      | settings                             || step
    ['nope']   | [:]                                  || Step.LOOKUP
    ['/tmp']   | [:]                                  || Step.PERMISSION
    ['true']   | [dir: Value.of('/no/dir')]           || Step.DIR
    ['true']   | [identity: new Identity(Optional.of('nobody'), Optional.empty(), OptionalInt.empty(), OptionalInt.empty())] || Step.USER
  }

  def 'umask and nice reach the child'() {
    expect:
    bed.outputOf(identity: new Identity(Optional.empty(), Optional.empty(), OptionalInt.of(0027), OptionalInt.of(5)),
        'sh', '-c', 'umask; nice') == '0027\n5\n'
  }

  def 'signals reach the leader and its descendants, and what is left is told'() {
    when:
    def run = bed.shell('trap "exit 0" TERM; sleep 1009 & echo $! > left; wait')
    int pid = run.pid()
    def left = 0
    WorkerBed.until { def f = bed.dir.resolve('left').toFile(); f.exists() && f.text.trim() && (left = f.text.trim() as int) }
    run.signal(15)

    then:
    run.exit() == new Exit.Code(0)
    WorkerBed.until { !WorkerBed.alive(left) && !WorkerBed.alive(pid) }
  }

  def "a stop's command that fails is told"() {
    given:
    def run = bed.argv('sleep', '1000')
    run.pid()

    when:
    run.run.perform(new Action.Exec(1, new StopStep.Exec(new Command.Shell(Value.of('exit 7'), []), Grace.DEFAULT)))

    then:
    run.next() == ['stepFailed', 1, "the stop's command: exit 7"]

    when:
    run.signal(9)

    then:
    run.exit() == new Exit.Signalled(9, false)
  }
}

package dev.supervise.plan

import static java.time.Duration.*

import dev.supervise.spec.*
import spock.lang.Specification

class UnitMachineSpec extends Specification {
  static final S = 1_000_000_000L
  static spec = new FunctionSpec('f', Origin.NONE, UnitPolicy.DEFAULT, { null } as FunctionBody)
  static process = process(StopProgram.DEFAULT)

  static process(StopProgram stop) {
    def d = UnitPolicy.DEFAULT
    new ProcessSpec('p', Origin.NONE, new UnitPolicy(d.restart(), [0, 2] as Set, d.pause(), d.maxRestarts(), [], 0, false, false, true, [:], stop),
      new Command.Argv([Value.of('x')]), Value.of('/'), '/', [], false, Identity.INHERITED, [], Logs.DEFAULT, 0)
  }

  static run(UnitSpec spec, List<List> events) {
    UnitState state = new UnitState.Idle()
    def tally = Counters.NEW
    def effects = []
    events.each { at, event ->
      def step = UnitMachine.step(spec, tally, state, event, (long) (at * S))
      state = step.state(); tally = step.tally(); effects.addAll(step.effects()*.class*.simpleName)
    }
    [state, effects]
  }

  static begin = new UnitEvent.Begin(1)
  static up = new UnitEvent.Up(1, 10, 5)
  static stop = new UnitEvent.Stop()
  static go = new UnitEvent.Proceed()
  static due = new UnitEvent.Due()
  static ended(Exit e, int left = 0) { new UnitEvent.Ended(1, e, left) }

  def 'how a run ends decides how its end is read: #name'() {
    expect:
    (run(process, events)[0] as UnitState.Finished).end() == end
    where:
    name                        | events                                                                                          | end
    'exit 0'                    | [[0, begin], [0, up], [1, ended(new Exit.Code(0))]]                                             | EndKind.SUCCESS
    'a code that counts'        | [[0, begin], [0, up], [1, ended(new Exit.Code(2))]]                                             | EndKind.SUCCESS
    'exit 1'                    | [[0, begin], [0, up], [1, ended(new Exit.Code(1))]]                                             | EndKind.FAILURE
    'a signal nobody asked for' | [[0, begin], [0, up], [1, ended(new Exit.Signalled(15, false))]]                                | EndKind.FAILURE
    'a signal that was asked'   | [[0, begin], [0, up], [1, stop], [1, go], [1, ended(new Exit.Signalled(15, false))]]            | EndKind.STOPPED
    'exit 1 after being asked'  | [[0, begin], [0, up], [1, stop], [1, go], [1, ended(new Exit.Code(1))]]                         | EndKind.STOPPED
    'killed after its grace'    | [[0, begin], [0, up], [1, stop], [1, go], [11, due], [11, ended(new Exit.Signalled(9, false))]] | EndKind.KILLED
    'an end while held'         | [[0, begin], [0, up], [1, stop], [2, ended(new Exit.Code(3))]]                                  | EndKind.STOPPED
    'never came up'             | [[0, begin], [0, new UnitEvent.NotUp(1, new StartFailure(StartFailure.Step.DIR, 2, 'x'))]]      | EndKind.FAILURE
  }

  def 'a stop program goes step by step, each in its time, and ends with KILL'() {
    given:
    def p = process(new StopProgram([
      new StopStep.Exec(new Command.Argv([Value.of('quit')]), new Grace.Limited(ofSeconds(2))),
      new StopStep.Signal(2, new Grace.Limited(ofSeconds(3)), StopStep.Target.MAIN),
      new StopStep.Signal(15, new Grace.Limited(ofSeconds(5)), StopStep.Target.GROUP)]))
    def start = [[0, begin], [0, up], [0, stop], [0, go]]
    expect:
    run(p, start + events) [1] == effects
    where:
    events                                               | effects
    []                                                   | ['Launch', 'Perform']
    [[1, due]]                                           | ['Launch', 'Perform']
    [[2, due]]                                           | ['Launch', 'Perform', 'Perform']
    [[1, new UnitEvent.StepFailed(1, 0)]]                | ['Launch', 'Perform', 'Perform']
    [[1, new UnitEvent.StepFailed(1, 1)]]                | ['Launch', 'Perform']
    [[2, due], [5, due], [10, due], [11, due]]           | ['Launch', 'Perform', 'Perform', 'Perform', 'KillAll', 'Name']
  }

  def 'within: unlimited never kills'() {
    given:
    def p = process(new StopProgram([new StopStep.Signal(15, new Grace.Unlimited(), StopStep.Target.GROUP)]))
    expect:
    run(p, [[0, begin], [0, up], [0, stop], [0, go], [1_000_000, due]])[1] == ['Launch', 'Perform']
  }

  def 'what outlives a leader is swept before the run counts as down'() {
    when:
    def (state, effects) = run(process, [[0, begin], [0, up], [1, ended(new Exit.Code(1), 2)]] + events)
    then:
    effects == expected
    state.class.simpleName == name
    where:
    events                                                  | expected                               | name
    []                                                      | ['Launch', 'Sweep']                    | 'Stopping'
    [[2, new UnitEvent.Gone(1)]]                            | ['Launch', 'Sweep', 'Down']            | 'Finished'
    [[11, due]]                                             | ['Launch', 'Sweep', 'KillAll']         | 'Stopping'
    [[11, due], [11, new UnitEvent.Gone(1)]]                | ['Launch', 'Sweep', 'KillAll', 'Down'] | 'Finished'
  }

  def 'a function that hears nothing is abandoned, and is no second time begun until it ends'() {
    when:
    def (state, effects) = run(spec, [[0, begin], [0, up], [0, stop], [0, go], [10, due], [11, due], [12, new UnitEvent.Begin(2)]])
    then:
    state instanceof UnitState.Stuck
    effects == ['Launch', 'Perform', 'KillAll', 'Abandon', 'Down']
  }

  def 'reports about an older run change nothing'() {
    when:
    def (state, effects) = run(process, [[0, begin], [0, up], [1, ended(new Exit.Code(1))], [2, new UnitEvent.Begin(2)],
      [2, ended(new Exit.Code(0))], [2, up], [2, new UnitEvent.Gone(1)], [2, new UnitEvent.NotUp(1, new StartFailure(StartFailure.Step.DIR, 2, ''))]])
    then:
    state == new UnitState.Starting(2, 1, 0, 0, 2 * S, StartPhase.SPAWNING)
    effects == ['Launch', 'Down', 'Launch']
  }

  def 'under any sequence of events there is at most one run, and every run that began is reported down once'() {
    expect:
    (1..150).each { sequence(new Random(it)) }
  }

  private static void sequence(Random r) {
    UnitState state = new UnitState.Idle()
    def tally = Counters.NEW
    long now = 0
    long runs = 0
    def open = [] as Set
    def unit = r.nextBoolean() ? process : spec
    300.times {
      now += r.nextInt(3) * S
      long n = Math.max(1, runs - r.nextInt(3))
      UnitEvent event = [new UnitEvent.Begin(runs + 1), new UnitEvent.Up(n, 5, 5), new UnitEvent.NotUp(n, new StartFailure(StartFailure.Step.DIR, 2, '')),
        new UnitEvent.Ended(n, new Exit.Code(r.nextInt(2)), unit == process ? r.nextInt(2) : 0), new UnitEvent.Gone(n), stop, go, due, new UnitEvent.Kill(),
        new UnitEvent.Pause(now + S), new UnitEvent.GiveUp(2), new UnitEvent.StepFailed(n, 0), new UnitEvent.Await(['x'], [])][r.nextInt(13)]
      def step = UnitMachine.step(unit, tally, state, event, now)
      step.effects().each {
        if (it instanceof Effect.Launch) { runs = it.run(); assert open.isEmpty(); open << it.run() }
        if (it instanceof Effect.Down) assert open.size() == 1
        if (it instanceof Effect.Down && !(step.state() instanceof UnitState.Stuck)) open.clear()
        if (it instanceof Effect.Freed) open.clear()
      }
      state = step.state(); tally = step.tally()
      assert (state.run() != 0) == !open.isEmpty()
    }
  }
}

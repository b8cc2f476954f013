package dev.supervise.task

import dev.supervise.spec.InvalidSpec
import dev.supervise.spec.Origin
import dev.supervise.spec.ScheduleSpec
import dev.supervise.spec.ScheduleSpec.Missed
import dev.supervise.spec.ScheduleSpec.Overlap
import dev.supervise.spec.ScheduleSpec.When
import dev.supervise.store.MemoryTaskStore
import dev.supervise.store.StoreFailure
import dev.supervise.store.TaskStore
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import spock.lang.AutoCleanup
import spock.lang.Specification

/// Schedules on the record, with a clock that is turned by hand.
class SchedulesSpec extends Specification {
  static final long BEGIN = 1_700_000_000_000

  volatile long now = BEGIN
  TaskStore store = new MemoryTaskStore()
  volatile StoreFailure broken = null
  List<String> warnings = new CopyOnWriteArrayList<>()
  List<Boolean> rests = new CopyOnWriteArrayList<>()
  @AutoCleanup('close') Schedules schedules

  /// The engine that would run what is submitted.
  class Submitted implements Schedules.Submissions {
    List<Map> calls = new CopyOnWriteArrayList<>()
    Map<UUID, String> byId = Collections.synchronizedMap([:])

    @Override
    UUID submit(String type, Map<String, ?> params, Optional<String> id, Optional<UUID> follows) {
      if (broken) {
        throw broken
      }
      if (type == 'unknown') {
        throw new IllegalArgumentException("no such type")
      }
      def uuid = id.map { UUID.fromString(it) }.orElseGet { UUID.randomUUID() }
      calls << [type: type, params: params, id: uuid, follows: follows.orElse(null)]
      byId.putIfAbsent(uuid, 'running')
      uuid
    }

    @Override
    String objection(String type, Map<String, ?> params) { type == 'unknown' ? 'no such type' : '' }

    @Override
    boolean active(UUID id) { byId[id] == 'running' }

    @Override
    void cancel(UUID id) { byId[id] = 'cancelled' }

    void end() { byId.keySet().toList().each { id -> byId.computeIfPresent(id) { k, was -> was == 'running' ? 'completed' : was } } }
  }

  Submitted tasks = new Submitted()

  static ScheduleSpec spec(Map with = [:], String name = 's') {
    new ScheduleSpec(name, Origin.NONE, with.when ?: new When.Every(Duration.ofSeconds(with.every ?: 10)),
        with.overlap ?: Overlap.SKIP, with.missed ?: Missed.SKIP, with.type ?: 't', with.params ?: [:])
  }

  static ScheduleSpec spec(String name) {
    spec([:], name)
  }

  void open(ScheduleSpec... specs) {
    schedules?.close()
    schedules = Schedules.open(specs.toList(), { if (broken) { throw broken }; store }, tasks, { now }, { warnings << it }, { rests << true })
  }

  void turn(Number second) {
    now = BEGIN + (long) (second * 1000)
    schedules.look()
  }

  void until(Closure<Boolean> condition) {
    def end = System.nanoTime() + 10_000_000_000
    while (!condition()) {
      assert System.nanoTime() < end
      Thread.sleep(2)
      schedules.look()
    }
  }

  long fired(String name = 's') {
    (schedules.list().find { it.spec().name() == name }.row().lastFire() - BEGIN).intdiv(1000)
  }

  def 'a task is submitted at each moment, with its parameters, and where it stands is on record'() {
    given:
    open(spec(params: [url: 'x']))
    until { schedules.list().size() == 1 }

    expect:
    schedules.active()
    schedules.list()[0].row().nextFire() == BEGIN + 10_000

    when:
    turn(10.5)
    until { tasks.calls.size() == 1 }
    tasks.end()
    turn(20)
    until { tasks.calls.size() == 2 }

    then:
    tasks.calls*.params == [[url: 'x']] * 2
    tasks.calls*.id.unique().size() == 2
    fired() == 20
    store.schedules()[0].nextFire() == BEGIN + 30_000
    store.schedules()[0].lastTask().get() == tasks.calls[1].id
  }

  def 'a moment whose task was submitted is not submitted as another one after a crash in between'() {
    given: 'the record does not know what has happened'
    open(spec(missed: Missed.RUN))
    until { schedules.list().size() == 1 }
    def before = store.schedules()[0]
    turn(10)
    until { tasks.calls.size() == 1 }
    schedules.close()
    store.write { it.put(before) }.get()

    when:
    tasks.end()
    now = BEGIN + 15_000
    open(spec(missed: Missed.RUN))
    until { tasks.calls.size() == 2 }

    then: 'the same id: nothing new begins'
    tasks.calls*.id.unique().size() == 1
  }

  def 'over a restart, missed #missed submits #count'() {
    given:
    open(spec(missed: missed))
    until { schedules.list().size() == 1 }
    schedules.close()

    when:
    now = BEGIN + 35_000
    open(spec(missed: missed))
    until { schedules.list()[0].row().nextFire() == BEGIN + 40_000 }

    then:
    tasks.calls.size() == count

    where:
    missed      || count
    Missed.SKIP || 0
    Missed.RUN  || 1
  }

  def 'another rhythm begins anew'() {
    given:
    open(spec(missed: Missed.RUN), spec('old'))
    until { schedules.list().size() == 2 }
    schedules.close()

    when:
    now = BEGIN + 35_000
    open(spec(every: 7, missed: Missed.RUN))

    then:
    schedules.list()*.row()*.nextFire() == [BEGIN + 42_000]
    tasks.calls.empty
    schedules.list()*.spec()*.name() == ['s']
  }

  def 'skip leaves a moment out, queue submits a task that follows the one before, replace cancels that one besides'() {
    given:
    open(spec('skip', overlap: Overlap.SKIP), spec('replace', overlap: Overlap.REPLACE, type: 'r'), spec('queue', overlap: Overlap.QUEUE, type: 'q'))
    until { schedules.list().size() == 3 }

    when:
    [10, 20, 30].each { at ->
      turn(at)
      until { fired('replace') == at && fired('queue') == at }
    }

    then:
    tasks.calls*.type.countBy { it } == [t: 1, q: 3, r: 3]
    ['q', 'r'].each { type ->
      def calls = tasks.calls.findAll { it.type == type }
      assert calls*.follows == [null, calls[0].id, calls[1].id]
    }
    tasks.byId.count { id, state -> state == 'cancelled' && id in tasks.calls.findAll { it.type == 'r' }*.id } == 2
    tasks.byId.values().count { it == 'cancelled' } == 2

    when: 'what was submitted has ended'
    tasks.end()
    turn(40)
    until { fired('replace') == 40 && fired('queue') == 40 && fired('skip') == 40 }

    then:
    tasks.calls.takeRight(3).collectEntries { [it.type, it.follows] } == [t: null, r: null, q: tasks.calls.findAll { it.type == 'q' }[2].id]
  }

  def 'a task that is submitted by hand does what the schedule says about the one before, and is never left out: #overlap'() {
    given:
    open(spec(overlap: overlap))
    until { schedules.list().size() == 1 }
    turn(10)
    until { tasks.calls.size() == 1 }

    when:
    schedules.run('s')

    then:
    tasks.calls[1].follows == (follows ? tasks.calls[0].id : null)
    tasks.byId[tasks.calls[0].id] == first

    where:
    overlap         || follows | first
    Overlap.SKIP    || false   | 'running'
    Overlap.QUEUE   || true    | 'running'
    Overlap.REPLACE || true    | 'cancelled'
  }

  def 'a schedule that is declared no more is remembered for a week: suspended stays suspended, and no moment is done twice'() {
    given:
    open(spec('a'), spec('b'))
    until { schedules.list().size() == 2 }
    turn(10)
    until { tasks.calls.size() == 2 }
    schedules.suspend('a')

    when: 'it is taken out, and a day later put back'
    schedules.replace([spec('b')])
    until { schedules.list()*.spec()*.name() == ['b'] }
    now = BEGIN + 86_400_000
    schedules.replace([spec('a'), spec('b')])
    until { schedules.list().size() == 2 }
    then:
    schedules.list().find { it.spec().name() == 'a' }.row().suspended()

    when: 'it is taken out for longer than that'
    schedules.replace([spec('b')])
    until { schedules.list().size() == 1 }
    now += 8L * 86_400_000
    schedules.replace([spec('b')])
    schedules.list()
    then:
    store.schedules()*.name() == ['b']
  }

  def 'suspended it submits nothing, over restarts too, until it is resumed'() {
    given:
    open(spec())
    until { schedules.list().size() == 1 }

    expect:
    schedules.suspend('s')
    !schedules.suspend('s')
    !schedules.active()
    rests == [true]

    when:
    turn(25)
    schedules.close()
    open(spec())
    until { schedules.list()[0].row().suspended() }

    then:
    tasks.calls.empty
    !schedules.active()

    when: 'by hand it runs all the same'
    schedules.run('s')

    then:
    tasks.calls.size() == 1

    when:
    tasks.end()
    schedules.resume('s')
    turn(30)
    until { fired() == 30 }

    then:
    schedules.active()
    !schedules.resume('s')
  }

  def 'over a clock that is set back the rhythm goes on, and no moment makes a second task'() {
    given:
    open(spec())
    until { schedules.list().size() == 1 }
    turn(10)
    until { tasks.calls.size() == 1 }
    tasks.end()
    turn(20)
    until { tasks.calls.size() == 2 }
    tasks.end()

    when:
    turn(5)
    until { schedules.list()[0].row().nextFire() == BEGIN + 10_000 }
    turn(10)
    until { tasks.calls.size() == 3 }

    then:
    tasks.calls[2].id == tasks.calls[0].id
  }

  def 'an unknown name is refused with the nearest one'() {
    given:
    open(spec('nightly'))

    when:
    schedules.suspend('nihgtly')

    then:
    def e = thrown(TaskRefused)
    e.message == "there is no schedule 'nihgtly' (did you mean 'nightly'?)"
  }

  def 'a task that is refused is said, and the next moment comes; a record that fails is waited for'() {
    given:
    open(spec('bad', type: 'unknown'), spec('good'))
    until { schedules.list().size() == 2 }
    assert warnings == ["schedule 'bad' can submit nothing: no such type"]

    when:
    turn(10)
    until { fired('good') == 10 }

    then:
    warnings == ["schedule 'bad' can submit nothing: no such type"]
    fired('bad') == 10

    when:
    tasks.end()
    broken = new StoreFailure(StoreFailure.Kind.DISK_FULL, 'state.db: the disk is full')
    turn(20)
    until { warnings.size() == 2 }
    broken = null
    until { fired('good') == 20 }

    then:
    warnings.contains('schedules wait: state.db: the disk is full')
    tasks.calls*.type.count { it == 't' } == 2
  }

  def 'words that mean nothing are refused before anything is opened'() {
    when:
    open(spec(when: new When.Cron('x', java.time.ZoneId.of('UTC'))))

    then:
    thrown(InvalidSpec)
  }

  def 'other schedules take the place of these while it runs'() {
    given:
    open(spec('a'), spec('b'))
    until { schedules.list().size() == 2 }
    turn(5)

    when:
    schedules.replace([spec('b'), spec('c')])
    until { schedules.list()*.spec()*.name() == ['b', 'c'] }

    then:
    schedules.list()*.row()*.nextFire() == [BEGIN + 10_000, BEGIN + 15_000]

    when:
    schedules.replace([])
    until { !schedules.active() }

    then:
    schedules.list() == []
  }
}

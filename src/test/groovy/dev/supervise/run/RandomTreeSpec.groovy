package dev.supervise.run

import static dev.supervise.run.Troupe.*
import static dev.supervise.spec.Edge.Condition.*
import static java.time.Duration.*

import dev.supervise.spec.*
import spock.lang.Specification

/// Random trees under random sequences of crashes, ends, hangs, operators and time. Every sequence is made from a
/// number; a failing one is shrunk and printed with it, so that it can be played again.
class RandomTreeSpec extends Specification {
  static final int SEQUENCES = Integer.getInteger('supervise.sequences', 1200)

  def 'no sequence of events breaks a law'() {
    expect:
    (0..<SEQUENCES).each { seed ->
      def ops = operations(new Random(seed), 30)
      def broken = broken(seed, ops)
      if (broken) {
        def least = shrink(seed, ops)
        throw new AssertionError("seed $seed, shrunk to $least:\n${this.broken(seed, least)}" as Object)
      }
    }
  }

  static String broken(int seed, List<List> ops) {
    def play = new Play(seed)
    try {
      play.begin()
      ops.each { play.carryOut(it) }
      play.heal()
      null
    } catch (Throwable e) {
      "${e.message}\n${play.t.history.takeRight(40)}\n${play.shown()}"
    }
  }

  static List<List> shrink(int seed, List<List> ops) {
    def least = ops
    boolean smaller = true
    while (smaller) {
      smaller = false
      for (int i = 0; i < least.size(); i++) {
        def fewer = least[0..<i] + least.drop(i + 1)
        if (broken(seed, fewer)) { least = fewer; smaller = true; break }
      }
    }
    least
  }

  static List<List> operations(Random r, int n) {
    (0..<n).collect {
      def victim = r.nextInt(1000)
      switch (r.nextInt(26)) {
        case 23: return ['stop', victim, r.nextInt(1000), r.nextInt(1000)]
        case 24: return ['restart', victim, r.nextInt(1000), r.nextInt(1000)]
        case 25: return [['stop', 'restart', 'start'][r.nextInt(3)] + ' group', victim]
        case 17: return ['unready', victim]
        case 18: return ['ready', victim]
        case 19: return ['unhealthy', victim]
        case 20: return ['long', victim, r.nextInt(4)]
        case 21: return ['bad', victim, r.nextInt(4)]
        case 22: return ['end', victim, r.nextBoolean()]
        case 0..4: return ['crash', victim, 1 + r.nextInt(3)]
        case 5: return ['finish', victim]
        case 6: return ['stop', victim]
        case 7: return ['start', victim]
        case 8: return ['restart', victim]
        case 9: return ['deaf', victim]
        case 10: return ['hears', victim]
        case 11: return ['messy', victim]
        case 12: return ['slow', victim]
        case 13: return ['come', victim]
        case 14: return ['notUp', victim]
        case 15: return ['add', victim]
        default: return ['pass', [1, 50, 300, 2000, 12_000, 70_000][r.nextInt(6)]]
      }
    }
  }

  static class Play {
    Random shape
    Troupe t
    SupervisorSpec root
    List<String> leaves = []
    Map<String, SupervisorSpec> groups = [:]
    Dependence dependence
    int added = 0
    int seen = 0
    Map<String, List<Long>> grants = [:].withDefault { [] }

    Play(int seed) { shape = new Random(seed * 31L + 7); t = new Troupe(seed) }

    void begin() {
      root = wired(tree("", 0))
      dependence = new Dependence(root)
      t.told = { String path, long run -> dependence.told(t.tree, path, run) }
      t.play(root)
      laws()
    }

    /// Some units wait for others anywhere in the tree, as far as that can be.
    SupervisorSpec wired(SupervisorSpec spec) {
      spec = crossed(spec, leaves + groups.keySet().findAll { it }, shape, 4, [Edge.Condition.STARTED, Edge.Condition.READY, Edge.Condition.ENDED])
      groups.keySet().each { groups[it] = at(spec, it) }
      spec
    }

    static SupervisorSpec crossed(SupervisorSpec spec, List<String> paths, Random dice, int most, List<Edge.Condition> conditions) {
      if (paths) dice.nextInt(most).times {
        def edge = new Edge(paths[dice.nextInt(paths.size())], conditions[dice.nextInt(conditions.size())], Origin.NONE)
        def more = with(spec, '', paths[dice.nextInt(paths.size())], edge)
        try {
          Dependencies.of(more)
          spec = more
        } catch (InvalidWiring circle) { }
      }
      spec
    }

    static SupervisorSpec at(SupervisorSpec spec, String path) {
      path ? at(spec.members().units().find { it.name() == path.split('/')[0] }, path.contains('/') ? path.substring(path.indexOf('/') + 1) : '') : spec
    }

    static UnitSpec with(UnitSpec unit, String path, String which, Edge edge) {
      if (path == which) {
        def p = unit.policy()
        return having(unit, 'policy', new UnitPolicy(p.restart(), p.successExits(), p.pause(), p.maxRestarts(), p.after() + edge, p.priority(), p.oneShot(),
          p.significant(), p.autostart(), p.labels(), p.stop(), p.lifecycle()))
      }
      unit instanceof SupervisorSpec && unit.members() instanceof Members.Listed ?
        having(unit, 'members', new Members.Listed(unit.members().units().collect { with(it, path ? "$path/${it.name()}" : it.name(), which, edge) })) : unit
    }

    static having(Record record, String component, value) {
      def parts = record.class.recordComponents
      record.class.getDeclaredConstructor(parts*.type as Class[]).tap { accessible = true }
        .newInstance(parts.collect { it.name == component ? value : it.accessor.tap { accessible = true }.invoke(record) } as Object[])
    }

    SupervisorSpec tree(String path, int depth) {
      def units = []
      (1..(1 + shape.nextInt(4))).each { i ->
        def name = "u$i" as String
        def full = path ? "$path/$name" as String : name
        if (depth < 2 && shape.nextInt(5) == 0) { units << tree(full, depth + 1); return }
        leaves << full
        def after = [:]
        if (units && shape.nextInt(3) == 0) after[units[shape.nextInt(units.size())].name()] = [STARTED, READY, DONE, ENDED][shape.nextInt(4)]
        def m = [after: after, restart: Restart.values()[shape.nextInt(3)], priority: shape.nextInt(3),
                 pause: shape.nextBoolean() ? new Pause.Delay(ofMillis(shape.nextInt(3) * 100)) : Pause.DEFAULT]
        if (shape.nextInt(6) == 0) m.maxRestarts = shape.nextInt(3)
        if (shape.nextInt(8) == 0) { m.oneShot = true; m.restart = Restart.NEVER }
        if (shape.nextInt(10) == 0) m.autostart = false
        if (shape.nextInt(5) == 0) m.ready = 1 + shape.nextInt(20)
        if (shape.nextInt(5) == 0) m.upFor = ofMillis(shape.nextInt(3000))
        if (shape.nextInt(5) == 0) m.startRetries = 1 + shape.nextInt(2)
        if (shape.nextInt(6) == 0) m.alive = true
        if (shape.nextInt(3) == 0) m.hooks = HookPhase.values().findAll { shape.nextBoolean() }.collect {
          hook("$it${shape.nextInt(4) == 0 ? '-bg' : ''}", it, [new HookFailure.Fail(), new HookFailure.Ignore(),
            new HookFailure.Retry(1, ofMillis(shape.nextInt(300)))][shape.nextInt(3)])
        }
        units << (shape.nextInt(4) == 0 ? function(m, name) : process(m, name))
      }
      def name = path.contains('/') ? path.substring(path.lastIndexOf('/') + 1) : path
      def spec = Troupe.group(name, units, strategy: Strategy.values()[shape.nextInt(3)],
        intensity: path ? within(shape.nextInt(4), 5) : new Intensity.Unlimited(), restart: Restart.ALWAYS,
        pause: new Pause.Delay(ofMillis(100)))
      groups[path] = spec
      spec
    }

    /// The tree, with what each unit waits for.
    String shown() {
      groups.collect { path, spec -> "'$path' ${spec.strategy()} after ${spec.policy().after()*.target()}: " + spec.members().units().collect {
        "${it.name()} after ${it.policy().after()*.target()}${it.policy().autostart() ? '' : ' by hand'}" }.join(', ') }.join('\n')
    }

    String leaf(int n) { leaves[n % leaves.size()] }

    void carryOut(List op) {
      if (t.outcome) return
      def who = op[0] == 'pass' ? null : leaf(op[1])
      def actor = who ? t.actors[who] : null
      boolean quiet = t.actors.values().every { it.up && !it.dead } && t.look().children().every { calm(it) }
      int from = t.history.size()
      switch (op[0]) {
        case 'crash': if (actor && !actor.dead && actor.up) actor.end(new Exit.Code(op[2])); break
        case 'finish': if (actor && !actor.dead && actor.up) actor.end(new Exit.Code(0)); break
        case 'stop': t.tree.ask(new Request.Stop(Selector.of(*op.drop(1).collect { leaf(it) }.unique()))); break
        case 'start': t.tree.ask(new Request.Start(Selector.of(who))); break
        case 'restart': t.tree.ask(new Request.Restart(Selector.of(*op.drop(1).collect { leaf(it) }.unique()))); break
        case ~/.* group/:
          def nested = groups.keySet().findAll { it }.toList()
          if (!nested) break
          def whom = [nested[op[1] % nested.size()]]
          t.tree.ask(op[0].startsWith('stop') ? new Request.Stop(Selector.of(*whom)) : op[0].startsWith('start') ? new Request.Start(Selector.of(*whom)) : new Request.Restart(Selector.of(*whom)))
          break
        case 'deaf': t.deaf << who; break
        case 'hears': t.deaf.remove(who); t.messy.remove(who); t.slowStart.remove(who); break
        case 'messy': t.messy << who; break
        case 'slow': t.slowStart << who; break
        case 'come': if (actor && !actor.up && !actor.dead) actor.come(); break
        case 'notUp': if (actor && !actor.up && !actor.dead) actor.fail(StartFailure.Step.LOOKUP); break
        case 'unready': t.unready << who; break
        case 'ready': t.unready.remove(who); if (actor && actor.up && !actor.dead) actor.reports.ready(actor.launch.run()); break
        case 'unhealthy': if (actor && actor.up && !actor.dead) actor.reports.unhealthy(actor.launch.run(), 'no'); break
        case 'long': ['', '-bg'].each { t.longHooks << "$who ${HookPhase.values()[op[2]]}$it".toString() }; break
        case 'bad': ['', '-bg'].each { t.badHooks << "$who ${HookPhase.values()[op[2]]}$it".toString() }; break
        case 'end': t.hooks.values().findAll { it.launch.path() == who }.each { it.end(op[2] ? 'bad' : '') }; break
        case 'add': t.tree.ask(new Request.Declare('', process("x${added++}"))); break
        case 'pass': t.pass(ofMillis(op[1])); break
      }
      t.settle()
      laws()
      if (quiet && op[0] == 'crash' && actor) ordered(who, from)
    }

    static boolean calm(UnitSnapshot s) {
      s.status() in [Status.RUNNING, Status.STOPPED, Status.FINISHED, Status.FAILED, Status.PENDING] && s.children().every { calm(it) }
    }

    /// A round that began in quiet stops before it starts, later ones first.
    void ordered(String who, int from) {
      def group = who.contains('/') ? who.substring(0, who.lastIndexOf('/')) : ''
      def members = t.look(group).children()*.path()
      def slice = t.history.drop(from).collect { it.split(' ') }.findAll { it[1] in members }
      int firstStart = slice.findIndexOf { it[0] == 'start' }
      int lastStop = slice.findLastIndexOf { it[0] == 'stop' }
      // An escalation stops after restarts only by a second failure, and there was one.
      assert firstStart < 0 || lastStop < firstStart: "stop after start in $slice"
      def starts = slice.findAll { it[0] == 'start' }.collect { members.indexOf(it[1]) }
      // Who has a preStart hook starts when that has run.
      if (groups[group].members().units().every { it.policy().after().isEmpty() && it.policy().lifecycle().hooks().isEmpty() }) assert starts == starts.toSorted()
    }

    void laws() {
      while (seen < t.transitions.size()) {
        def tr = t.transitions[seen++]
        def at = tr.at().toNanos()
        def parent = tr.path().contains('/') ? tr.path().substring(0, tr.path().lastIndexOf('/')) : ''
        if (groups.containsKey(tr.path()) && tr.status() in [Status.STARTING]) grants[tr.path()].clear()
        if (tr.status() == Status.BACKING_OFF) {
          def list = grants[parent]
          list << at
          if (groups[parent]?.intensity() instanceof Intensity.Within) {
            def w = (Intensity.Within) groups[parent].intensity()
            def inside = list.count { it >= at - w.window().toNanos() }
            assert inside <= w.restarts(): "$inside restarts in the window of '$parent', allowed ${w.restarts()}"
          }
        }
      }
      assert !t.warnings.any { it.contains('internal error') }: t.warnings
      if (t.outcome == null) dependence.promptly(t.tree)
    }

    /// Everybody obeys again: what was asked for is reached at last.
    void heal() {
      [t.deaf, t.messy, t.slowStart, t.unready, t.longHooks, t.badHooks]*.clear()
      5.times {
        t.actors.values().toList().each {
          if (!it.up && !it.dead) it.come()
          if (it.left) it.gone()
          if (t.status(it.launch.path()) == Status.STUCK) it.end(new Exit.Returned())
          else if (it.up && !it.dead) it.reports.ready(it.launch.run())
        }
        t.hooks.values().toList().each { it.end() }
        t.settle().pass(ofSeconds(120))
      }
      laws()
      if (t.outcome) return
      t.look().children().each { reached(it) }
      def running = t.actors.keySet().toSorted()
      t.ask(new Request.Down(false))
      t.pass(ofSeconds(60))
      assert t.outcome != null: "shutdown did not end; alive: ${t.actors.keySet()}"
      assert t.actors.isEmpty(): "alive after the end: ${t.actors.keySet()}"
      assert t.hooks.isEmpty(): "hooks after the end: ${t.hooks.keySet()}"
      assert t.outcome.leftovers().isEmpty()
    }

    void reached(UnitSnapshot s) {
      def unit = t.tree.@running.registry.at(s.path())[0]
      if (unit.goal().wantsStart()) {
        assert s.status() in [Status.RUNNING, Status.FINISHED, Status.FAILED, Status.BLOCKED, Status.WAITING, Status.STOPPED,
                              Status.STARTING]: "$s"
        if (s.status() == Status.STARTING) assert unit.spec instanceof SupervisorSpec
        if (s.status() == Status.FAILED) assert unit.spec.policy().maxRestarts() < UnitPolicy.UNLIMITED || unit.spec.policy().restart() == Restart.NEVER: "$s"
        if (s.status() == Status.STOPPED) assert unit.spec.policy().restart() == Restart.NEVER: "$s"
        if (s.status() in [Status.WAITING, Status.BLOCKED]) assert RestForOneOrder.links(unit).any { it.holds().name() != 'YES' }: "$s"
        if (s.status() in [Status.RUNNING, Status.STARTING]) s.children().each { reached(it) }
      }
    }
  }
}

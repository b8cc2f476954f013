package dev.supervise.run

import static dev.supervise.run.Troupe.*

import dev.supervise.spec.*
import java.time.Duration
import spock.lang.Specification

/// Whatever a tree was, and whatever happens on the way: after its reloads it is the tree that is declared.
class RandomReloadSpec extends Specification {
  static final ROUNDS = Integer.getInteger('supervise.reloads', 200)

  static SupervisorSpec tree(Random dice) {
    def names = ['a', 'b', 'c', 'd']
    int budget = 10
    Closure<List> units
    units = { int depth ->
      def chosen = names.findAll { dice.nextInt(3) > 0 }
      chosen.withIndex().collect { name, i ->
        def after = i > 0 && dice.nextInt(3) == 0 ? [(chosen[dice.nextInt(i)]): Edge.Condition.values()[dice.nextInt(2)]] : [:]
        def m = [after: after, priority: dice.nextInt(2), hooks: dice.nextInt(4) ? [] : [hook('h', HookPhase.values()[dice.nextInt(4)])],
                 restart: dice.nextInt(3) ? Restart.ALWAYS : Restart.ON_FAILURE, upFor: dice.nextInt(6) ? Duration.ZERO : Duration.ofSeconds(1),
                 ready: dice.nextInt(5) ? 0 : 20]
        switch (dice.nextInt(8)) {
          case 0: return depth < 2 && budget-- > 0 ? group([after: after, strategy: Strategy.values()[dice.nextInt(3)]], name, units(depth + 1)) : function(m, name)
          case 1: return depth < 2 && budget-- > 0 ? group([after: after, strategy: Strategy.values()[dice.nextInt(3)]], name, units(depth + 1)) : function(m, name)
          case 2: return pool([after: after], name, ReloadSpec.run('w', "w${dice.nextInt(2)}"), dice.nextInt(3))
          case 3: return function(m, name)
          case 4: return ReloadSpec.run(m + [instances: 1 + dice.nextInt(3)], name, "x${dice.nextInt(2)}")
          default: return ReloadSpec.run(m, name, "x${dice.nextInt(2)}")
        }
      }
    }
    def spec = root([strategy: Strategy.values()[dice.nextInt(3)]], [ReloadSpec.run('keep', restart: Restart.ALWAYS)] + units(0))
    RandomTreeSpec.Play.crossed(spec, paths(spec), dice, 5, [Edge.Condition.STARTED, Edge.Condition.READY])
  }

  /// Of what is declared; instances share one.
  static List<String> paths(SupervisorSpec spec, String path = '') {
    if (spec.members() instanceof Members.Pool) return []
    spec.members().units().collectMany {
      def at = path ? "$path/${it.name()}".toString() : it.name()
      [at] + (it instanceof SupervisorSpec ? paths(it, at) : [])
    }
  }

  /// Every path that is to be, with what runs there.
  static Map<String, String> declared(UnitSpec spec, String path = '') {
    def at = { String name -> path ? "$path/$name".toString() : name }
    def runs = { UnitSpec u -> u instanceof ProcessSpec ? u.command().shown() : u.kind() }
    if (spec.members() instanceof Members.Pool) {
      return (0..<spec.members().size()).collectEntries { [at("${it + 1}".toString()), runs(spec.members().template())] }
    }
    spec.members().units().collectEntries { unit ->
      if (unit instanceof SupervisorSpec) return [(at(unit.name())): 'group'] + declared(unit, at(unit.name()))
      if (unit instanceof ProcessSpec && unit.instances() > 0) return (1..unit.instances()).collectEntries { [at("${unit.name()}-$it".toString()), runs(unit)] }
      [(at(unit.name())): runs(unit)]
    }
  }

  static List<UnitSnapshot> all(UnitSnapshot s) { (s.path() ? [s] : []) + s.children().collectMany { all(it) } }

  def 'after any reloads, crashes and stubborn units on the way, exactly what is declared runs, as it is declared'() {
    expect:
    ROUNDS.times { seed ->
      try {
        round(seed)
      } catch (Throwable failed) {
        throw new AssertionError("seed $seed: $failed".toString(), failed)
      }
    }
  }

  /// Which reload asked for the end of a run, counted from 1; 0 for none.
  static int since(Tree tree, long run) {
    def because = Dependence.all(tree).find { it.state().run() == run }?.because?.chain()?.find { it.text() ==~ /asked by round \d+: reload/ }
    because ? (because.text() =~ /\d+/)[0] as int : 0
  }

  static void round(int seed) {
    def dice = new Random(seed)
    boolean settled = false
    Set<Long> earlier = []
    // How the tree was before each reload that is not through. Where they contradict each other the oldest is right.
    List<Dependence> underWay = []
    boolean contradictory = false
    def t = new Troupe(seed)
    def now = tree(dice)
    def trees = [new Dependence(now)]
    t.told = { String path, long run ->
      // Whom one reload ends goes by how the tree was before it, and everybody else by how it is.
      if (run in earlier || contradictory) return
      int asked = since(t.tree, run)
      if (asked) trees[asked - 1].told(t.tree, path, run) { a, b -> since(t.tree, b.state().run()) == asked && !(b.state().run() in earlier) }
      if (settled) trees.last().told(t.tree, path, run)
    }
    t.play(now)
    (1 + dice.nextInt(3)).times {
      dice.nextInt(4).times {
        def running = t.actors.keySet().findAll { !(it in t.slowStart) }.toList()
        if (running) {
          def who = running[dice.nextInt(running.size())]
          switch (dice.nextInt(4)) {
            case 0: t.deaf << who; break
            case 1: t.pass(Duration.ofMillis(dice.nextInt(1500))); break
            default: if (t.actors[who]) t.crash(who, dice.nextInt(2))
          }
        }
      }
      def next = dice.nextInt(5) ? tree(dice) : now
      // Who is on his way down already goes on as he began.
      earlier = Dependence.all(t.tree).findAll { Dependence.leaves(it) }.collect { it.state().run() } as Set
      if (!earlier) underWay = []
      underWay << trees.last()
      contradictory = underWay.any { one -> underWay.any { one.contradicts(it) } }
      def reply = t.tree.ask(t.becomes(next), "round ${trees.size()}")
      trees << new Dependence(next)
      t.settle()
      assert !(reply.getNow(null) instanceof Reply.Refused)
      now = next
    }
    t.deaf.clear()
    t.pass(Duration.ofMinutes(5))
    def units = all(t.look())
    def wanted = declared(now)
    assert units*.path().sort() == wanted.keySet().sort()
    assert t.warnings.findAll { it.contains('internal error') } == []
    units.each { assert it.status() == Status.RUNNING && it.ready() || it.status() == Status.FINISHED: "$it.path is ${it.status()}: ${it.detail()}" }
    t.actors.each { path, actor ->
      assert wanted[path] == (actor.spec instanceof ProcessSpec ? actor.spec.command().shown() : actor.spec.kind())
    }
    // It stops as if it had always been so.
    t.drain()
    settled = true
    earlier = []
    contradictory = false
    t.ask(new Request.Down(false))
    t.pass(Duration.ofMinutes(1))
    assert t.outcome != null && t.actors.isEmpty()
  }
}

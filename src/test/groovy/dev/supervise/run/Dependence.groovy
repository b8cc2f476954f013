package dev.supervise.run

import dev.supervise.plan.UnitState
import dev.supervise.plan.StopReason
import dev.supervise.spec.*

/// Who depends on whom in a tree, worked out from its specification in the plainest way there is: what has to come
/// before what at a start is followed as far as it goes. A moment is `[path, up]`: a unit begins, or is up.
class Dependence {
  private final Map<List, Set<List>> before = [:].withDefault { [] as LinkedHashSet }
  private final Map<List, Set<List>> perhaps = [:].withDefault { [] as LinkedHashSet }
  private final Map<String, Set<String>> needs = [:]
  private final Map<String, Set<String>> mayNeed = [:]

  Dependence(SupervisorSpec spec) {
    wire(Dependencies.of(spec), spec, '')
    before.keySet().findAll { !it[1] }.toList().each {
      needs[it[0]] = follow(it) { before[it] }
      mayNeed[it[0]] = follow(it) { before[it] + perhaps[it] }
    }
  }

  private static String join(String path, String name) { path ? "$path/$name" : name }

  private static List<String> instances(UnitSpec unit, String path) {
    unit instanceof ProcessSpec && unit.instances() > 0 ? (1..unit.instances()).collect { "$path-$it".toString() } : [path]
  }

  private void wire(Wiring wiring, SupervisorSpec supervisor, String home) {
    String previous = null, direct = null
    (wiring.order()[home] ?: []).each { unit ->
      def family = join(home, unit.name())
      instances(unit, family).each { path ->
        before[[path, true]] << [path, false]
        before[[path, false]] << [home, false]
        // Who is started by hand is behind its neighbours only where that is no contradiction.
        (unit.policy().autostart() ? before : perhaps)[[home, true]] << [path, true]
        wiring.edges()[family].each { edge -> edge.targets().each { before[[path, false]] << [it, true] } }
        if (supervisor.strategy() == Strategy.REST_FOR_ONE) {
          if (previous) before[[path, false]] << [previous, true]
          if (direct) perhaps[[path, false]] << [direct, true]
          direct = path
          if (unit.policy().autostart()) previous = path
        }
      }
      if (unit instanceof SupervisorSpec) {
        if (unit.members() instanceof Members.Pool) (1..20).each { n -> before[["$family/$n".toString(), false]] << [family, false]; before[[family, true]] << ["$family/$n".toString(), false] }
        else wire(wiring, unit, family)
      }
    }
    before[[home, true]] << [home, false]
  }

  private static Set<String> follow(List moment, Closure<Collection<List>> earlier) {
    def seen = [moment] as LinkedHashSet
    def open = [moment]
    while (open) earlier(open.pop()).each { if (seen.add(it)) open << it }
    seen.findAll { it[1] && it[0] }.collect { it[0] } as Set
  }

  /// Whether `unit` cannot begin before `other` is up, through whatever chain.
  boolean of(String unit, String other) { other in (needs[unit] ?: []) }

  boolean contradicts(Dependence other) { needs.any { unit, others -> others.any { other.of(it, unit) } } }

  static List<Unit> all(Tree tree) { below(tree.@running.registry, tree.@running.registry.rootGroup()) }

  private static List<Unit> below(Registry registry, Group group) {
    group.children().collectMany { [it] + (registry.group(it) ? below(registry, registry.group(it)) : []) }
  }

  static boolean leaves(Unit unit) { unit.state() instanceof UnitState.Stopping && unit.state().alive() }

  private static boolean held(Unit unit) {
    unit.state() instanceof UnitState.Stopping && unit.state().phase() instanceof UnitState.Phase.Held
  }

  /// The law of the stop: nobody is told to end while something that depends on him is still on its way down.
  ///
  /// @param such who else is looked at, given the unit that is told and the other
  void told(Tree tree, String path, long run, Closure<Boolean> such = { a, b -> true }) {
    def units = all(tree)
    def unit = units.find { it.state().run() == run }
    if (!(unit?.state() instanceof UnitState.Stopping) || !(unit.state().why() instanceof StopReason.Asked)) return
    units.each {
      assert !(leaves(it) && of(it.path(), path) && such(unit, it)): "$path is told to end while ${it.path()}, which depends on it, is $it.condition.state"
    }
  }

  /// Nobody waits for his stop without need.
  void promptly(Tree tree) {
    def units = all(tree)
    units.findAll { held(it) }.each { held ->
      boolean due = units.any { leaves(it) && held.path() in (mayNeed[it.path()] ?: []) } ||
          units.any { it.path() && held.path().startsWith(it.path() + '/') && held(it) }
      assert due: "${held.path()} is held back by nobody"
    }
  }
}

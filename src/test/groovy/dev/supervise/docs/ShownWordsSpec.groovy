package dev.supervise.docs

import dev.supervise.text.Secrets
import dev.supervise.cli.CheckJson
import dev.supervise.cli.PlanText
import dev.supervise.spec.*
import dev.supervise.spec.term.Facts
import dev.supervise.spec.term.Terms
import dev.supervise.worker.process.ProcessWorker
import groovy.json.JsonSlurper
import java.lang.reflect.InvocationTargetException
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.Callable
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.TempDir

/**
 * Whatever a script can say of a unit, a task or a schedule is seen in `check` and `show`, which print the same facts: two
 * that differ in anything at all have different facts. The values are those of the examples of all pages; every component of
 * every record they are made of is exchanged for every other value it has there.
 */
class ShownWordsSpec extends Specification {
  /** What is no word's: where it was said, what code there is, and the names, which stand beside the facts. */
  static final NOT_SAID = ['origin', 'name', 'base', 'body', 'members']

  @Shared @TempDir Path dir
  @Shared List<App> apps = Page.all().withIndex().collectMany { page, i ->
    def home = Files.createDirectories(dir.resolve("$i"))
    page.examples.findAll { !it.answer }.collect { it.load(home) }
  }
  @Shared Map<String, Set> seen = [:].withDefault { new LinkedHashSet() }

  def setupSpec() { apps.each { gather(it) } }

  void gather(Object value) {
    if (value instanceof Optional) value.ifPresent { gather(it) }
    else if (value instanceof Map) value.values().each { gather(it) }
    else if (value instanceof Iterable) value.each { gather(it) }
    else if (ours(value) && !(value instanceof Origin)) value.class.recordComponents.each {
      it.accessor.accessible = true
      def inside = it.accessor.invoke(value)
      seen["$value.class.name.$it.name".toString()] << inside
      gather(inside)
    }
  }

  static boolean ours(Object value) { value instanceof Record && value.class.package == App.package }

  /** All that differ from a value in one place, each with the name of what differs. */
  Map<String, Object> others(Object value) {
    def found = [:]
    if (value instanceof Optional && value.present) {
      return others(value.get()).collectEntries { [it.key, Optional.of(it.value)] }
    }
    if (value instanceof List) {
      value.eachWithIndex { each, i ->
        others(each).each { what, other -> found[what] = value.indexed().collect { n, old -> n == i ? other : old } }
      }
      return found
    }
    if (!ours(value) || value instanceof Origin || value instanceof App) return found
    def components = value.class.recordComponents.toList()
    def now = components.collect { it.accessor.accessible = true; it.accessor.invoke(value) }
    components.eachWithIndex { component, i ->
      def name = "$value.class.name.$component.name".toString()
      if (component.name in NOT_SAID || component.type in [Callable, FunctionBody]) return
      def instead = seen[name].findAll { it != now[i] }.collectEntries { [name, it] } + others(now[i])
      instead.each { what, other ->
        def arguments = now.toList()
        arguments[i] = other
        try {
          def constructor = value.class.getDeclaredConstructor(*components*.type)
          constructor.accessible = true
          found[what] = constructor.newInstance(*arguments)
        } catch (InvocationTargetException e) {
          assert e.cause instanceof InvalidSpec || e.cause instanceof InvalidWiring
        }
      }
    }
    found
  }

  /** As `check` and `show --effective` have them, and `show`. */
  static facts(UnitSpec unit) {
    def facts = new Facts(new Secrets(), Path.of('.supervise/app'))
    [facts.of(unit, 'home/' + unit.name()), facts.own(unit, 'home/' + unit.name()), facts.shown(unit, 'home/' + unit.name(), true)]
  }

  List<UnitSpec> units(UnitSpec unit) {
    def below = unit instanceof SupervisorSpec
        ? (unit.members() instanceof Members.Listed ? unit.members().units() : [unit.members().template()]) : []
    [unit] + below.collectMany { units(it) }
  }

  def 'whatever is said of a unit is shown'() {
    given:
    def silent = new TreeSet()
    def told = new TreeSet()
    when:
    apps.collectMany { units(it.root()) }.findAll { it.name() }.unique().each { unit ->
      def before = facts(unit)
      others(unit).findAll { what, other -> !unsayable(unit, what) }.each { what, other ->
        def after = facts(other)
        // What is said anew may be what is so by default.
        (before[0] == after[0] ? silent : told) << what
        if (before[0] != after[0] && before[1] == after[1]) silent << "$what (own)".toString()
      }
    }
    then:
    silent == [] as Set
    told.size() > 50
  }

  /** What no script can say: a value of another place that was put there. */
  static boolean unsayable(Object of, String what) {
    def name = what - 'dev.supervise.spec.'
    if (name == 'Lifecycle.retryDelay') return of.policy().lifecycle().startRetries() == 0
    switch (of) {
      case SupervisorSpec: return name in ['UnitPolicy.stop', 'UnitPolicy.successExits'] || name =~ /^Stop|^Grace/
      // A function is cancelled; how long it may take is all there is to say.
      case FunctionSpec: return name =~ /^Stop/ || name == 'UnitPolicy.stop'
      case TaskSpec: return name == 'Pause$Backoff.reset' || name == 'TaskSpec.params' || of.retry().times() == 0 && name =~ /pause$|^Pause/
      default: return false
    }
  }

  def 'whatever is said of #kind is shown'() {
    given:
    def silent = new TreeSet()
    def told = new TreeSet()
    when:
    all(apps).each { each ->
      others(each).findAll { what, other -> !unsayable(each, what) }.each { what, other -> (shown(each) == shown(other) ? silent : told) << what }
    }
    then:
    silent == [] as Set
    where:
    kind         | all                                | shown
    'a task'     | { it.collectMany { it.tasks() } }  | { new Facts(new Secrets(), Path.of('s')).of(it) }
    'a schedule' | { it.collectMany { it.schedules() } } | { new Facts(new Secrets(), Path.of('s')).of(it) }
  }

  def 'what changes in a component is a difference of the rows that read it, and of no other'() {
    given:
    def missed = new TreeSet()
    def found = new TreeSet()
    def components = Terms.all().collectMany { it.components() } as Set
    when:
    (apps.collectMany { units(it.root()) + it.tasks() + it.schedules() }).unique().each { each ->
      others(each).each { what, other ->
        def component = what - 'dev.supervise.spec.'
        def rows = Terms.compared(each).findAll { it.value(each) != it.value(other) }
        if (component in components) (rows && rows.every { component in it.components() } ? found : missed) << component
        else if (rows.empty) missed << what
      }
    }
    then:
    missed == [] as Set
    components - found == ['ProcessSpec.base', 'FunctionSpec.body', 'SupervisorSpec.members', 'TaskSpec.body'] as Set
  }

  def 'check prints every fact of every unit, and the JSON has it too'() {
    expect:
    apps.each { app ->
      def mode = new ProcessWorker.Mode('keeper', [])
      def text = PlanText.of(app, mode, new Secrets(), Path.of('.supervise/app'))
      def json = new JsonSlurper().parseText(CheckJson.of(app, mode, new Secrets(), Path.of('.supervise/app'), []))
      units(app.root()).findAll { it.name() }.each { unit ->
        def place = paths(json.root).find { it.key && it.value.kind == unit.kind() && it.value.line == unit.origin().line() && it.key.tokenize('/').last() in [unit.name(), '1'] }
        assert place: "$unit is not in $json"
        def facts = new Facts(new Secrets(), Path.of('.supervise/app')).of(unit, place.key)
        facts.each { word, value ->
          assert place.value[word] == value
          Facts.lines(word, Facts.texts(value)).each { line -> assert text.contains("${word.padRight(14)}$line") }
        }
      }
    }
  }

  Map paths(Map unit) {
    [(unit.path): unit] + (unit.units ?: []).collectEntries { paths(it) } + (unit.template ? paths(unit.template) : [:])
  }
}

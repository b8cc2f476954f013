package dev.supervise.cli.run

import static dev.supervise.cli.Trees.*

import dev.supervise.spec.*
import spock.lang.Specification

class UnitSelectionSpec extends Specification {
  static App tree() {
    app(
        process('cache'),
        process('web', after: ['backend/api'], instances: 2),
        supervisor('backend', after: ['cache'], process('db'), process('api', after: ['db']), process('mail'), process('debug', autostart: false)),
        pool('workers', 3, process('w')),
        process('extra', autostart: false))
  }

  static List<String> started(List names, List except = []) { list(UnitSelection.of(tree(), names, except).root(), '') }

  static List<String> list(SupervisorSpec s, String prefix) {
    if (!(s.members() instanceof Members.Listed)) return []
    s.members().units().findAll { it.policy().autostart() }.collectMany {
      [prefix + it.name()] + (it instanceof SupervisorSpec ? list(it, prefix + it.name() + '/') : [])
    }
  }

  def 'nothing named, nothing changed'() {
    given:
    def all = tree()
    expect:
    UnitSelection.of(all, [], []).is(all)
  }

  def 'named units, what they need, and the supervisors around them: #names'() {
    expect:
    started(names) as Set == units as Set
    where:
    names         | units
    ['cache']     | ['cache']
    ['db']        | ['backend', 'backend/db', 'cache']
    ['api']       | ['backend', 'backend/api', 'backend/db', 'cache']
    ['web']       | ['web', 'backend', 'backend/api', 'backend/db', 'cache']
    ['backend']   | ['backend', 'backend/api', 'backend/db', 'backend/mail', 'cache']
    ['backend/db', 'workers'] | ['backend', 'backend/db', 'cache', 'workers']
  }

  def 'a named unit is started even where it says autostart false'() {
    expect:
    started(['extra', 'debug']) as Set == ['extra', 'backend', 'backend/debug', 'cache'] as Set
  }

  def 'an excepted unit is not started and not waited for'() {
    when:
    def chosen = UnitSelection.of(tree(), [], ['db'])
    def backend = chosen.root().members().units()[2]
    then:
    started([], ['db']) as Set == ['cache', 'web', 'backend', 'backend/api', 'backend/mail', 'workers'] as Set
    backend.members().units().find { it.name() == 'api' }.policy().after() == []
    backend.policy().after()*.target() == ['cache']
  }

  def 'an excepted supervisor takes all of it along'() {
    expect:
    started([], ['backend']) as Set == ['cache', 'web', 'workers'] as Set
    started(['web'], ['backend']) == ['web']
  }

  def 'what remains is declared as before'() {
    expect:
    UnitSelection.of(tree(), ['cache'], []).root().members().units()*.name() == tree().root().members().units()*.name()
    UnitSelection.of(tree(), ['cache'], []).root().members().units()[1].instances() == 2
  }

  def 'a name that means nothing is refused, with the nearest: #name'() {
    when:
    UnitSelection.of(tree(), [name], [])
    then:
    def e = thrown(CliError)
    e.message == said
    where:
    name        | said
    'cahce'     | "no unit 'cahce' (did you mean 'cache'?)"
    'nothing'   | "no unit 'nothing'"
    'web-1'     | "'web-1' cannot be chosen alone; say 'web' for all of them"
    'workers/2' | "'workers/2' cannot be chosen alone; say 'workers' for all of them"
  }

  def 'a short name of two units is refused'() {
    when:
    UnitSelection.of(app(supervisor('a', process('x')), supervisor('b', process('x'))), ['x'], [])
    then:
    def e = thrown(CliError)
    e.message == "'x' is ambiguous; allowed are a/x, b/x"
  }

  def 'named and excepted at once is refused'() {
    when:
    UnitSelection.of(tree(), ['db'], ['backend'])
    then:
    def e = thrown(CliError)
    e.message == "'db' is both named and excepted; say one of the two"
  }
}

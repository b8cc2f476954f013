package dev.supervise.spec

import spock.lang.Specification

/// Start conditions of a tree: what a name means, in which order units start, what can never start.
class DependenciesSpec extends Specification {

  def 'units start in the order of their edges, then priority, then declaration'() {
    given:
    def root = tree(
        unit('api', after: ['db']),
        unit('late', priority: 5),
        unit('db'),
        unit('first', priority: -1),
        unit('cache'))

    expect:
    names(Dependencies.of(root).order()['']) == ['first', 'db', 'api', 'cache', 'late']
  }

  def 'a unit freed by an edge starts before a later declared one of its priority'() {
    expect:
    names(Dependencies.of(tree(unit('a', after: ['z']), unit('b'), unit('z'))).order()['']) ==
        ['b', 'z', 'a']
  }

  def 'a name is a sibling before it is anything else'() {
    given:
    def root = tree(
        unit('db'),
        group('backend', [unit('db'), unit('api', after: ['db'])]))

    expect:
    targets(root, 'backend/api') == [['backend/db']]
  }

  def 'a name that no sibling has is a path from the root, or any unit that alone has it'() {
    given:
    def root = tree(
        group('data', [unit('db'), unit('cache')]),
        group('web', [unit('api', after: ['data/db', 'cache', 'data'])]))

    expect:
    targets(root, 'web/api') == [['data/db'], ['data/cache'], ['data']]
  }

  def 'a path may begin at a sibling'() {
    given:
    def root = tree(group('outer', [group('data', [unit('db')]), unit('api', after: ['data/db'])]))

    expect:
    targets(root, 'outer/api') == [['outer/data/db']]
  }

  def 'a name that several units have must be written in full'() {
    given:
    def root = tree(
        group('a', [unit('db')]), group('b', [unit('db')]), unit('api', after: ['db']))

    expect:
    problems(root) == ["'api': after 'db' could be a/db or b/db; write the full name"]
  }

  def 'the name of a unit with instances means all of them, a number one'() {
    given:
    def root = tree(
        unit('web', instances: 3),
        unit('proxy', after: ['web']),
        unit('probe', after: ['web-2']))

    expect:
    targets(root, 'proxy') == [['web-1', 'web-2', 'web-3']]
    targets(root, 'probe') == [['web-2']]
  }

  def 'an instance that does not exist is unknown'() {
    expect:
    problems(tree(unit('web', instances: 3), unit('x', after: [wrong]))) ==
        ["'x': after '$wrong': there is no unit of that name"]

    where:
    wrong << ['web-4', 'web-0', 'web-01', 'web-', 'wen', 'web/1']
  }

  def 'an unknown name is reported with the names that would do'() {
    when:
    Dependencies.of(tree(unit('db'), unit('api', after: ['dv'])))

    then:
    def e = thrown(InvalidWiring)
    e.problems()*.known() == [['db']]
    e.problems()*.word() == ['dv']
  }

  def 'children of a pool cannot be waited for, the pool can'() {
    given:
    def pool = pool('workers', 3)

    expect:
    targets(tree(pool, unit('x', after: ['workers'])), 'x') == [['workers']]
    problems(tree(pool, unit('x', after: ['workers/1']))) ==
        ["'x': after 'workers/1': children of a pool come and go; name the pool"]
  }

  def 'a circle is reported once, with everybody in it'() {
    expect:
    problems(tree(unit('a', after: ['b']), unit('b', after: ['c']), unit('c', after: ['a']))) ==
        ["'a': a circle of waiting units: 'a' after 'b', 'b' after 'c', 'c' after 'a'"]
  }

  def 'a unit cannot wait for itself'() {
    expect:
    problems(tree(unit('a', after: ['a']))) == ["'a': waits for itself"]
  }

  def 'a unit cannot wait for the supervisor it is in, nor a supervisor for what it contains'() {
    expect:
    problems(tree(group('s', [unit('a', after: ['s'])]))) ==
        ["'s/a': a circle of waiting units: 's/a' after 's', 's' contains 's/a'"]
    problems(tree(group('s', [unit('a')], after: ['s/a']))) ==
        ["'s': a circle of waiting units: 's' after 's/a', 's/a' is inside 's'"]
  }

  def 'containment counts: two supervisors whose children wait for the other supervisor'() {
    given:
    def root = tree(
        group('a', [unit('x', after: ['b'])]),
        group('b', [unit('y', after: ['a'])]))

    expect:
    problems(root).size() == 1
    problems(root)[0].contains("'a/x' after 'b', 'b' contains 'b/y', 'b/y' after 'a', 'a' contains 'a/x'")
  }

  def 'children of two supervisors may wait for each other crosswise'() {
    when:
    def wiring = Dependencies.of(tree(
        group('a', [unit('x', after: ['b/y']), unit('p')]),
        group('b', [unit('y'), unit('q', after: ['a/p'])])))

    then:
    names(wiring.order()['']) == ['a', 'b']
  }

  def 'an edge between two supervisors orders them'() {
    expect:
    names(Dependencies.of(tree(
        group('a', [unit('x', after: ['b/y'])]),
        group('b', [unit('y')]))).order()['']) == ['b', 'a']
  }

  def 'restForOne makes each unit wait for the one before it'() {
    given:
    def chained = { Map options -> tree(
        group('s', [group('a', [unit('x', [after: ['c']] + options)]), unit('b'), unit('c')],
            strategy: Strategy.REST_FOR_ONE)) }

    expect: 'an edge outwards moves the supervisor behind its target'
    names(Dependencies.of(chained([:])).order()['s']) == ['b', 'c', 'a']

    and: 'what cannot be moved is a circle'
    def stuck = tree(group('s',
        [group('a', [unit('x', after: ['b/y'])]), group('b', [unit('y'), unit('z', after: ['a/x'])])],
        strategy: Strategy.REST_FOR_ONE))
    problems(stuck)[0] == "'s/a/x': a circle of waiting units: 's/a/x' after 's/b/y', " +
        "'s/b/y' is inside 's/b', 's/b' follows 's/a' under restForOne, 's/a' contains 's/a/x'"
  }

  def 'a unit that does not start with the others holds up no supervisor'() {
    expect:
    Dependencies.of(tree(
        group('a', [unit('x', after: ['b'], autostart: false)]),
        group('b', [], after: ['a'])))
  }

  def 'the row of restForOne goes on behind a unit that does not start with the others'() {
    given:
    def row = { boolean autostart -> tree(
        group('s', [unit('a', after: ['w']), unit('x', autostart: autostart), unit('c')], strategy: Strategy.REST_FOR_ONE),
        unit('w', after: ['s/c'])) }

    expect:
    problems(row(true))[0].contains('a circle of waiting units')
    problems(row(false))[0] == "'s/a': a circle of waiting units: 's/a' after 'w', 'w' after 's/c', 's/c' follows 's/a' under restForOne"
  }

  def 'unknown names and circles are reported together, with their places'() {
    when:
    Dependencies.of(tree(unit('a', after: ['b', 'nobody']), unit('b', after: ['a'])))

    then:
    def e = thrown(InvalidWiring)
    e.problems()*.origin()*.line() == [7, 7]
    e.message.readLines().size() == 2
  }

  def 'a chain of 10,000 units is wired in well under a second, backwards too'() {
    given:
    def units = (0..<10_000).collect { i -> unit("u$i", after: i == 9_999 ? [] : ["u${i + 1}"]) }
    def root = tree(units)
    Dependencies.of(root)

    when:
    long began = System.nanoTime()
    def wiring = Dependencies.of(root)
    long millis = (System.nanoTime() - began).intdiv(1_000_000)

    then:
    wiring.order()[''].first().name() == 'u9999'
    wiring.order()[''].last().name() == 'u0'
    millis < 1000
  }

  def 'a pool of a million is not counted out'() {
    when:
    long began = System.nanoTime()
    Dependencies.of(tree(pool('p', 1_000_000), unit('x', after: ['p'])))

    then:
    (System.nanoTime() - began) < 200_000_000
  }

  def 'ten thousand units in one circle are one message of a readable length'() {
    when:
    Dependencies.of(tree((0..<10_000).collect { i -> unit("u$i", after: ["u${(i + 1) % 10_000}"]) }))

    then:
    def e = thrown(InvalidWiring)
    e.problems().size() == 1
    e.message.length() < 1000
    e.message.contains('and 9992 more')
  }

  def 'an instance and another unit of its supervisor cannot share a name'() {
    when:
    tree(unit('web', instances: 3), unit(name))

    then:
    def e = thrown(InvalidSpec)
    e.message == "name 'web-3' is that of an instance of 'web'"

    where:
    name = 'web-3'
  }

  def 'a name that only looks like an instance is free'() {
    expect:
    tree(unit('web', instances: 3), unit('web-4'), unit('web-03'), unit('web-'), unit('x-1'))
  }

  // ------------------------------------------------------------------------------------ building

  private static SupervisorSpec tree(UnitSpec... units) {
    SupervisorSpec.root(new Members.Listed(units.toList()))
  }

  private static SupervisorSpec tree(List<UnitSpec> units) {
    SupervisorSpec.root(new Members.Listed(units))
  }

  private static UnitPolicy policy(Map o) {
    def d = UnitPolicy.DEFAULT
    def edges = (o.after ?: []).collect {
      new Edge(it as String, Edge.Condition.STARTED, new Origin('app.groovy', 7))
    }
    new UnitPolicy(d.restart(), d.successExits(), d.pause(), d.maxRestarts(), edges,
        o.priority ?: 0, false, false, o.autostart == null ? true : o.autostart, [:], d.stop())
  }

  private static UnitSpec unit(Map o = [:], String name) {
    new ProcessSpec(name, new Origin('app.groovy', 3), policy(o),
        new Command.Argv([Value.of('true')]), Value.of('/'), '/', [], false, Identity.INHERITED, [],
        Logs.DEFAULT, o.instances ?: 0)
  }

  private static UnitSpec unit(String name, Map o) {
    unit(o, name)
  }

  private static SupervisorSpec group(Map o = [:], String name, List<UnitSpec> units) {
    new SupervisorSpec(name, new Origin('app.groovy', 2), policy(o), o.strategy ?: Strategy.ONE_FOR_ONE,
        Intensity.DEFAULT, AutoShutdown.NEVER, new Grace.Unlimited(), new Members.Listed(units))
  }

  private static SupervisorSpec pool(String name, int size) {
    new SupervisorSpec(name, Origin.NONE, UnitPolicy.DEFAULT, Strategy.ONE_FOR_ONE, Intensity.DEFAULT,
        AutoShutdown.NEVER, new Grace.Unlimited(), new Members.Pool(unit('w'), size))
  }

  private static List<String> names(List<UnitSpec> units) {
    units*.name()
  }

  private static List<List<String>> targets(SupervisorSpec root, String path) {
    Dependencies.of(root).edges()[path]*.targets()
  }

  private static List<String> problems(SupervisorSpec root) {
    try {
      Dependencies.of(root)
      []
    } catch (InvalidWiring e) {
      e.problems().collect { "'${it.path()}': ${it.message()}".toString() }
    }
  }
}

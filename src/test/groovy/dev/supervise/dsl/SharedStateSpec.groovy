package dev.supervise.dsl

import dev.supervise.plan.Change
import dev.supervise.plan.ReloadPlan
import dev.supervise.spec.App

/// What a reload must not cut: things that several pieces of code hold, and that change while they run.
class SharedStateSpec extends Scripted {
  static final IMPORTS = 'import java.util.concurrent.*\nimport java.util.concurrent.atomic.*\nimport groovy.transform.Field\n'

  static Map<String, List> changes(ReloadPlan plan) {
    plan.changes().findAll { it.kind() != Change.Kind.KEEP }.collectEntries { ["$it.unit $it.path".toString(), it.why()] }
  }

  /// Of two functions `prod` and `cons` the second one is edited: what that means for the first one.
  List verdict(String declared, String writes, String reads) {
    def script = { "$IMPORTS$declared\nfunction('prod') { run { $writes; 0 } }\nfunction('cons') { run { $reads; $it } }".toString() }
    def plan = ReloadPlan.between(load(script(1)), load(script(2)))
    assert changes(plan)['function cons'] == ['run']
    changes(plan)['function prod']
  }

  def 'what is made to be changed ties all who hold it: #declared'() {
    expect:
    verdict(declared, writes, reads) == ["run (captured 'q' ($kind) is shared with 'cons')"]

    where:
    declared                                                    | writes                   | reads                    || kind
    'def q = new LinkedBlockingQueue()'                         | 'q.put 1'                | 'q.poll()'               || 'LinkedBlockingQueue'
    'def q = new LinkedBlockingQueue()'                         | 'println q'              | 'println q'              || 'LinkedBlockingQueue'
    'def q = new CopyOnWriteArrayList([1])'                     | 'q << 1'                 | 'q.size()'               || 'CopyOnWriteArrayList'
    'def q = new ConcurrentHashMap(a: 1)'                       | 'q.a = 2'                | 'q.a'                    || 'ConcurrentHashMap'
    'def q = new ArrayDeque()'                                  | 'q.add 1'                | 'q.size()'               || 'ArrayDeque'
    'def q = [] as Queue'                                       | 'q.add 1'                | 'q.size()'               || 'LinkedList'
    'def q = Collections.synchronizedList([])'                  | 'q << 1'                 | 'q.size()'               || 'SynchronizedRandomAccessList'
    'def q = [:].withDefault { 0 }'                             | 'q.a'                    | 'q.b'                    || 'MapWithDefault'
    'def q = new AtomicInteger()'                               | 'q.incrementAndGet()'    | 'q.get()'                || 'AtomicInteger'
    'def q = new LongAdder()'                                   | 'q.increment()'          | 'q.sum()'                || 'LongAdder'
    'def q = new AtomicBoolean()'                               | 'q.set true'             | 'q.get()'                || 'AtomicBoolean'
    'def q = new AtomicReference([1])'                          | 'q.set 1'                | 'q.get()'                || 'AtomicReference'
    'def q = new StringBuilder()'                               | "q << 'a'"               | 'q.length()'             || 'StringBuilder'
    'def q = [inner: new LinkedBlockingQueue()]'                | 'q.inner.put 1'          | 'q.inner.poll()'         || 'LinkedHashMap'
    '@Field q = new LinkedBlockingQueue()'                      | 'q.put 1'                | 'q.poll()'               || 'LinkedBlockingQueue'
    'q = new LinkedBlockingQueue()'                             | 'q.put 1'                | 'q.poll()'               || 'LinkedBlockingQueue'
  }

  def 'what is written down ties where the script writes into it later, or hands it to who may: #declared  #writes'() {
    expect:
    verdict("$declared\ndef fill(x) { x }", writes, reads) == ["run (captured 'q' ($kind) is shared with 'cons')"]

    where:
    declared                | writes          | reads       || kind
    'def q = []'            | 'q << 1'        | 'q.size()'  || 'ArrayList'
    'def q = [:]'           | 'q.a = 1'       | 'q.a'       || 'LinkedHashMap'
    'def q = [a: []]'       | 'q.a.add 1'     | 'q.a'       || 'LinkedHashMap'
    'def q = [] as Set'     | 'q.add 1'       | 'q.size()'  || 'LinkedHashSet'
    'def q = [1] as int[]'  | 'q[0] = 1'      | 'q[0]'      || 'int[]'
    'def q = new Date(0)'   | 'fill(q)'       | 'q.time'    || 'Date'
    'def q = [1]'           | 'fill(q)'       | 'q.size()'  || 'ArrayList'
    'def q = [1]'           | 'q.size()'      | 'def m = q' || 'ArrayList'
    'def q = 0'             | 'q++'           | 'println q' || 'Integer'
    'def q = null'          | "q = 'x'"       | 'println q' || 'null'
    'q = 0'                 | 'q += 1'        | 'println q' || 'Integer'
    '@Field int q = 0'      | 'q = 5'         | 'println q' || 'Integer'
    '@Field static q = 0'   | 'q = 5'         | 'println q' || 'Integer'
  }

  def 'what is only read ties nobody: #declared'() {
    expect:
    verdict(declared, code, code) == null

    where:
    declared                                            | code
    "def q = ['a', 'b']"                                | 'for (x in q) { println "$x of $q" }'
    "def q = [url: 'x', ports: [1, 2]]"                 | 'println q.url + q.ports[0]'
    "def q = ['a']; q << 'b'"                           | 'q.each { println it }'
    'def q = List.of(1)'                                | 'println(q)'
    'def q = [1].asImmutable()'                         | 'q.size()'
    'def q = [1, 2] as int[]'                           | 'q.sum()'
    "def q = 'text'"                                    | 'println q'
    'def q = 5.seconds'                                 | 'println q'
    'def q = (1..5)'                                    | 'q.sum()'
    'def q = 3'                                         | 'println q + 1'
    'def q = URI.create("http://x").toURL()'            | 'q.host'
    'class Q { static PORT = 80; static final List NAMES = ["a"]; static final URI U = URI.create("x:y") }' | 'println Q.PORT + Q.NAMES[0] + Q.U'
    'class Q { static twice(n) { n * 2 } }'             | 'println Q.twice(2)'
    'enum Q { A, B }'                                   | 'println Q.A'
  }

  def 'a class of the script with something to remember ties who names it, also by way of another: #declared'() {
    expect:
    verdict(declared, writes, reads) == ["run (class 'Db' with its static fields is shared with 'cons')"]

    where:
    declared                                                                | writes             | reads
    'class Db { static pool }'                                              | 'Db.pool = 1'      | 'println Db.pool'
    'class Db { static int n = 0 }'                                         | 'Db.n++'           | 'println Db.n'
    'class Db { static final Map CACHE = [:] }'                             | 'Db.CACHE[1] = 2'  | 'println Db.CACHE'
    'class Db { static q = new LinkedBlockingQueue() }'                     | 'Db.q.put 1'       | 'Db.q.poll()'
    'class Db { static pool; static open() { pool = 1 } }'                  | 'Db.open()'        | 'println Db.pool'
    'class Db { static pool }; class Repo { def find() { Db.pool } }'       | 'Db.pool = 1'      | 'new Repo().find()'
    'class Db { static pool }; def pooled() { Db.pool }'                    | 'Db.pool = 1'      | 'pooled()'
  }

  def 'what a closure that was captured holds is held by who calls it'() {
    expect:
    verdict('def q = []; def push = { q << it }; def size = { q.size() }', 'push(1)', 'size()') ==
        ["run (captured 'push' (Closure) is shared with 'cons')"]
  }

  static final FOUR = IMPORTS + '''
    def q = new LinkedBlockingQueue()
    def m = new ConcurrentHashMap()
    function('a') { run { q.put 1 } }
    function('b') { run { m.x = q.poll() } }
    function('c') { run { println m.x } }
    function('d') { run { println 'alone' } }
    process('p') { command 'true'; env X: { m.x }; preStart('h') { run { println 'mine' } } }
    '''

  def 'it goes on from one to the next, as far as anybody shares anything: #what'() {
    expect:
    changes(ReloadPlan.between(load(FOUR), load(FOUR.replace(from, to)))) == expected

    where:
    what                 | from                | to                    || expected
    'at one end'         | 'println m.x'       | 'println m.x + 1'     || ['function c': ['run'],
                                                                           'function b': ["run (captured 'm' (ConcurrentHashMap) is shared with 'c')"],
                                                                           'function a': ["run (captured 'q' (LinkedBlockingQueue) is shared with 'b')"],
                                                                           'process p': ["env (captured 'm' (ConcurrentHashMap) is shared with 'c')"]]
    'by nobody'          | "println 'alone'"   | 'println 1'           || ['function d': ['run']]
    'a hook of its own'  | "println 'mine'"    | 'println 1'           || ['process p': ['preStart']]
    'no code'            | "command 'true'"    | "command 'false'"     || ['process p': ['command']]
    'who is taken away'  | "function('c') { run { println m.x } }" | '' || ['function c': []]
    'who comes'          | "function('d')"     | "function('e') { run { q.put 5 } }\nfunction('d')" ||
        ['function e': [],
         'function a': ["run (captured 'q' (LinkedBlockingQueue) is shared with 'e')"],
         'function b': ["run (captured 'q' (LinkedBlockingQueue) is shared with 'e')"],
         'function c': ["run (captured 'm' (ConcurrentHashMap) is shared with 'b')"],
         'process p' : ["env (captured 'm' (ConcurrentHashMap) is shared with 'b')"]]
    'who joins'          | "println 'alone'"   | 'q.put 7'             ||
        ['function d': ['run'],
         'function a': ["run (captured 'q' (LinkedBlockingQueue) is shared with 'd')"],
         'function b': ["run (captured 'q' (LinkedBlockingQueue) is shared with 'd')"],
         'function c': ["run (captured 'm' (ConcurrentHashMap) is shared with 'b')"],
         'process p' : ["env (captured 'm' (ConcurrentHashMap) is shared with 'b')"]]
  }

  def 'a hook and its own function share, too'() {
    given:
    def script = IMPORTS + '''
      def q = new LinkedBlockingQueue()
      function('f') { preStart('h') { run { q.put 1 } }; run { q.poll() } }
      '''
    expect:
    changes(ReloadPlan.between(load(script), load(script.replace('put 1', 'put 2')))) ==
        ['function f': ["run (captured 'q' (LinkedBlockingQueue) is shared with its preStart)", 'besides preStart']]
  }

  static final TASKS = IMPORTS + '''
    class Db { static pool }
    def seen = new ConcurrentHashMap()
    onStart { Db.pool = 'open' }
    task('ask') { run { ctx, p -> seen.n = 1; "pool is ${Db.pool}" } }
    task('other') { run { ctx, p -> 'ok' } }
    function('f') { run { println seen } }
    process('web') { command 'sleep', '1000' }
    '''

  def 'code that has not changed is the very same code, tasks and what is not called again included'() {
    given:
    def was = load(TASKS)
    was.onStart().first().run(null)

    when:
    def plan = ReloadPlan.between(was, load(TASKS.replace("'1000'", "'2000'")))
    then:
    changes(plan) == ['process web': ['command']]
    plan.warnings() == []
    plan.app().tasks()*.body().collect { System.identityHashCode(it) } == was.tasks()*.body().collect { System.identityHashCode(it) }
    plan.app().root().members().units().find { it.name() == 'f' }.body().is(was.root().members().units().find { it.name() == 'f' }.body())
    plan.app().tasks().first().body().run(null, [:]) == 'pool is open'

    when: 'and again, many times'
    def app = plan.app()
    5.times { app = ReloadPlan.between(app, load(TASKS.replace("'1000'", "'300$it'"))).app() }
    then:
    app.tasks().first().body().run(null, [:]) == 'pool is open'
  }

  def 'a task that changes takes along what it shares, and what onStart made is named as lost'() {
    given:
    def plan = ReloadPlan.between(load(TASKS), load(TASKS.replace('pool is', 'the pool is')))
    expect:
    changes(plan) == ['task ask': ['run'], 'function f': ["run (captured 'seen' (ConcurrentHashMap) is shared with task 'ask')"]]
    plan.warnings() == ["task 'ask' begins anew: class 'Db' with its static fields is shared with onStart, which a reload does not call again"]
  }

  def 'a list that was changed under another name since the load is seen to have been'() {
    given:
    def script = { "def all = [x: [1]]; def q = all.x\nfunction('prod') { run { all.each { it.value.removeLast(); it.value << 2 } } }\nfunction('cons') { run { println q[0] + $it } }".toString() }
    def was = load(script(1))

    expect:
    changes(ReloadPlan.between(was, load(script(2)))).keySet() == ['function cons'] as Set

    when:
    was.root().members().units().first().body().run(null)
    then:
    changes(ReloadPlan.between(was, load(script(2)))).keySet() == ['function cons', 'function prod'] as Set
  }

  def 'what holds very much is looked at no further than is needed'() {
    given:
    def script = { "$IMPORTS def q = new LinkedBlockingQueue(); def l = []\nfunction('prod') { run { 300_000.times { q.put it; l << 'x' * 10 } } }\nfunction('cons') { run { println q.size() + l.size() + $it } }".toString() }
    def was = load(script(1))
    was.root().members().units().first().body().run(null)
    def fresh = load(script(2))
    long from = System.nanoTime()

    expect:
    changes(ReloadPlan.between(was, fresh)).keySet() == ['function cons', 'function prod'] as Set
    System.nanoTime() - from < 1_000_000_000L
  }

  def 'the form of a task is compared by its fields, also those inside'() {
    given:
    def script = 'record Item(int n) {}\nclass Order { List<Item> items; int count }\ntask("t") { params Order; run { ctx, p -> 1 } }'
    expect:
    changes(ReloadPlan.between(load(script), load(script))) == [:]
    changes(ReloadPlan.between(load(script), load(script.replace('int count', 'String count')))) == ['task t': ['params']]
    changes(ReloadPlan.between(load(script), load(script.replace('int n', 'long n')))) == ['task t': ['params']]
  }
}

package dev.supervise.dsl.load

import dev.supervise.dsl.mistake.ScriptMistakes
import dev.supervise.dsl.script.LiveScript
import dev.supervise.dsl.words.LoadOptions
import dev.supervise.spec.ProcessSpec
import dev.supervise.spec.SupervisorSpec
import java.nio.file.Path
import spock.lang.Specification

/** What is typed while a tree runs. */
class LiveSessionSpec extends Specification {
  def printed = new StringBuilder()
  def tree = new LiveScript.Tree() {
    @Override
    Object unit(String name) { [name: name, state: 'running'] }

    @Override
    String submit(String type, Map<?, ?> params, String id) { "$type $params $id" }

    @Override
    List<?> units() { [[name: 'db', restarts: 0], [name: 'api', restarts: 3]] }
  }
  def session = new LiveSession(Path.of('/tmp/app'), LoadOptions.DEFAULT, tree)

  def say(String line) { session.say(line, printed::append).value() }

  def declared(String line) { session.say(line, printed::append).units() }

  String wrong(String line) {
    try {
      say(line)
      'nothing'
    } catch (ScriptMistakes mistakes) {
      mistakes.message
    }
  }

  def 'a line has a value, which the next one finds in _'() {
    expect:
    say('1 + 1') == 2
    say('_ * 3') == 6
    say('"x${_}"') == 'x6'
    say('if (_) { "yes" } else { "no" }') == 'yes'
  }

  def 'a line stands beside the main script'() {
    expect:
    say('scriptDir') == Path.of('/tmp/app')
    say('file("x/y")') == new File('/tmp/app/x/y')
    say('def f = { "$scriptDir" }; f()') == '/tmp/app'
  }

  def 'what a line defines is there for the next one'() {
    expect:
    say('def x = 5') == 5
    say('x + 1') == 6
    say('int y = x * 2; y') == 10
    say('z = y') == 10
    say('def (a, b) = [1, 2]; a + b') == 3
    say('b') == 2
    say('def twice(n) { n * 2 }') != null
    say('twice(x)') == 10
    say('def fact(n) { n < 2 ? 1 : n * fact(n - 1) }; fact(5)') == 120
    say('def later = { twice(it) + x }; later(1)') == 7
    say('x = 7; later(1)') == 9
    say('class P { int n; int more() { n + 1 } }; new P(n: 3).more()') == 4
    say('def p = new P(n: 4)') != null
    say('p instanceof P && p.more() == 5') == true
    say('import java.util.concurrent.TimeUnit') == null
    say('TimeUnit.SECONDS.toMillis(2)') == 2000
    say('def nothing; nothing') == null
  }

  def 'an import holds for the next lines; what only looks like one is text'() {
    expect:
    say('import java.util.concurrent.TimeUnit as T\nT.DAYS.toHours(1)') == 24
    say('T.DAYS.name()') == 'DAYS'
    say('import java.util.concurrent.*') == null
    say('new Semaphore(2).availablePermits()') == 2
    say('import static java.lang.Math.max') == null
    say('max(1, 2)') == 2
    say('import static java.lang.Integer.*') == null
    say('MAX_VALUE') == 2147483647
    say('import java.util.concurrent.atomic.AtomicLong as T') == null
    say('new T(5).get()') == 5
    say('"""\nimport com.xyz\n"""').contains('com.xyz')
    say("\'\'\'\nimport java.util.regex.*\n\'\'\'") != null
    say('/* note\nimport com.xyz\n*/ 5') == 5
    say('2 + 2') == 4
    wrong('Pattern.compile("x")') == "line 15:1: unknown name 'Pattern'"
  }

  def 'an import that is wrong fails once and is forgotten: #line'() {
    expect:
    wrong(line).contains('unable to resolve class')
    say('2 + 2') == 4

    where:
    line << ['import com.xyz', 'import com.xyz.Nothing\n1', 'import static com.xyz.Nothing.x', 'import static com.xyz.Nothing.*']
  }

  def 'what a line defines and has no value is named'() {
    expect:
    session.say(line, printed::append).defined() == defined

    where:
    line                                | defined
    'def f() { 1 }'                     | ['f()']
    'int f(a, b) { 1 }; def g() { 2 }'  | ['f(a, b)', 'g()']
    'class A { }'                       | ['class A']
    'enum B { X }; def f() { B.X }'     | ['class B', 'f()']
    'def f() { 1 }; f()'                | []
  }

  def 'a value without a text of its own is called by its kind: #value'() {
    expect:
    LiveSession.plain(value) == plain

    where:
    value                                    | plain
    'line_6_4505a76e$_run_closure1@6ba721e7' | 'a closure'
    'java.lang.Object@6ba721e7'              | 'an Object'
    'a.b.C$D@6ba721e7, E@12345'              | 'a C$D, an E'
    'me@example.org, me@12345'               | 'me@example.org, me@12345'
    'Admin@facade.org'                       | 'Admin@facade.org'
  }

  def 'the live tree is in scope'() {
    expect:
    say("unit('api').state") == 'running'
    say('units.findAll { it.restarts > 2 }*.name') == ['api']
    say('units.size()') == 2
    say('def n = 0; units.each { n += it.restarts }; n') == 3
  }

  def 'tasks are submitted as anywhere else'() {
    expect:
    say("submit 'import', url: 'x'") == 'import [url:x] '
    say("submit('import', [url: 'x'], id: 'a')") == 'import [url:x] a'
    say("def ids = (1..2).collect { submit 'import', n: it }") == ['import [n:1] ', 'import [n:2] ']
  }

  def 'what is printed goes to who typed it'() {
    when:
    say('println "a"; print 1; [2, 3].each { println it }; printf("%03d", 7); println()')

    then:
    printed.toString() == 'a\n12\n3\n007\n'
  }

  def 'units are declared with the words of a script, and their code sees the session'() {
    given:
    say('def port = 9000')

    when:
    def units = declared("process('probe') { command 'sleep', port; after 'db'; env A: 'b' }; function('f') { run { it.ready() } }")

    then:
    units*.name() == ['probe', 'f']
    units[0] instanceof ProcessSpec
    units[0].origin().toString() == 'line 2:1'
    declared("supervisor('s') {\n  strategy restForOne\n  3.times { n -> process(\"p\$n\") { command 'true' } }\n}")[0].members().units()*.name() == ['p0', 'p1', 'p2']
    declared('1 + 1') == []
  }

  def 'a mistake ends the line, in the words a script is told: #line'() {
    expect:
    wrong(line) == message

    where:
    line                                            | message
    "process('x') { comand 'y' }"                   | "line 1:1: process 'x': unknown word 'comand' (did you mean 'command'?)"
    "process('x') { }"                              | "line 1:1: process 'x': a process needs command or shell"
    "strategy restForOne"                           | "line 1:1: 'strategy' cannot be said to a running tree; write it into the script and reload"
    "onStart { }"                                   | "line 1:1: 'onStart' cannot be said to a running tree; write it into the script and reload"
    'nobody'                                        | "line 1:1: unknown name 'nobody'"
    'nobody(1)'                                     | "line 1:1: unknown word 'nobody'"
  }

  def 'what the line itself throws comes out as it is, and the session lives'() {
    when:
    say('def k = 1; [1].first().foo()')

    then:
    thrown(MissingMethodException)

    when:
    say('throw new IllegalStateException("boom")')

    then:
    def e = thrown(IllegalStateException)
    e.message == 'boom'
    say('k') == 1
    wrong('1 +').contains('line')
  }

  def 'an interrupt ends a line that never waits'() {
    given:
    def ended = new java.util.concurrent.CompletableFuture()
    def thread = Thread.ofPlatform().daemon().start {
      try {
        say('while (true) { }')
      } catch (Throwable thrown) {
        ended.complete(thrown)
      }
    }

    when:
    sleep(100)
    while (!ended.done) {
      thread.interrupt()
      sleep(20)
    }

    then:
    ended.join() instanceof InterruptedException
  }

  def 'completion knows the words of the block that is open: #before'() {
    expect:
    session.words(before).containsAll(words)
    !session.words(before).contains(not)

    where:
    before                                        | words                   | not
    ''                                            | ['process', 'unit']     | 'command'
    "process('x') { "                             | ['command', 'env']      | 'strategy'
    "process('x') { ready { tcp 1 }; "            | ['command', 'env']      | 'tcp'
    "process('x') { ready { "                     | ['tcp', 'http']         | 'command'
    "supervisor('s') {\n process('}') { "         | ['command']             | 'strategy'
  }
}

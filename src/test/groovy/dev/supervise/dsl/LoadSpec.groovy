package dev.supervise.dsl

import java.nio.file.Files
import java.time.Duration
import java.util.concurrent.CancellationException
import spock.lang.Timeout

/// The load as a whole: what it promises whatever the script is.
class LoadSpec extends Scripted {

  def 'files that cannot be scripts'() {
    given:
    Files.createDirectories(home.resolve('dir'))
    Files.write(home.resolve('latin.groovy'), [0x2f, 0x2f, 0xe4] as byte[])
    Files.writeString(home.resolve('secret.groovy'), '')

    when:
    loadFile(name)

    then:
    def e = thrown(ScriptMistakes)
    e.message == message

    where:
    name           || message
    'none.groovy'  || 'none.groovy does not exist'
    'dir'          || 'dir is a directory, not a script'
    'latin.groovy' || 'latin.groovy is not UTF-8 text'
  }

  def 'a script that declares nothing is a tree without units'() {
    expect:
    units(text) == []

    where:
    text << ['', '\n\n', '// nothing', '#!/usr/bin/env supervise', 'def x = 1']
  }

  @Timeout(20)
  def 'a script that never ends is told so, with the line'() {
    when:
    load(limit: Duration.ofMillis(1500), "process('a') { command 'x' }\n$line")

    then:
    def e = thrown(ScriptMistakes)
    e.message ==~ /app\.groovy(:2)?: the script had not ended after 1.5 s.*/

    where:
    line << ['while (true) { }', 'Thread.sleep(100_000)', 'new java.util.concurrent.CountDownLatch(1).await()', 'def f() { while (true) { try { Thread.sleep(1000) } catch (InterruptedException e) { } } }\nf()']
  }

  @Timeout(20)
  def 'a load can be interrupted'() {
    given:
    Throwable ended = null
    def thread = Thread.start { try { load('while (true) { }') } catch (Throwable e) { ended = e } }

    when:
    Thread.sleep(2000)
    thread.interrupt()
    thread.join(5000)

    then:
    ended instanceof CancellationException
  }

  def 'ending the JVM is a mistake, wherever it stands'() {
    expect:
    mistakes(code)*.contains('does not end the program') == [true]

    where:
    code << ['System.exit(1)', 'Runtime.getRuntime().halt(1)', 'Runtime.runtime.exit 0', 'def r = Runtime.runtime\nr.halt(0)',
             "process('a') { command 'x'; System.exit(3) }", 'import static java.lang.System.exit\nexit(1)',
             "def f = { System.exit(1) }\nf()", 'def bye() { System.exit(1) }\nbye()', 'java.lang.System.exit(1)', 'System."exit"(1)']
  }

  def 'a function that ends the JVM is refused when it tries'() {
    when:
    unit("def r = Runtime.runtime\nfunction('f') { run { r.halt(3) } }").body().run(new Recorded())

    then:
    thrown(RuntimeException)
  }

  def 'exit of anything else is a plain method'() {
    expect:
    units("class Door { def exit(n) { \"left\$n\" } }\nprocess(new Door().exit(3)) { command 'x' }")*.name() == ['left3']
  }

  def '@Grab is refused with a sentence'() {
    expect:
    mistakes("@Grab('org.example:x:1')\nimport java.util.List\nprocess('a') { command 'x' }")[0].contains('@Grab')
  }

  def 'an exception of the script\'s own code is one mistake with its line'() {
    expect:
    mistakes("def f() {\n  [].first()\n}\nprocess('a') {\ncommand 'x'\nenv A: f()\n}\nprocess('b') { command 'x'; nice 50 }")*.toString() == [
        "app.groovy:2: process 'a': NoSuchElementException: Cannot access first() element from an empty List",
        "app.groovy:8: process 'b': nice 50 is not between -20 and 19"]
  }

  def 'the Java stack is there for who asks'() {
    when:
    load(stacktrace: true, "throw new IOException('no')")

    then:
    def e = thrown(ScriptMistakes)
    e.message == 'app.groovy:1: IOException: no'
    e.suppressed*.class == [IOException]
  }

  def 'a script that calls itself without end'() {
    expect:
    mistakes("def f(n) { f(n + 1) }\nf(0)")[0].contains('calls itself without end')
  }

  def 'every word statement is guarded on its own'() {
    expect:
    mistakes('''\
      process('a') {
        command 'x'
        nice 50
        dir null
        env A: [1]
        restart 'x'
      }
      procss('b') { }
      supervisor('s') { intensity(-1); process('c') { } }'''.stripIndent())*.find(/^app.groovy:\d+/) ==
        [3, 4, 5, 6, 8, 9, 9].collect { "app.groovy:$it".toString() }
  }

  def 'ten thousand units with one typo make one line'() {
    expect:
    mistakes("10_000.times { process(\"p\$it\") {\ncommand 'x'\ncomand 'y' } }") ==
        ["app.groovy:3: process 'p0': unknown word 'comand' (did you mean 'command'?) and 9,999 more"]
  }

  def 'units in a loop: 10,000'() {
    expect:
    units("(0..<10_000).each { i -> process(\"p\$i\") { command 'x', i; delay 0.seconds; logs none } }").size() == 10_000
  }

  def 'many literal units load as one script, inside a supervisor too'() {
    given:
    def text = { n -> (0..<n).collect { "process('p$it') {\n  command './p$it', '--port', '${8000 + it}'\n  env A: 'x$it'\n}" }.join('\n') }

    expect:
    units(text(600))*.name() == (0..<600).collect { "p$it".toString() }
    unit("supervisor('s') {\n${text(200)}\n}").members().units().size() == 200
  }

  def 'a block too large for one method is told so, with what to do'() {
    given:
    def line = { n -> "command 'x', ${(1..50).collect { "'word$n-$it'" }.join(', ')}" }
    def text = "process('a') {\n" + (1..400).collect { "if (false) { ${line(it)} }" }.join('\n') + '\n}'

    expect:
    mistakes(text).size() == 1
    mistakes(text)[0].contains('too large')
    mistakes(text)[0].contains("use a loop")
  }

  def 'a script is loaded from the cache and means the same'() {
    given:
    def cache = home.resolve('cache')
    def text = '''
      def n = param('n', 2)
      def help = { env A: 1 }
      n.times { process("p$it") { command 'x', it; help() } }
      function('f') { run { ctx -> ctx.log 'hi' } }
    '''

    when:
    def first = load(cache: cache, text).root().members().units()
    def again = load(cache: cache, text).root().members().units()
    def third = load(cache: cache, params: [n: '1'], text).root().members().units()

    then:
    Files.list(cache).toList().size() == 1
    first[0..1] == again[0..1]
    third*.name() == ['p0', 'f']
    again[2].body().run(new Recorded()) == null
  }

  def 'what was kept and is no class any more is compiled anew'() {
    given:
    def cache = home.resolve('cache')
    def text = "process('a') { command 'x' }"
    load(cache: cache, text)
    def path = home.resolve('app.groovy')
    def source = SourceFile.read(path, 'app.groovy')
    def key = ScriptCache.key(text.bytes, source.className(), 'RootWords')
    def kept = ScriptCache.in(cache)
    def good = kept.find(key).get()
    def bad = good.classes().collectEntries { name, bytes -> [name, (bytes[0..<(bytes.length - 40)] as byte[])] }
    kept.keep(key, new CompiledScript(good.main(), bad))

    expect:
    load(cache: cache, text).root().members().units()*.name() == ['a']
    kept.find(key).get().classes().values()[0].length == good.classes().values()[0].length
  }

  def 'a file of classes, of methods, of a package'() {
    expect:
    units(text)*.name() == names

    where:
    text                                                      || names
    'class A { int x }'                                       || []
    'def f() { 1 }'                                           || []
    "package a.b\nprocess('p') { command 'x' }"               || ['p']
    "record P(String n) { }\nprocess(new P('r').n()) { command 'x' }" || ['r']
    "trait T { String n() { 't' } }\nclass C implements T { }\nprocess(new C().n()) { command 'x' }" || ['t']
    "import groovy.transform.CompileStatic\n@CompileStatic String f(int n) { 's' * n }\nprocess(f(2)) { command 'x' }" || ['ss']
    "def main() { }\nprocess('m') { command 'x' }"            || ['m']
    "static String n() { 'st' }\nprocess(n()) { command 'x' }" || ['st']
    "def (a, b) = ['d', 'e']\nprocess(a) { command b }"       || ['d']
    "def n = 3\ndef f = { -> n }\nn = 4\nprocess('c' + f()) { command 'x' }" || ['c4']
    "def f = { int n -> n <= 1 ? 1 : n * call(n - 1) }\nprocess('f' + f(4)) { command 'x' }" || ['f24']
    "def m = this.&toString\nprocess('t') { command 'x' }"    || ['t']
    "def s = 'x'\nassert s == 'x' : 'no'\nprocess('a') { command s }" || ['a']
    "x = 1\nx += 2\nx++\nprocess('x' + x) { command 'x' }"    || ['x4']
    "def x = { it -> process(it) { command 'y' } }\nx 'q'"    || ['q']
    "['a', 'b'].each { n -> if (n == 'a') return; process(n) { command 'x' } }" || ['b']
    "for (n in ['a', 'b', 'c']) { if (n == 'a') continue; if (n == 'c') break; process(n) { command 'x' } }" || ['b']
  }

  def 'a mistake in a field\'s initialiser'() {
    expect:
    mistakes("import groovy.transform.Field\n@Field int x = Integer.parseInt('y')")[0].contains('app.groovy:2: NumberFormatException')
    mistakes("import groovy.transform.Field\n@Field x = port('y')")[0].contains("there is no method 'port' on the script")
  }

  def 'a script that interrupts itself is told so'() {
    expect:
    mistakes('Thread.currentThread().interrupt()\nwhile (true) { }') == ['app.groovy: the script interrupted its own load']
  }

  def 'a text nested too deeply for the compiler is told so'() {
    expect:
    mistakes('def x = ' + '(' * 100_000 + '1' + ')' * 100_000).size() == 1
  }

  def 'a script with a mistake is not kept'() {
    given:
    def cache = home.resolve('cache')

    expect:
    2.times { assert mistakes(cache: cache, 'process("a") { comand "x" }').size() == 2 || true }
    !Files.exists(cache)
  }

  def 'file names of every kind'() {
    given:
    file(name, "process('a') { command 'x' }")

    expect:
    loadFile(name).root().members().units()[0].origin().toString() == "$name:1"

    where:
    name << ['my-app.groovy', 'app', 'äöü ß.groovy', '1.groovy', 'a b/c.d.groovy', 'Supervisefile', "it's.groovy", 'process.groovy', 'String.groovy']
  }
}

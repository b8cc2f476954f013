package dev.supervise.dsl.load

import dev.supervise.dsl.Scripted
import dev.supervise.dsl.compile.ScriptCache
import dev.supervise.dsl.mistake.ScriptMistakes
import dev.supervise.dsl.mistake.SourceFile
import dev.supervise.dsl.script.CompiledScript
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.CancellationException
import spock.lang.Timeout

/// The load as a whole: what it promises whatever the script is.
class ScriptLoadSpec extends Scripted {

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
    'latin.groovy' || 'latin.groovy:1: this is no UTF-8 text: there is a byte 0xE4 (save the script as UTF-8)'
  }

  @Timeout(20)
  def 'what is no regular file is not opened: #what'() {
    given:
    def path = home.resolve('app.groovy')
    assert ['sh', '-c', "$command $path"].execute().waitFor() == 0

    when:
    loadFile('app.groovy')

    then:
    def e = thrown(ScriptMistakes)
    e.message == "app.groovy is $what, not a script"

    where:
    what          | command
    'a pipe'      | 'mkfifo'
    'a device'    | 'ln -s /dev/zero'
    'a socket'    | 'python3 -c "import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"'
    'a directory' | 'mkdir'
  }

  @Timeout(20)
  def 'an include of such a file is a mistake at its place'() {
    given:
    assert ['mkfifo', "$home/pipe.groovy"].execute().waitFor() == 0
    Files.createDirectories(home.resolve('dir'))
    file('latin.groovy', '')
    Files.write(home.resolve('latin.groovy'), [0x2f, 0x2f, 0x0a, 0x0a, 0xfc] as byte[])

    expect:
    mistakes("include 'pipe.groovy'\ninclude 'dir'\ninclude 'none.groovy'\ninclude 'a\0b'\nprocess('a') { comand 'x' }") == [
        'app.groovy:1: pipe.groovy is a pipe, not a script', 'app.groovy:2: dir is a directory, not a script',
        'app.groovy:3: none.groovy does not exist', "app.groovy:4: 'a\\u0000b' is no path of a file",
        "app.groovy:5: process 'a': unknown word 'comand' (did you mean 'command'?)"]
    mistakes("include 'latin.groovy'\nprocess('a') { comand 'x' }") == [
        "app.groovy:2: process 'a': unknown word 'comand' (did you mean 'command'?)",
        'latin.groovy:3: this is no UTF-8 text: there is a byte 0xFC (save the script as UTF-8)']
  }

  def 'what cannot be read is told with the reason'() {
    given:
    Files.createSymbolicLink(home.resolve('loop.groovy'), Path.of('loop.groovy'))
    Files.write(home.resolve('large.groovy'), new byte[(16 << 20) + 1])
    file('plain', '')

    when:
    loadFile(name)

    then:
    def e = thrown(ScriptMistakes)
    e.message == message

    where:
    name           || message
    'loop.groovy'  || 'loop.groovy cannot be read: Too many levels of symbolic links or unable to access attributes of symbolic link'
    'large.groovy' || 'large.groovy is larger than 16 MB'
    'plain/x'      || 'plain/x does not exist'
  }

  def 'a byte order mark is none of the script, and no other encoding is guessed'() {
    given:
    def text = "process('a') { command 'x' }\r\nprocess('b') { comand 'x' }\r\n"
    Files.write(home.resolve('bom.groovy'), [0xef, 0xbb, 0xbf] as byte[])
    home.resolve('bom.groovy').toFile() << text
    Files.write(home.resolve('wide.groovy'), text.getBytes('UTF-16'))

    when:
    loadFile('bom.groovy')

    then:
    def marked = thrown(ScriptMistakes)
    marked.message == "bom.groovy:2: process 'b': unknown word 'comand' (did you mean 'command'?)"

    when:
    loadFile('wide.groovy')

    then:
    def wide = thrown(ScriptMistakes)
    wide.message == 'wide.groovy:1: this is UTF-16 text, and a script is UTF-8 (save the script as UTF-8)'
  }

  @Timeout(60)
  def 'what nests too deeply is told with its place, before the compiler is given it: #open'() {
    expect:
    mistakes("\ndef x = ${open * 5000}1${close * 5000}") ==
        ["app.groovy:2: this is nested too deeply: 5000 brackets inside one another, of which 200 are allowed (use a loop or a method)".toString()]

    where:
    open   | close
    '('    | ')'
    '['    | ']'
    '{'    | '}'
    '"${'  | '}"'
    'f('   | ')'
  }

  @Timeout(60)
  def 'what is too much for the compiler in another way is told with its place: #what'() {
    when:
    def found = mistakes("process('a') { command 'x' }\n$text\n")

    then:
    found.size() == 1
    found[0] =~ /^app.groovy:[12]: /
    found[0] =~ /nested too deeply|too large for the JVM|does not parse|longer than|does not compile/

    where:
    what           | text
    'a sum'        | 'def x = 1' + ' + 1' * 30_000
    'negations'    | 'def x = ' + '!' * 300_000 + 'true'
    'two signs'    | 'def x = - - - 1'
    'dimensions'   | 'int' + '[]' * 300 + ' x'
    'a long text'  | "def x = '${'a' * 70_000}'"
  }

  def 'of a very long line what is around the place is shown'() {
    when:
    load("def x = '${'a' * 500}' ) + '${'b' * 500}'")

    then:
    def e = thrown(ScriptMistakes)
    e.message.readLines()*.length().every { it < 140 }
    e.message.readLines()[1] == "    …${'a' * 58}' ) + '${'b' * 55}…"
    e.message.readLines()[2].indexOf('^') == e.message.readLines()[1].indexOf(')')
  }

  def 'what acts on a terminal is written out'() {
    expect:
    mistakes("process('a\\u001b[2J\\n') { command 'x' }")[0] == "app.groovy:1: name 'a\\u001b[2J\\n': allowed are A-Z a-z 0-9 . _ -"
    mistakes("process('a') { command 'x'\u001b[2J }")[0] == "app.groovy:1: this does not parse: unexpected 'U+001B'"
    try { load("'\u001b[2J"); assert false } catch (ScriptMistakes e) { assert !e.message.contains('\u001b') }
  }

  def 'nothing is printed, whatever the text'() {
    given:
    def before = [System.out, System.err]
    def printed = new ByteArrayOutputStream()
    System.out = new PrintStream(printed, true)
    System.err = System.out

    when:
    ['"^root:.*$"', '"echo $$"', "'a\\d'", '`x`', '"a', '# b', 'x = (', '\0', 'case', 'def', '"${"'].each { mistakes(it) }
    printed.flush()

    then:
    printed.toString() == ''

    cleanup:
    System.out = before[0]
    System.err = before[1]
  }

  def 'a script that declares nothing is a tree without units'() {
    expect:
    units(text) == []

    where:
    text << ['', '\n\n', '// nothing', '#!/usr/bin/env supervise', 'def x = 1']
  }

  @Timeout(20)
  def 'a script that the compiler does not get through in time is told so'() {
    when:
    load(limit: Duration.ofMillis(300), "process('a') { command 'x' }\ndef a = 1, b = 2, c = ${'a ? b : ' * 3000} 1")

    then:
    def e = thrown(ScriptMistakes)
    e.message == 'app.groovy: the script was not compiled within 0.3 s (write less in one piece: use a loop or a method)'
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
        "app.groovy:2: process 'a': this fails: cannot access first() element from an empty List",
        "app.groovy:8: process 'b': nice 50 is not between -20 and 19"]
  }

  def 'the Java stack is there for who asks'() {
    when:
    load(stacktrace: true, "throw new IOException('no')")

    then:
    def e = thrown(ScriptMistakes)
    e.message == 'app.groovy:1: this fails: no'
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
    mistakes("import groovy.transform.Field\n@Field int x = Integer.parseInt('y')")[0].contains("app.groovy:2: this fails: 'y' is no number")
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

package dev.supervise.dsl

/// What a name in a script means.
class NamesSpec extends Scripted {

  def 'it inside a block of words is the surrounding loop\'s'() {
    expect:
    units('''
      3.times { process("w$it") { command "./w", "--n=$it" } }
      ['a', 'b'].each { process(it) { env NAME: it; command 'x', it } }
      [c: 1].each { process(it.key) { command 'x', it.value } }
    ''').collect { [it.name(), it.command().words()*.text()] } == [
        ['w0', ['./w', '--n=0']], ['w1', ['./w', '--n=1']], ['w2', ['./w', '--n=2']],
        ['a', ['x', 'a']], ['b', ['x', 'b']], ['c', ['x', '1']]]
  }

  def 'every way to loop declares'() {
    expect:
    units("$loop { process(\"p\$i\") { command 'x' } }${close}")*.name() == ['p1', 'p2', 'p3']

    where:
    loop                                    | close
    'for (i in 1..3)'                       | ''
    'for (int i = 1; i <= 3; i++)'          | ''
    '(1..3).each { i ->'                    | ' }'
    '(1..<4).each { i ->'                   | ' }'
    '1.upto(3) { i ->'                      | ' }'
    '[1, 2, 3].each { i ->'                 | ' }'
    '[1, 2, 3].eachWithIndex { i, n ->'     | ' }'
    'def l = [1, 2, 3]; l.each { i ->'      | ' }'
    'def s = [1, 2, 3].stream(); s.forEach { i ->' | ' }'
    'def i = 0; while (i++ < 3)'            | ''
    'def n = 3; n.times { def i = it + 1;'  | ' }'
    "'123'.each { i ->"                     | ' }'
    '(1..3).collect { i ->'                 | ' }'
    '([1, 2, 3] as int[]).each { i ->'      | ' }'
    "[1, null, 2, 3].findAll { it }.each { i ->" | ' }'
  }

  def 'a range may run down, be empty, or be of letters'() {
    expect:
    units("${range}.each { process(\"p\$it\") { command 'x' } }")*.name() == names

    where:
    range       || names
    '(3..1)'    || ['p3', 'p2', 'p1']
    '(0..<0)'   || []
    "('a'..'c')" || ['pa', 'pb', 'pc']
    '(0<..2)'   || ['p1', 'p2']
    '(0L..2L)'  || ['p0', 'p1', 'p2']
    '0'         || ['p0']
  }

  def 'an object with an each of its own is asked, and what each returns is still there'() {
    expect:
    units('''
      class Twice { def each(Closure c) { c(1); c(2); 'answer' } }
      new Twice().each { process("p$it") { command 'x' } }
      def answer = new Twice().each { process("q$it") { command 'x' } }
      process(answer) { command 'x' }
      def none = null
      none.each { process('never') { command 'x' } }
    ''')*.name() == ['p1', 'p2', 'q1', 'q2', 'answer']
  }

  def 'a name is never looked up in an outer block'() {
    expect:
    mistakes("supervisor('s') {\nprocess('a') {\ncommand 'x'\n$word\n}\n}")*.replaceFirst(/ \(.*/, '') ==
        ["app.groovy:4: process 'a': word '${word.find(/\w+/)}' does not belong in process"]

    where:
    word << ['strategy oneForOne', "process('b') { command 'x' }", "pool('b') { }", 'onStart { }', 'size 3', "signal 'INT'"]
  }

  def 'script methods act on the block they are called from'() {
    when:
    def units = units('''
      def limited(n) { limits nofile: n; labels owner: 'me' }
      def worker(String name, Closure more = null) {
        process(name) { command 'w', name; limited 64; if (more) more() }
      }
      worker 'a'
      worker('b') { nice 3 }
      supervisor('s') { worker 'c' }
    ''')

    then:
    units*.name() == ['a', 'b', 's']
    units[0].limits()[0].soft() == 64
    units[1].identity().nice().asInt == 3
    units[2].members().units()*.name() == ['c']
    units[2].members().units()[0].origin().line() == 4
  }

  def 'closures in variables act on the block they are called from'() {
    when:
    def units = units('''
      def common = { env COMMON: 'yes' }
      shared = { n -> env SHARED: n }
      def body = { command 'x'; common() }
      process('a') { command 'x'; common(); shared 1 }
      process('b', body)
      process 'c', body
      [d: 4].each { name, n -> process(name) { command 'x'; shared(n) } }
    ''')

    then:
    units*.name() == ['a', 'b', 'c', 'd']
    units[0].env()*.name() == ['COMMON', 'SHARED']
    units[1].env()*.name() == ['COMMON']
    units[2].env()*.name() == ['COMMON']
    units[3].env()[0].value().text() == '4'
  }

  def 'variables of the script are seen in blocks, however declared'() {
    expect:
    process('').name() == 'web'
    units('''
      import groovy.transform.Field
      @Field String field = 'f'
      def local = 'l'
      loose = 'o'
      final int number = 3
      var v = 'v'
      process('p') { command field, local, loose, number, v }
    ''')[0].command().words()*.text() == ['f', 'l', 'o', '3', 'v']
  }

  def 'closures with a delegate of their own are plain Groovy'() {
    expect:
    units('''
      class Site { String host; int number; String url() { "$host:$number" } }
      def site = new Site().tap { host = 'h'; number = 80 }
      def text = new StringBuilder().with { append 'a'; append(url = 'b'); length() }
      def map = [cmd: 'c'].with { put('k', 'v'); it }
      site.with { def u = url(); def n = number; process(host) { command 'x', u, n } }
      process('m') { map.with { command cmd, k } }
      def writer = new StringWriter()
      writer.with { write 'w' }
      def built = [1, 2].collect { n -> [n].with { add 3; size() } }
      process('n') { command text, built }
    ''')
        .collect { [it.name(), it.command().words()*.text()] } == [
        ['h', ['x', 'h:80', '80']], ['m', ['c', 'v']], ['n', ['2', '2', '2']]]
  }

  def 'a builder of the script\'s own gets every name'() {
    expect:
    units('''
      class Tree { def seen = []; def methodMissing(String name, args) { seen << name; if (args && args[-1] instanceof Closure) { args[-1].delegate = this; args[-1].resolveStrategy = Closure.DELEGATE_FIRST; args[-1]() }; this } }
      def tree = new Tree()
      tree.root { branch { leaf 3 }; twig() }
      process('x') { command 'x', tree.seen.join() }
    ''')[0].command().words()*.text() == ['x', 'rootbranchleaftwig']
  }

  def 'a variable that changes is read when the block runs'() {
    expect:
    units('''
      def n = 0
      2.times { n++; process("p$n") { n += 10; command 'x', n } }
      def later
      process('q') { later = 5; command 'x' }
      process('r') { command 'x', later }
    ''')*.command()*.words()*.last()*.text() == ['11', '22', 'x', '5']
  }

  def 'loops and closures inside a block are plain Groovy'() {
    when:
    def unit = process('''
      def all = [A: 1, B: 2]
      all.each { k, v -> env((k): v) }
      for (x in ['c', 'd']) { env((x.toUpperCase()): x) }
      if (all.size() > 1) nice 1 else nice 2
      switch (all.A) { case 1: umask '022'; break; default: umask '077' }
      try { priority 3 } finally { labels a: 1 }
      all.collect { it.key }.join(',').with { labels keys: it }
    ''')

    then:
    unit.env()*.name() == ['A', 'B', 'C', 'D']
    unit.identity().nice().asInt == 1
    unit.identity().umask().asInt == 18
    unit.policy().priority() == 3
    unit.policy().labels() == [a: '1', keys: 'A,B']
  }

  def 'a block may be left early'() {
    expect:
    process("command 'x'\nif (true) return\nnice 5").identity().nice().empty
  }

  def 'a value word may stand anywhere in an expression'() {
    expect:
    units('''
      def p = freePort('a')
      def f() { port('a') + 1 }
      process('x') { command 'x', port('a') + 1, "${port('a')}", f(), [port('a')].max() }
    ''')[0].command().words()*.text() == ['x', '20002', '20001', '20002', '20001']
  }

  def 'a single-valued word may be assigned'() {
    when:
    def unit = process("dir = 'w'\nnice = 3\nrestart = always\ndelay = 1.second")

    then:
    unit.identity().nice().asInt == 3
    unit.policy().restart().name() == 'ALWAYS'
  }

  def 'what is assigned without being declared, inside a block, is a mistake'() {
    expect:
    mistakes("process('a') {\ncommand 'x'\n$line\n}").size() == 1

    where:
    line << ["dri = '/tmp'", 'foo = 3', 'x += 1', 'y++']
  }

  def 'a single-valued word stands once in a block'() {
    expect:
    wrong("dir 'a'\ndir 'b'")[0].contains("'dir' is given twice in this block, first at app.groovy:3")
    mistakes("def h() { nice 1 }\nprocess('a') {\ncommand 'x'\nnice 2\nh()\n}")[0]
        .contains("'nice' is given twice in this block, first at app.groovy:4")
  }

  def 'a word that takes nothing else still needs its brackets'() {
    expect:
    mistakes("process('a') { command 'x'; $word }").size() == 1

    where:
    word << ['oneShot', 'cleanEnv', 'significant']
  }

  def 'println, string methods and the GDK work everywhere'() {
    expect:
    units('''
      println 'loading'
      [1, 2].each { println it }
      process('a') { println 'in a block'; command 'x', ['a', 'b'].any { it == 'a' }, 'x'.padLeft(3), sprintf('%d', 3) }
    ''')[0].command().words()*.text() == ['x', 'true', '  x', '3']
  }

  def 'classes, enums, generics and java.time in a script are plain Groovy'() {
    expect:
    units('''
      import java.util.concurrent.TimeUnit
      import static java.lang.Math.max
      enum Kind { A, B }
      class Service { String name; int port; String url() { "http://x:$port" } }
      interface Named { String name() }
      def s = new Service(name: 's', port: 80)
      Kind.values().each { k -> process("p$k") { command 'x', s.url(), Duration.ofSeconds(1).toMillis(), max(1, 2), TimeUnit.SECONDS; delay Duration.ofMillis(5) } }
    '''.stripIndent())*.name() == ['pA', 'pB']
  }

  def 'a first line for the kernel is allowed'() {
    expect:
    units("#!/usr/bin/env supervise\nprocess('a') { command 'x' }")[0].origin().line() == 2
  }

  def 'names of units'() {
    expect:
    units("process('a.B_c-9') { command 'x' }")*.name() == ['a.B_c-9']
    mistakes("process('$name') { command 'x' }")[0].contains(part)

    where:
    name   || part
    'a b'  || "name 'a b': allowed are A-Z a-z 0-9 . _ -"
    ''     || "a unit's name is empty"
    '..'   || "name '..' is a directory's"
    'a/b'  || "name 'a/b': allowed are A-Z a-z 0-9 . _ -"
    'ä'    || "name 'ä': allowed are"
  }

  def 'a name is used once in a supervisor'() {
    expect:
    mistakes("process('a') { command 'x' }\nfunction('a') { run { } }") ==
        ["app.groovy:2: name 'a' is used twice in one supervisor; first at app.groovy:1"]
    units("process('a') { command 'x' }\nsupervisor('s') { process('a') { command 'x' } }").size() == 2
    mistakes("process('web') { command 'x'; instances 2 }\nprocess('web-2') { command 'x' }") ==
        ["app.groovy:2: process 'web-2': its name is that of an instance of 'web' (app.groovy:1)"]
  }
}

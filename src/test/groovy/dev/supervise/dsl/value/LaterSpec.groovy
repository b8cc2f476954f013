package dev.supervise.dsl.value

import dev.supervise.dsl.Scripted
import dev.supervise.spec.InvalidSpec
import java.time.Duration

/// Code that runs after the load.
class LaterSpec extends Scripted {

  def 'a closure value and ${-> } are evaluated at each start, everything else once'() {
    given:
    def env = process('''
      def n = 0
      def at = { n++ }
      at()
      env A: { "a${++n}" }, B: "b${-> ++n}", C: "c${n}", D: "x${n}y${-> n}"
      dir { "/tmp/d${n}" }
      ''').env().collectEntries { [it.name(), it.value()] }

    expect:
    text(env.A) == 'a2'
    text(env.B) == 'b3'
    text(env.A) == 'a4'
    text(env.C) == 'c1'
    text(env.D) == 'x1y4'
    env.B.shown() == 'b${…}'
    env.A.shown() == '{ … }'
  }

  def 'a throw or a null in a value is the start\'s failure, not the load\'s'() {
    given:
    def env = process('env A: { throw new IOException("no") }, B: { null }').env()

    when:
    text(env[0].value())

    then:
    def e = thrown(IOException)
    e.message == 'no'

    when:
    text(env[1].value())

    then:
    e = thrown(IllegalStateException)
    e.message == 'env B: the closure returned null'
  }

  def 'words are refused in code that runs later'() {
    given:
    def f = unit("def all = [{ nice 3 }]\nfunction('f') { run { all[0]() } }").body()

    when:
    f.run(new Recorded())

    then:
    def e = thrown(IllegalStateException)
    e.message == "'nice' is a word of the script; code that runs later has none"
  }

  def 'the walk finds words in code that runs later before anything runs'() {
    expect:
    mistakes("function('f') { run { ctx ->\ncommand 'x'\n} }")[0]
        .startsWith("app.groovy:2: function 'f': word 'command' does not belong in code that runs later")
  }

  def 'code that runs later reaches the script\'s methods, variables and closures'() {
    given:
    def context = new Recorded()
    def f = unit('''
      import groovy.transform.Field
      @Field int field = 1
      def twice(n) { n * 2 }
      def local = 4
      def change = 0
      loose = 5
      helper = { it + 1 }
      def own = { it + 2 }
      function('f') { run { ctx ->
        change++
        ctx.log "${twice(field)} $local $loose ${helper(1)} ${own(1)} $change"
      } }
    ''').body()

    when:
    f.run(context)
    f.run(context)

    then:
    context.lines == ['2 4 5 2 3 1', '2 4 5 2 3 2']
  }

  def 'many threads may run one function at once'() {
    given:
    def f = unit('def add(a, b) { a + b }\nfunction("f") { run { ctx -> def sum = 0; 100.times { sum = add(sum, it) }; sum } }').body()

    expect:
    (1..8).collect { java.util.concurrent.CompletableFuture.supplyAsync { (1..50).collect { f.run(new Recorded()) } } }
        *.join().flatten().unique() == [4950]
  }

  def 'a loop that never waits ends by an interrupt'() {
    given:
    def f = unit("def spin() { while (true) { } }\nfunction('f') { run { $body } }").body()
    Throwable ended = null
    def thread = Thread.start { try { f.run(new Recorded()) } catch (Throwable e) { ended = e } }

    when:
    Thread.sleep(100)
    thread.interrupt()
    thread.join(5000)

    then:
    !thread.alive
    ended instanceof InterruptedException

    where:
    body << ['while (true) { }', 'for (;;) { }', 'def n = 0; do { n++ } while (true)', 'for (x in [1].stream().iterator() as Iterable) { while (1) {} }',
             'spin()', 'def c; c = { c() }.trampoline(); while (true) c', 'def r(n) { }; while (true) { [1].each { } }'.replace('def r(n) { }; ', ''),
             'Long.MAX_VALUE.times { }'.replace('Long.MAX_VALUE', '2_000_000_000'), '(0..2_000_000_000).each { }']
  }

  def 'a function that has seen that it is cancelled may clean up'() {
    given:
    def context = new Recorded() {
      int asked

      boolean cancelled() {
        if (++asked == 3) {
          Thread.currentThread().interrupt()
        }
        asked >= 3
      }
    }
    def f = unit('''
      function('f') { run { ctx ->
        while (!ctx.cancelled) { }
        [1, 2].each { ctx.log it }
      } }''').body()

    when:
    f.run(context)

    then:
    context.lines == ['1', '2']
    !Thread.interrupted()
  }

  def 'an interrupt that ends a loop is taken back, so that finally may loop'() {
    given:
    def context = new Recorded()
    def f = unit('''
      function('f') { run { ctx ->
        try { Thread.currentThread().interrupt(); while (true) { } }
        finally { [1, 2].each { ctx.log it } }
      } }''').body()

    when:
    f.run(context)

    then:
    thrown(InterruptedException)
    context.lines == ['1', '2']
  }

  def 'the context of a function'() {
    given:
    def context = new Recorded(before: OptionalInt.of(3), kept: [n: 1])

    when:
    unit("function('f') { run { ctx ->\n$code\n} }").body().run(context)

    then:
    context.lines == lines.collect { it.toString() }

    where:
    code                                                                  || lines
    'ctx.log.info "a"; ctx.log.warn "b"; ctx.log.error "c"; ctx.log.debug 1' || ['a', 'warn: b', 'error: c', 'debug: 1']
    'ctx.log "x${1 + 1}"'                                                 || ['x2']
    'ctx.log "$ctx.name $ctx.resumeId $ctx.prevExit $ctx.attempt $ctx.cancelled"' || ['backend/ticker id-1 3 3 false']
    'ctx.log ctx.saved.n; ctx.save(n: 2, m: 3); ctx.log ctx.saved'        || ['1', '[n:2, m:3]']
    'it = ctx; ctx.log 3'.replace('it = ctx; ', '')                       || ['3']
  }

  def 'sleep takes a duration, milliseconds, or a text'() {
    given:
    def context = new Recorded()

    when:
    unit("function('f') { run { ctx -> ctx.sleep 1.second; ctx.sleep 250; ctx.sleep '5s'; ctx.sleep 1.5; def n = 2; ctx.sleep n.minutes } }").body().run(context)

    then:
    context.slept*.toMillis() == [1000, 250, 5000, 1, 120_000]
  }

  def 'the previous exit is absent on the first run'() {
    expect:
    unit("function('f') { run { ctx -> ctx.prevExit == null } }").body().run(new Recorded()) == true
  }

  def 'a body without parameter is given its context as it'() {
    expect:
    unit("function('f') { run { it.name } }").body().run(new Recorded()) == 'backend/ticker'
    unit("function('f') { run { -> 3 } }").body().run(new Recorded()) == 3
  }
}

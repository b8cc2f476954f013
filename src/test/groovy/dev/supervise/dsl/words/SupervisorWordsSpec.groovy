package dev.supervise.dsl.words

import dev.supervise.dsl.Scripted
import dev.supervise.spec.AutoShutdown
import dev.supervise.spec.Grace
import dev.supervise.spec.Intensity
import dev.supervise.spec.Members
import dev.supervise.spec.Strategy
import java.time.Duration

/// The words of supervisors, pools and the top level.
class SupervisorWordsSpec extends Scripted {

  def 'the top level is the root supervisor, with an unlimited intensity'() {
    when:
    def root = load('').root()

    then:
    root.name() == ''
    root.strategy() == Strategy.ONE_FOR_ONE
    root.intensity() == new Intensity.Unlimited()
    root.autoShutdown() == AutoShutdown.NEVER
    root.stopWithin() == new Grace.Unlimited()
    root.members() == new Members.Listed([])
  }

  def 'the top level takes the words of a supervisor'() {
    when:
    def root = load('strategy restForOne\nintensity 5, within: 30.seconds\nautoShutdown any\nstopWithin 15.seconds').root()

    then:
    root.strategy() == Strategy.REST_FOR_ONE
    root.intensity() == new Intensity.Within(5, Duration.ofSeconds(30))
    root.autoShutdown() == AutoShutdown.ANY
    root.stopWithin() == new Grace.Limited(Duration.ofSeconds(15))
  }

  def 'a declared supervisor has its own default intensity'() {
    when:
    def s = unit("supervisor('s') { process('a') { command 'x' } }")

    then:
    s.intensity() == Intensity.DEFAULT
    s.members().units()*.name() == ['a']
    s.kind() == 'supervisor'
  }

  def 'intensity in its forms'() {
    expect:
    unit("supervisor('s') { intensity $words }").intensity() == intensity

    where:
    words                       || intensity
    '3, within: 10.seconds'     || new Intensity.Within(3, Duration.ofSeconds(10))
    '3'                         || new Intensity.Within(3, Duration.ofSeconds(30))
    'unlimited'                 || new Intensity.Unlimited()
    "0, within: '1m'"           || new Intensity.Within(0, Duration.ofMinutes(1))
  }

  def 'what a supervisor refuses'() {
    expect:
    mistakes("supervisor('s') { $words }")[0] - "app.groovy:1: supervisor 's': " - ~/ \(it belongs.*/ == message

    where:
    words                            || message
    'intensity(-1)'                  || 'intensity -1 is not between 0 and 1000000'
    'intensity 3, within: 0.seconds' || 'intensity within must be longer than zero'
    'stopWithin 0.seconds'           || 'stopWithin must be longer than zero'
    "strategy 'oneForNone'"          || "strategy takes one of oneForOne oneForAll restForOne; not 'oneForNone' (did you mean 'oneForOne'?)"
    'stop SIGTERM'                   || "word 'stop' does not belong in supervisor"
  }

  def 'supervisors nest, and are units with a life of their own'() {
    when:
    def outer = unit('''
      supervisor('outer') {
        restart always; delay 1.second; after 'db'; labels a: 1
        supervisor('inner') { stopWithin unlimited; function('f') { run { } } }
        process('db') { command 'x' }
      }'''.replace("after 'db'; ", ''))

    then:
    outer.policy().restart().name() == 'ALWAYS'
    outer.policy().labels() == [a: '1']
    outer.members().units()*.name() == ['inner', 'db']
    outer.members().units()[0].stopWithin() == new Grace.Unlimited()
  }

  def 'a pool has a template and a size'() {
    when:
    def pool = unit("pool('workers') {\ntemplate { process { command 'w'; nice 3 } }\nsize 3\nintensity 100, within: 1.second\nstopWithin 5.seconds\nrestart always }")

    then:
    pool.kind() == 'pool'
    pool.members().size() == 3
    pool.members().template().identity().nice().asInt == 3
    pool.intensity() == new Intensity.Within(100, Duration.ofSeconds(1))
    pool.stopWithin() == new Grace.Limited(Duration.ofSeconds(5))
    pool.policy().restart().name() == 'ALWAYS'
    unit("pool('w') { template { function { run { } } } }").members().size() == 0
  }

  def 'what a pool refuses'() {
    expect:
    mistakes("pool('w') { $words }")[0].replaceFirst(/^app.groovy:1: (pool 'w': )?/, '') - ~/ \(it belongs.*/ == message

    where:
    words                                                        || message
    'size 3'                                                     || 'a pool needs template { process { … } } or template { function { … } }'
    'template { }'                                               || 'a template needs process { … } or function { … }'
    "template { process { command 'x' }; process { command 'y' } }" || "'process' is given twice in this block, first at app.groovy:1 (keep one of the two)"
    "size(-1); template { process { command 'x' } }"             || 'size -1 is not between 0 and 10000000'
    "template { process { command 'x'; instances 2 } }"          || "instances has no meaning in a pool: the pool's size says how many"
    "template { process { command 'x'; after 'y' } }"            || 'after belongs to the pool, not to its template'
    "template { process { command 'x'; significant() } }"        || 'significant() has no meaning in a pool'
    "strategy oneForAll; template { process { command 'x' } }"   || "word 'strategy' does not belong in pool"
  }

  def 'functions keep their closure'() {
    when:
    def f = unit("function('ticker') { restart always; run { ctx -> ctx.save(n: 1); ctx.name }; stop within: 3.seconds }")
    def context = new Recorded()

    then:
    f.kind() == 'function'
    f.body().run(context) == 'backend/ticker'
    context.kept == [n: 1]
    f.policy().stop().steps()[0].within() == new Grace.Limited(Duration.ofSeconds(3))
  }

  def 'a function needs a body, and has no signals'() {
    expect:
    mistakes("function('f') { nice 3 }")[0].contains("word 'nice' does not belong in function")
    mistakes("function('f') { }") == ["app.groovy:1: function 'f': a function needs run { ctx -> … }"]
    mistakes("function('f') { run { a, b -> } }")[0].contains('run { … } takes one parameter, the context, not 2')
    mistakes("function('f') { run { }; stop SIGTERM }")[0].contains('stop takes options (within)')
  }

  def 'onStart and onStop are kept in order'() {
    when:
    def app = load('''
      onStart { ctx -> ctx.log.info 'one' }
      onStart { ctx -> ctx.log.info 'two' }
      onStop { it.log 'bye' }
    ''')
    def context = new Recorded()
    app.onStart().each { it.run(context) }
    app.onStop().each { it.run(context) }

    then:
    context.lines == ['one', 'two', 'bye']
  }
}

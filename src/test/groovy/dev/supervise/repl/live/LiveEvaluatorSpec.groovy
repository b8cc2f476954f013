package dev.supervise.repl.live

import dev.supervise.run.Request
import dev.supervise.control.protocol.Answer
import dev.supervise.control.protocol.Connection
import dev.supervise.control.protocol.Feed
import dev.supervise.control.protocol.FeedItem
import dev.supervise.control.protocol.Query
import dev.supervise.run.Selector
import dev.supervise.repl.LiveInstance
import java.nio.file.Path
import java.time.Duration
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.TempDir

/** Lines of Groovy against a real tree. */
class LiveEvaluatorSpec extends Specification {
  @TempDir Path dir
  @AutoCleanup LiveInstance instance
  Connection connection

  def setup() {
    instance = LiveInstance.start(dir, '''
        process('db') { command 'sleep', '1000' }
        function('tick') { run { it.sleep 1000.seconds } }
        pool('workers') { template { process { command 'sleep', '1000' } }; size 1 }
      ''')
    connection = instance.connect('repl')
    connection.ask(new Query.Await(Selector.ALL, dev.supervise.run.Until.READY, Optional.of(Duration.ofSeconds(30)))).join()
  }

  /** What a line printed and came to; its failure after '! '. */
  List<String> say(String line, Connection to = connection) {
    def lines = []
    def following = to.follow(new Feed.Typed(line, false, 0, false, false))
    try {
      while (true) {
        def item = following.next(Duration.ofSeconds(30)).orElseThrow()
        switch (item) {
          case FeedItem.Said: lines << item.text(); break
          case FeedItem.End: return item.why() ? lines + ['! ' + item.why()] : lines
        }
      }
    } finally {
      following.close()
    }
  }

  def 'a line looks at the live tree and changes it'() {
    given:
    say('def u = unit("db"); def pid = u.pid')

    expect:
    say('1 + 1') == ['2']
    say('u.state') == ['running']
    say('units*.path') == ['[db, tick, workers, workers/1]']
    say('u.restart(); u.pid != pid') == ['true']
    say('u.stop(); u.state') == ['stopped']
    say('unit("workers").scale(3); units.size()') == ['6']
    say('units.findAll { it.restarts > 5 }') == ['[]']
    say('units.findAll { it.kind == "process" }*.restart(); null') == []
    say('u')[1].startsWith('db    running')
    say('unit("nobody")') == ["! no unit 'nobody'"]
  }

  def 'a unit that is declared is started at once, in the typist\'s name, is shown as drift, and can be written down'() {
    when:
    def said = say("def pause = '1000'\n") + say("process('probe') { command 'sleep', pause; after 'db' }")

    then:
    said == ['1000']
    say('unit("probe").state') == ['running']
    say('unit("probe").live') == ['true']
    say("process('probe') { command 'true' }")[0].startsWith('! ')
    say("process('late') { command 'true'; after 'nobody' }")[0].contains('nobody')
    ((Answer.Texts) connection.ask(new Query.Dump()).join()).texts() ==
        ["def pause = '1000'", "process('probe') { command 'sleep', pause; after 'db' }"]

    when:
    say('unit("probe").remove(); unit("workers").scale(3); unit("db").stop()')

    then:
    ((Answer.Texts) connection.ask(new Query.Dump()).join()).texts() ==
        ["// 'db' was stopped", "// pool 'workers': size 3, where the script says 1"]
  }

  List<String> dump() { ((Answer.Texts) connection.ask(new Query.Dump()).join()).texts() }

  static final PASTED = 'process("late") { command "sleep", "1000"; after "db" }'

  def 'what was declared live can be written down whatever state it is in: #line'() {
    given:
    say('unit("db").stop()')

    when:
    def said = say(line)

    then: 'and what is not up is not taken for refused'
    said.every { it.startsWith('! ') ? it.startsWith('! declared, but not up: ') : true }
    dump() - "// 'db' was stopped" == [line]

    where:
    line << [
        PASTED,
        'process("bad") { command "no-such-program" }',
        'process("bad") { command "false"; restart never }',
        'process("done") { command "true"; oneShot() }',
        'process("many") { command "sleep", "1000"; instances 2 }',
        'process("off") { command "sleep", "1000"; autostart false }',
        'pool("more") { template { process { command "sleep", "1000" } }; size 2 }',
        'process("bad") { command "no-such-program" }; process("good") { command "sleep", "1000" }',
    ]
  }

  def 'a line that nobody waits for any longer has declared all it says'() {
    given:
    say('unit("db").stop()')
    def line = PASTED + '; process("second") { command "sleep", "1000"; after "late" }'

    when: 'it is interrupted while it waits'
    def following = connection.follow(new Feed.Typed(line, false, 0, false, false))
    new spock.util.concurrent.PollingConditions(timeout: 30).eventually {
      assert say('units*.name.contains("second")') == ['true']
    }
    following.close()

    then:
    dump() - "// 'db' was stopped" == [line]
  }

  def 'a line that was refused is not the text of what is there, nor is what has gone left unsaid'() {
    given:
    say('process("a") { command "sleep", "1000" }; process("b") { command "sleep", "1000" }')
    say('process("a") { command "sleep", "5" }')
    say('unit("b").remove()')
    say('process("c") { command "sleep", "1000"; instances 2 }')
    connection.ask(new Query.Order(new Request.Scale('c', 3))).join()

    expect:
    dump() == [
        "// 'b' of the next line is not in the tree",
        'process("a") { command "sleep", "1000" }; process("b") { command "sleep", "1000" }',
        'process("c") { command "sleep", "1000"; instances 2 }',
        "// 'c': instances 3, where the script says 2"]
  }

  def 'of what a line uses, the definition that it saw is written down, no other'() {
    given:
    def other = instance.connect('attach')
    say('def pause = "1"')
    say('def pause = "1000"')
    say('def pause = "2000"', other)
    say('process("a") { command "sleep", pause }')

    expect:
    dump() == ['def pause = "1000"', 'process("a") { command "sleep", pause }']

    cleanup:
    other.close()
  }

  def 'a handle means the unit it was made for, and says so when that has gone'() {
    given:
    say("process('probe') { command 'sleep', '1000' }")
    say('def h = unit("probe")')
    say('h.remove()')

    expect:
    say('h.state')[0].startsWith("! this handle of 'probe' is stale")

    when:
    say("process('probe') { command 'sleep', '1000' }")

    then:
    say('h.restart()')[0].contains("write unit('probe') again")
    say('unit("probe").state') == ['running']
  }

  def 'two who type have their own variables and the same tree'() {
    given:
    def other = instance.connect('attach')
    say('def x = 1')

    expect:
    say('x') == ['1']
    say('x', other) == ["! unknown name 'x'"]
    say('process("mine") { command "sleep 1000" }', other) == []
    say('unit("mine").state') == ['running']

    cleanup:
    other.close()
  }

  def 'closing what is followed ends the line, and the next one runs'() {
    when:
    def following = connection.follow(new Feed.Typed('println "begun"; while (true) { }', false, 0, false, false))

    then:
    following.next(Duration.ofSeconds(30)).orElseThrow() == new FeedItem.Said('begun')

    when:
    following.close()

    then:
    say('2') == ['2']
    def sleeping = connection.follow(new Feed.Typed('println "begun"; sleep 100_000', false, 0, false, false))
    sleeping.next(Duration.ofSeconds(30)).present
    sleeping.close()
    say('3') == ['3']
  }

  def 'what goes wrong is one sentence: #line'() {
    expect:
    say(line) == [said]

    where:
    line                                   | said
    "process('x') { comand 'y' }"          | "! process 'x': unknown word 'comand' (did you mean 'command'?)"
    '1 / 0'                                | '! this fails: division by zero'
    'nobody'                               | "! unknown name 'nobody'"
    'unit("db").signal("NOSUCH")'          | "! 'NOSUCH' is no signal"
    'throw new Exception("boom")'          | '! this fails: boom'
  }
}

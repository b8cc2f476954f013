package dev.supervise.verb

import dev.supervise.control.protocol.Outstanding
import spock.lang.Specification

class WaitingLineSpec extends Specification {
  static final long SECOND = 1_000_000_000
  def bytes = new ByteArrayOutputStream()
  def now = 0L
  def line = new WaitingLine(new PrintStream(bytes, true), false, 0, { now })

  List<String> getTold() { bytes.toString().readLines()*.minus('supervise: waiting: ') }

  static Outstanding.Failure failure(int code, String unit = 'api') { new Outstanding.Failure(unit, code, 0, '', 0) }

  static Awaited failing(int code, int millis) {
    new Awaited("'api' is backing-off: exit $code after $millis ms", [failure(code)] as Set)
  }

  def 'one kind of failure is told once, and then ever less often, however its words differ'() {
    when: 'a unit fails and is started again for an hour'
    (0..7200).each { half ->
      now = half * SECOND.intdiv(2)
      line.show(half % 2 ? failing(3, half % 3) : Awaited.of("'api' is running"))
    }
    then:
    told.size() < 25
    told.take(2) == ["'api' is running", "'api' is backing-off: exit 3 after 2 ms"]
  }

  def 'another kind of failure is told within two seconds, however long it has lasted'() {
    given:
    (0..600).each { second ->
      now = second * SECOND
      line.show(failing(3, second))
    }
    def before = told.size()
    when:
    now += SECOND
    line.show(failing(4, 1))
    then:
    told.size() == before + 1
    told.last() == "'api' is backing-off: exit 4 after 1 ms"
    when: 'and is known from then on'
    now += 2 * SECOND
    line.show(failing(4, 2))
    then:
    told.size() == before + 1
  }

  def 'what stays the same is told once'() {
    when:
    (0..100).each { second ->
      now = second * SECOND
      line.show(Awaited.of("'api' waits for db"))
    }
    then:
    told == ["'api' waits for db"]
  }
}

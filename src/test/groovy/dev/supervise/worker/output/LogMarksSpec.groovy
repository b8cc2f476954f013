package dev.supervise.worker.output

import spock.lang.Specification

class LogMarksSpec extends Specification {
  static final long SECOND = 1_000_000_000

  def 'never says fewer bytes than were written since, and few more, however long ago'() {
    given: '100 bytes every 100 ms for 10,000 s, with a silence in the middle'
    def marks = new LogMarks()
    def moments = (0..<100_000).collect { it * SECOND.intdiv(10) + (it >= 50_000 ? 1000 * SECOND : 0) }
    moments.each { marks.wrote(it, 100) }
    def now = moments.last()

    expect:
    [1, 5, 60, 600, 3600, 5500, 9000, 10_900].each { age ->
      def moment = now - age * SECOND
      def truth = moments.count { it >= moment } * 100
      def said = marks.since(moment)
      assert said >= truth
      // Within a second of what is young, within a fifth of what is old.
      assert said <= truth * 1.2 + 1100
    }
    marks.since(now + 1) == 0
  }
}

package dev.supervise.dsl.mistake

import dev.supervise.spec.Origin
import spock.lang.Specification

class MistakeReportSpec extends Specification {

  static Mistake mistake(Map given = [:], int line, String message) {
    new Mistake(new Origin(given.file ?: 'a.groovy', line), given.column ?: 0, given.unit ?: '', '', message, given.hint ?: '')
  }

  def 'mistakes are sorted by file, line and column'() {
    expect:
    MistakeReport.of(
        [mistake(9, 'p'), mistake(2, 'q', column: 7), mistake(2, 'r', column: 3)],
        [mistake(file: 'b.groovy', 1, 's'), mistake(4, 't')])*.message() == ['r', 'q', 't', 'p', 's']
  }

  def 'what both found is one mistake, under the unit that the run knows'() {
    when:
    def report = MistakeReport.of(
        [mistake(3, 'm', unit: "process 'w-\$it'", column: 5, hint: 'h')],
        [mistake(3, 'm', unit: "process 'w-0'"), mistake(3, 'm', unit: "process 'w-1'")])

    then:
    report*.toString() == ["a.groovy:3: process 'w-0': m (h) and 1 more"]
    report.first().column() == 5
  }

  def 'what the run says besides about a line the walk has named is a consequence, and left out'() {
    expect:
    MistakeReport.of([mistake(3, 'm')], [mistake(3, 'other'), mistake(0, 'nowhere'), mistake(4, 'mine')])*.message() ==
        ['m', 'mine']
  }

  def 'without the walk nothing of the run is left out'() {
    expect:
    MistakeReport.of([], [mistake(3, 'm'), mistake(3, 'other'), mistake(0, 'nowhere')])*.message() ==
        ['nowhere', 'm', 'other']
  }

  def 'equal mistakes are folded and counted with thousands apart'() {
    expect:
    MistakeReport.of([], (1..10_000).collect { mistake(3, 'm', unit: "u$it") })*.toString() ==
        ['a.groovy:3: u1: m and 9,999 more']
  }
}

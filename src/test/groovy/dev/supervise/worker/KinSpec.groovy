package dev.supervise.worker

import spock.lang.Specification

class KinSpec extends Specification {
  def 'a process is read right whatever it calls itself'() {
    when:
    def stat = Kin.Stat.parse(42, "42 ($name) S 7 42 41 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 987654 0 0")

    then:
    [stat.command(), stat.state(), stat.parent(), stat.session(), stat.startTicks()] == [name, 'S' as char, 7, 41, 987654L]

    where:
    name << ['sleep', 'a) Z 1 2', 'x (y)', '']
  }
}

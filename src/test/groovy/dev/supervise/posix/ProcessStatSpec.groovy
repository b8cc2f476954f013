package dev.supervise.posix

import spock.lang.Requires
import spock.lang.Specification

class ProcessStatSpec extends Specification {
  def 'a process is read right whatever it calls itself'() {
    when:
    def stat = ProcessStat.parse(42, "42 ($name) S 7 40 41 0 -1 4194560 1 0 0 0 11 13 0 0 20 0 3 0 987654 5000 77 18446744073709551615")

    then:
    [stat.command(), stat.state(), stat.parent(), stat.group(), stat.session()] == [shown, 'S' as char, 7, 40, 41]
    [stat.threads(), stat.cpuTicks(), stat.startTicks(), stat.residentPages()] == [3, 24L, 987654L, 77L]

    where:
    name << ['sleep', 'a) Z 1 2', 'x (y)', '', '  ']
    shown = name.isBlank() ? '?' : name
  }

  def 'a process whose first thread has ended lives while others of its threads do'() {
    expect:
    ProcessStat.parse(42, "42 (x) $state 7 40 41 0 -1 4 1 0 0 0 11 13 0 0 20 0 $threads 0 987654 5000 77").alive() == alive

    where:
    state | threads || alive
    'S'   | 1       || true
    'D'   | 1       || true
    'Z'   | 1       || false
    'Z'   | 2       || true
    'X'   | 1       || false
  }

  @Requires({ os.linux })
  def 'this process is among all there are, as its own parent knows it'() {
    given:
    int self = ProcessHandle.current().pid()

    when:
    def all = ProcessStat.all()

    then:
    all[self].is(ProcessIdentity.of(self).get())
    all[self].parent() == ProcessHandle.current().parent().get().pid()
    all[self].user() == Processes.effectiveUser()
    ProcessStat.of(all.keySet().max() + 100000).empty
  }
}

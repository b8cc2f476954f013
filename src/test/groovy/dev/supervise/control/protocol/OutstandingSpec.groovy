package dev.supervise.control.protocol

import dev.supervise.run.Status
import dev.supervise.run.UnitSnapshot
import dev.supervise.run.Until
import java.time.Duration
import spock.lang.Specification

class OutstandingSpec extends Specification {
  static UnitSnapshot unit(String path, Status status, String detail = '', UnitSnapshot.Ended end = null) {
    new UnitSnapshot(path, 'process', 1, 0, status, status == Status.RUNNING, false, 0, 0, Optional.ofNullable(end), 0,
        Duration.ZERO, detail, [:], [], 'up')
  }

  static List<Outstanding.Unit> open(UnitSnapshot... units) { Outstanding.of(units.toList(), Until.READY, false) }

  def 'a kind of failure is what a run ended with, in whatever words and after however long'() {
    expect:
    Outstanding.failures(open(unit('a', Status.BACKING_OFF, 'exit 3 after 2 ms', new UnitSnapshot.Ended(3, 0, 'exit 3')))) ==
      Outstanding.failures(open(unit('a', Status.FAILED, 'exit 3 after 1 ms', new UnitSnapshot.Ended(3, 0, 'it was 3'))))
    Outstanding.failures(open(unit('a', Status.BACKING_OFF, 'x', new UnitSnapshot.Ended(first[0], first[1], 'x', first[2], first[3])))) !=
      Outstanding.failures(open(unit('a', Status.BACKING_OFF, 'x', new UnitSnapshot.Ended(second[0], second[1], 'x', second[2], second[3]))))
    where:
    first             | second
    [3, 0, '', 0]     | [4, 0, '', 0]
    [137, 0, '', 0]   | [137, 9, '', 0]
    [1, 0, 'dir', 2]  | [1, 0, 'lookup', 2]
    [1, 0, 'dir', 2]  | [1, 0, 'dir', 13]
  }

  def 'a unit that runs again has not failed'() {
    expect:
    Outstanding.failures(open(unit('a', Status.STARTING, '', new UnitSnapshot.Ended(3, 0, 'exit 3')))) == [] as Set
  }

  def 'what has failed is told before those that wait for it, and only what is told counts'() {
    given:
    def waiting = ('b'..'e').collect { unit(it, Status.WAITING, 'for z') }
    def failed = unit('z', Status.BACKING_OFF, 'exit 3', new UnitSnapshot.Ended(3, 0, 'exit 3'))
    def open = open(*waiting, failed)
    expect:
    Outstanding.text(open) == "'z' is backing-off: exit 3; 'b' waits for z; 'c' waits for z and 2 more"
    Outstanding.failures(open) == [new Outstanding.Failure('z', 3, 0, '', 0)] as Set
  }
}

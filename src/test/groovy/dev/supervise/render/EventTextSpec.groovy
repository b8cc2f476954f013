package dev.supervise.render

import dev.supervise.control.protocol.Event
import dev.supervise.control.protocol.Explanation
import java.time.ZoneId
import spock.lang.Specification

class EventTextSpec extends Specification {
  static event(long id, String status, String what) {
    new Event(id, 1000 * id, 'state', 'backend/api', '', status, what, '',
        [new Event.Reason(1000 * id, 'backend', 'restartsItsUnits ' * 10)], ['x' * 200], [], 1, 1000 * id)
  }

  def 'what is cut to the width of a terminal ends at its edge, indentation included: #columns'() {
    given:
    def unit = new Explanation('backend/api', Optional.empty(),
        [event(1, 'running', 'y' * 200), event(2, 'stopped', 'z' * 200), event(3, 'running', '')], [])

    when:
    def lines = EventText.why(unit, Optional.empty(), new TimeText(ZoneId.of('UTC'), 5000), new OutputFormat(columns, false, true))

    then: 'as wide as there is room, and no wider'
    lines.findAll { it.endsWith('…') }*.size().toSet() == [columns].toSet()
    lines.findAll { it.endsWith('…') }.size() == 3

    where:
    columns << [60, 80, 133]
  }
}

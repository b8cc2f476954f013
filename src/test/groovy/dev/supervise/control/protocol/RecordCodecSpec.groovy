package dev.supervise.control.protocol

import static dev.supervise.Tried.function

import dev.supervise.run.Status
import dev.supervise.run.UnitSnapshot
import dev.supervise.spec.Exit
import dev.supervise.text.Json
import dev.supervise.text.Secrets
import dev.supervise.worker.OutputTail
import java.time.Duration
import spock.lang.Specification

class RecordCodecSpec extends Specification {
  static UnitSnapshot seen(String path, List<UnitSnapshot> children = []) {
    def exit = Optional.of(new Exit.Code(3))
    new UnitSnapshot(path, 'function', 1, 2, Status.FAILED, false, false, 0, 0, exit.map { new UnitSnapshot.Ended(3, 0, 'hush: 3') }, 0,
        Duration.ofMillis(1500), 'for hush', [key: 'hush'], children, 'up',
        new UnitSnapshot.Inside(function(path ?: 'root') { }, 0, OutputTail.NONE, exit))
  }

  static UnitSnapshot over(UnitSnapshot unit) {
    RecordCodec.read(UnitSnapshot, Json.read(Json.write(RecordCodec.plain(unit, false))))
  }

  def 'a unit crosses without what is inside, all below it too'() {
    given:
    def secrets = new Secrets()
    secrets.add('hush')
    def masked = seen('', [seen('a')]).masked(secrets)
    expect:
    over(seen('', [seen('a')])).children()[0].inside() == null
    over(masked) == masked
    RecordCodec.plain(seen('', [seen('a')]), true).keySet() as List ==
      ['path', 'kind', 'serial', 'run', 'status', 'ready', 'live', 'pid', 'startTicks', 'exit', 'restarts', 'inState', 'detail', 'labels',
       'children', 'goal']
    and: 'no secret stands in its texts'
    !RecordCodec.plain(masked, true).toString().contains('hush')
    masked.children()[0].exit().get().phrase() == '***: 3'
    when:
    masked.known()
    then:
    thrown(IllegalStateException)
  }
}

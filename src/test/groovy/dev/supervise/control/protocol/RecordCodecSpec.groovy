package dev.supervise.control.protocol

import static dev.supervise.Tried.function

import dev.supervise.run.Request
import dev.supervise.run.Selector
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

  def 'an order crosses under its own name: #text'() {
    expect:
    Json.write(RecordCodec.plain(new Query.Order(order), false)) == text
    RecordCodec.read(Query, Json.read(text)) == new Query.Order(order)
    where:
    order                                                     | text
    new Request.Start(new Selector(['api'], [tier: 'web']))   | '{"is":"Start","which":{"names":["api"],"labels":{"tier":"web"}}}'
    new Request.Signal(Selector.of('api'), 15, true)          | '{"is":"Signal","which":{"names":["api"]},"signal":15,"group":true}'
    new Request.Add('workers', 2)                             | '{"is":"Add","pool":"workers","count":2}'
    new Request.Down(true)                                    | '{"is":"Down","kill":true}'
  }

  def 'what is no order does not come from outside: #name'() {
    when:
    RecordCodec.read(Query, [is: name])
    then:
    def wrong = thrown(RecordCodec.NotUnderstood)
    wrong.message == "unknown query '$name'"
    where:
    name << ['Declare', 'Order', 'Request', 'Begin', 'No']
  }
}

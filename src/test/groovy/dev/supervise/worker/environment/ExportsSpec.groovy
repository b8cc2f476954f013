package dev.supervise.worker.environment

import dev.supervise.spec.Value
import java.util.concurrent.ExecutionException
import spock.lang.Specification

class ExportsSpec extends Specification {
  static late(Closure value) { new Value.Late(value, '{ … }') }

  def 'ports and exports are told together, late values as they are now'() {
    given:
    int n = 0
    def exports = [URL: Value.of('http://x'), N: late { "n${++n}" }]
    expect:
    Exports.of(['my-api': 8080], exports).get() == [SUPERVISE_PORT_MY_API: '8080', URL: 'http://x', N: 'n1']
    Exports.of([:], exports).get().N == 'n2'
  }

  def 'a value that does not come is named, with the reason: #why'() {
    when:
    Exports.of([:], [URL: late(value)]).get()
    then:
    def e = thrown(ExecutionException)
    e.cause.message =~ why
    where:
    value                                          || why
    ({ throw new IllegalStateException('no db') }) || /exports URL: its value threw .*no db/
    ({ null })                                     || /exports URL: its value is null/
  }
}

package dev.supervise.worker

import dev.supervise.worker.environment.ChildEnvironment
import spock.lang.Specification

/** What bin/supervise hands over of the environment it was started with. */
class CallersEnvironmentSpec extends Specification {

  private static List<byte[]> own(String... entries) {
    entries.collect { it.getBytes('ISO-8859-1') }
  }

  private static List<String> inherited(List<byte[]> own) {
    new ChildEnvironment(own).@inherited.collect { new String(it.bytes(), 'ISO-8859-1') }
  }

  def "the launcher's whole environment replaces the JVM's, byte for byte, but for what is ours alone"() {
    given:
    def caller = ['a.b=1', 'X=\u00e9\u00ff', 'BASH_FUNC_f%%=() { :\n}', 'LC_ALL=', 'NOTIFY_SOCKET=/n',
                  'SUPERVISE_STATE_DIR=/s', 'noequals']
    def environ = caller.collect { it + '\0' }.join().getBytes('ISO-8859-1').encodeBase64().toString()

    expect:
    inherited(own("SUPERVISE_CALLER_ENVIRON=$environ", 'PWD=/', 'SUPERVISE_CALLER_LC_ALL==',
        'LC_ALL=C.UTF-8')).sort() == (caller - ['NOTIFY_SOCKET=/n', 'SUPERVISE_STATE_DIR=/s']).sort()
  }

  def "without it, LC_ALL alone is put back: #told"() {
    expect:
    inherited(own('A=1', 'LC_ALL=C.UTF-8', *told)) == expected

    where:
    told                              | expected
    ['SUPERVISE_CALLER_LC_ALL=']      | ['A=1']
    ['SUPERVISE_CALLER_LC_ALL==']     | ['A=1', 'LC_ALL=']
    ['SUPERVISE_CALLER_LC_ALL==de_DE'] | ['A=1', 'LC_ALL=de_DE']
    []                                | ['A=1', 'LC_ALL=C.UTF-8']
  }
}

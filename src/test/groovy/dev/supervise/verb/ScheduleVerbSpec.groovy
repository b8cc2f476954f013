package dev.supervise.verb

import static dev.supervise.Tried.until

import dev.supervise.render.OutputFormat
import dev.supervise.repl.LiveInstance
import groovy.json.JsonSlurper
import java.nio.file.Path
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/** `schedule …`, against a tree that has some. */
@Timeout(60)
class ScheduleVerbSpec extends Specification {
  @TempDir Path dir
  List<String> printed = []
  List<String> problems = []
  int code

  def out = new Verb.Out() {
    void line(String text) { printed << text }
    void problem(String text) { problems << text }
    void waiting(Awaited awaited) { }
    OutputFormat canvas() { OutputFormat.PLAIN }
  }

  List<String> verb(connection, String line) {
    [printed, problems]*.clear()
    def words = line.tokenize(' ')
    code = Verbs.run(Verbs.named(words[0]).get(), connection, words.tail(), out)
    printed.toList()
  }

  def 'schedules are listed, run, suspended and resumed'() {
    given:
    def live = LiveInstance.start(dir, '''
      task('tick') { run { } }
      schedule('nightly') { cron '0 3 * * *', zone: 'UTC'; submit 'tick', secret: secret(value: 'hush') }
      schedule('often') { every 1.hour; overlap queue; missed run; submit 'tick' }
    ''')
    def connection = live.connect('spec')
    until { verb(connection, 'schedule list').size() == 3 }

    expect:
    verb(connection, 'schedule list')[1] =~ /^nightly +cron 0 3 \* \* \* \(UTC\) +tick +\d{4}-\d\d-\d\d/
    verb(connection, 'schedule list -q') == ['nightly', 'often']
    def all = new JsonSlurper().parseText(verb(connection, 'schedule list --json')[0]).schedules
    all[1].subMap('name', 'when', 'type', 'params', 'overlap', 'missed', 'suspended') ==
        [name: 'often', when: 'every 1 h', type: 'tick', params: [:], overlap: 'queue', missed: 'run', suspended: false]
    !all.toString().contains('hush')

    when:
    verb(connection, 'schedule suspend often nightly')

    then:
    printed == ["schedule 'often' is suspended", "schedule 'nightly' is suspended"]
    verb(connection, 'schedule list')[2] =~ /^often .* suspended$/
    verb(connection, 'schedule suspend often') == ["schedule 'often' was suspended already"]
    code == 0

    and: 'by hand it runs all the same'
    verb(connection, 'schedule run often')[0] =~ /^schedule 'often' has submitted task [0-9a-f-]{36}$/
    verb(connection, 'schedule resume often') == ["schedule 'often' is resumed"]

    when:
    verb(connection, 'schedule run oftn')

    then:
    code == 4
    problems == ["there is no schedule 'oftn' (did you mean 'often'?)"]

    when:
    verb(connection, 'schedule rn often')

    then:
    code == 2
    problems[0] == "schedule: no 'rn' (did you mean 'run'?)"

    cleanup:
    connection?.close()
    live?.close()
  }
}

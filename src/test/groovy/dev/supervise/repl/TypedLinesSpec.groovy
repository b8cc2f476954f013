package dev.supervise.repl

import static dev.supervise.Tried.until

import dev.supervise.control.protocol.Connection
import dev.supervise.render.OutputFormat
import dev.supervise.verb.Awaited
import dev.supervise.verb.Verb
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/** What the journal has of lines that somebody typed. */
@Timeout(60)
class TypedLinesSpec extends Specification {
  @TempDir Path dir
  @AutoCleanup LiveInstance instance
  @AutoCleanup Connection connection
  Commands commands
  List<String> printed = []

  def out = new Verb.Out() {
    void line(String text) { printed << text }
    void problem(String text) { printed << text }
    void waiting(Awaited awaited) { }
    OutputFormat canvas() { OutputFormat.PLAIN }
  }

  def setup() {
    instance = LiveInstance.start(dir, '''
        def pass = secret(value: 'correct horse')
        process('db') { command 'sleep', '1000'; env PASS: pass }
      ''')
    connection = instance.connect('ada')
    commands = new Commands(connection, [])
  }

  /** What `events` has of who asked, once it has so many. */
  List<String> asked(int count) {
    def rows = []
    until {
      printed.clear()
      commands.run('events -n 100', out)
      rows = printed.findAll { it.contains('asked by ada: ') && !it.contains('<-') }.collect { it.replaceFirst(/.*?asked by ada: /, '') }
      rows.size() >= count
    }
    rows
  }

  def 'a line that begins with a blank is there as a line of Groovy, or by its verb'() {
    when:
    commands.run(line, out)

    then:
    asked(1) == [kept]

    where:
    line                          || kept
    'def open = "hunter2"'        || 'def open = "hunter2"'
    '= "hunter2".size()'          || '"hunter2".size()'
    ' def hid = "hunter2"'        || 'a line of Groovy'
    '\tdef hid = "hunter2"'       || 'a line of Groovy'
    ' = "hunter2".size()'         || 'a line of Groovy'
    ' def x = [\n "hunter2"\n]'   || 'a line of Groovy'
    ' "hunter2'                   || 'a line of Groovy'
    ' throw new Error("hunter2")' || 'a line of Groovy'
    ' stop db'                    || 'stop db'
  }

  def 'a long line is there by its beginning and its length'() {
    when:
    commands.run("'${'x' * 19_998}'.size()", out)
    def row = asked(1)[0]

    then:
    row.length() < 540
    row.startsWith("'xxxxxx")
    row.endsWith('x… (20,007 characters)')
  }

  def 'a secret is masked before a line is cut, whole wherever the cut falls'() {
    when:
    commands.run("'${'x' * beforeIt}correct horse${'y' * 600}'.size()", out)
    def row = asked(1)[0]

    then:
    !row.contains('corr')
    row.length() < 540

    where:
    beforeIt << [480, 490, 495, 498]
  }
}

package dev.supervise.docs

import dev.supervise.cli.Session
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/// What the pages show of a terminal is what somebody sees who types it.
@Timeout(120)
class TranscriptsSpec extends Specification {
  @TempDir Path temp
  Path dir

  def setupSpec() { Session.warmUp() }

  def setup() { dir = Files.createDirectory(temp.resolve('shop')) }

  def cleanup() {
    if (Files.exists(dir.resolve('.supervise/app/pid'))) typed('supervise down --kill')
  }

  /// What was typed, and the lines that the page says came of it; where it says `echo $?`, the last is the code.
  static record Typed(String command, List<String> answer) {}

  static List<Typed> transcript(String text) {
    text.split(/(?m)^\$ /).toList().tail().collect { new Typed(it.readLines().head(), it.readLines().tail()) }
  }

  /// The lines that come of a command, and its code.
  List<String> typed(String command) {
    def words = command.replaceFirst(/; echo \$\?$/, '').tokenize(' ')
    assert words.head() == 'supervise'
    def session = Session.start(dir, *words.tail())
    def code = session.code()
    def lines = (session.out + session.err).readLines()
    session.close()
    lines + (command.endsWith('; echo $?') || code != 0 ? [code.toString()] : [])
  }

  /// Without what differs from time to time: numbers, moments, ids, places, the widths that follow from them.
  static List<String> shapes(List<String> lines) {
    lines.collect {
      it.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/, 'ID')
          .replaceAll(/\S*\/\.supervise/, '.supervise')
          .replaceAll(/[0-9]+([.:-][0-9]+)*( (ms|s|m)\b)?/, '#')
          .replaceAll(/ +/, ' ')
          .strip()
    }
  }

  def 'on #page what is typed one after the other is answered as shown'() {
    given:
    def source = new Page(Path.of('dsl-docs', page))
    Files.writeString(dir.resolve('app.groovy'), source.examples.first().script)
    def shown = transcript(source.fences.find { it.content().startsWith('$ ') }.content())
    before.each { assert typed(it).last() == 'everything is ready' }

    expect:
    shown.size() > 2
    shown.each { assert [it.command()] + shapes(typed(it.command())) == [it.command()] + shapes(it.answer()) }

    where:
    page         | before
    'control.md' | []
    'tasks.md'   | ['supervise up -d --wait']
  }

  def 'every file of a state directory is in the list of files'() {
    given:
    def listed = new Page(Path.of('dsl-docs/running.md')).section('Files').readLines()
        .findAll { it.startsWith('| `') }.collectMany { it.split(/\|/)[1].findAll(/`([^`\/]+)/) { it[1] } }
    Files.writeString(dir.resolve('app.groovy'), new Page(Path.of('dsl-docs/tasks.md')).examples.first().script)

    when: 'there is all that an instance in the background may have'
    typed('supervise up -d --wait')
    typed('supervise task submit watch')
    typed('supervise why web')
    def found = Files.list(dir.resolve('.supervise/app')).withCloseable { it.toList() }*.fileName*.toString()

    then:
    found.containsAll(['pid', 'socket', 'script', 'supervise.log', 'state.db', 'journal.db'])
    found*.replaceFirst(/-(wal|shm)$/, '').toSet() - listed == [] as Set
  }
}

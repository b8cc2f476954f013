package dev.supervise.dsl

import dev.supervise.dsl.load.ScriptLoader
import dev.supervise.dsl.mistake.ScriptMistakes
import dev.supervise.dsl.words.LoadOptions
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.TempDir

/** What people type, and what they are told: the table is traps.txt. */
class TrapsSpec extends Specification {

  @Shared @TempDir Path directory

  static String told(Path script, String shown = 'app.groovy') {
    try {
      ScriptLoader.load(script, shown, LoadOptions.DEFAULT)
      return 'OK'
    } catch (ScriptMistakes mistakes) {
      return mistakes.message
    }
  }

  String told(String text) { told(Files.writeString(directory.resolve('app.groovy'), text)) }

  def '#trap'() {
    expect:
    told(trap.script) == trap.expected

    where:
    trap << ScriptTable.read('traps.txt')
  }

  def 'no mistake where there is none: #valid'() {
    expect:
    told(valid.script) == 'OK'

    where:
    valid << ScriptTable.read('valid.txt')
  }

  def 'of more than fifty mistakes fifty are shown and the rest is counted'() {
    when:
    def lines = told("process('a') { command 'x'\n" + (1..63).collect { "  foo$it 1" }.join('\n') + '\n}').readLines()

    then:
    lines.size() == 51
    lines.first() == "app.groovy:2: process 'a': unknown word 'foo1'"
    lines.last() == 'and 13 more mistakes in other places'
  }

  def 'ten thousand units in a loop with one misspelt word are one mistake'() {
    expect:
    told("""
      10_000.times {
        process("w-\$it") {
          command 'x'
          pririty it
        }
      }
      """) == "app.groovy:5: process 'w-0': unknown word 'pririty' (did you mean 'priority'?) and 9,999 more"
  }

  def 'a thousand literal units in one file, and a thousand words in one block, are no mistake'() {
    expect:
    told("def n = 1\n" + (1..1000).collect { "process('p-$it') { command 'x', '$it', \"\$n\" }" }.join('\n')) == 'OK'
    told("process('a') { def n = 1\ncommand 'x'\n" + (1..1000).collect { "env A$it: n" }.join('\n') + '\n}') == 'OK'
  }

  def 'what is too large for one JVM method is told with its place, and what to do: #code'() {
    given:
    def values = (1..5000).collect { "A$it: '$it'" }.join(', ')

    expect:
    told("process('small') { command 'x' }\n" + code.replace('...', values)) ==
        "app.groovy:$place is too large for the JVM, which takes 64 KB of code in one piece" +
        " (use a loop, or move a part to another file and 'include' it)"

    where:
    code                                                      | place
    'def x = [...]'                                           | "1: the script's top level"
    "process('large') { command 'x'; env(...) }"              | '2: this block'
    "[1].each { n -> process('l') { command 'x'; env(...) } }" | '2: this block'
    'def settings() { [...] }'                                | "2: method 'settings'"
  }

  def 'a mistake in an include carries the path of the include, and main and include are told together'() {
    given:
    Files.createDirectories(directory.resolve('more'))
    Files.writeString(directory.resolve('more/db.groovy'), "process('db') {\n  comand 'x'\n}\n")
    Files.writeString(directory.resolve('more/env.groovy'), "env A: 1\nstrategy oneForAll\n")
    def main = Files.writeString(directory.resolve('main.groovy'), """\
      include 'more/db.groovy'
      process('web') { command 'x'; include 'more/env.groovy' }
      process('api') { comand 'x' }
      """)

    expect:
    told(main, 'stack/main.groovy').readLines() == [
        "stack/main.groovy:3: process 'api': unknown word 'comand' (did you mean 'command'?)",
        "stack/more/db.groovy:2: process 'db': unknown word 'comand' (did you mean 'command'?)",
        "stack/more/env.groovy:2: process 'web': word 'strategy' does not belong in process" +
            ' (it belongs in supervisor or at the top level)']
  }

  def 'an include that does not parse is told with its own line and caret'() {
    given:
    Files.writeString(directory.resolve('broken.groovy'), "process('db') {\n  command 'x'\n")
    def main = Files.writeString(directory.resolve('main.groovy'), "include 'broken.groovy'\n")

    expect:
    told(main, 'main.groovy') == '''\
      broken.groovy:1: the block of process 'db' is left open: '}' is missing
          process('db') {
                        ^'''.stripIndent()
  }
}

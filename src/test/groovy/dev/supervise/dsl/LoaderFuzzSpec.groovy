package dev.supervise.dsl

import dev.supervise.dsl.mistake.Mistake
import dev.supervise.dsl.mistake.ScriptMistakes
import java.nio.file.Path
import spock.lang.Specification
import spock.lang.TempDir

/**
 * Whatever a script looks like, it is a tree or it has mistakes, told in the language's own words. `bin/fuzz-loader` goes
 * on for hours; this is its beginning.
 */
class LoaderFuzzSpec extends Specification {
  @TempDir Path dir

  def 'scripts with slips in them are answered as scripts: seed #seed'() {
    given:
    def fuzz = new LoaderFuzz(dir, LoaderFuzz.corpus(Path.of('.')), false)

    when:
    println "LoaderFuzzSpec: seed $seed"
    fuzz.run(seed, 0, 1500)

    then:
    fuzz.failures() == [:]
    fuzz.loaded() > 20
    fuzz.refused() > 500

    where:
    seed << [1, 20]
  }

  def 'what could do harm is not loaded'() {
    expect:
    LoaderFuzz.harmless(text) == harmless

    where:
    text                                       || harmless
    "process('a') { command 'rm', '-rf', '/' }" || true
    "'rm -rf /'.execute()"                     || false
    "new File('x').delete()"                   || false
    'def f = new File("x"); f << "y"'          || false
    'System.exit(1)'                           || false
  }

  def 'the oracle finds what it is for: #message'() {
    given:
    def fuzz = new LoaderFuzz(dir, [''], false)

    when:
    fuzz.judge(ScriptMistakes.unparsed([new Mistake(new dev.supervise.spec.Origin('app.groovy', line), 0, '', '', message, '')], ''), '1', 'text')

    then:
    fuzz.failures().isEmpty() == fine

    where:
    line | message                                             || fine
    1    | "unknown word 'x'"                                  || true
    2    | "unknown word 'x'"                                  || false
    1    | 'LexerNoViableAltException'                         || false
    1    | 'groovyjarjarantlr4.v4.runtime.Parser'              || false
    1    | 'cannot cast java.lang.String'                      || false
    1    | 'a defect of supervise itself'                      || false
    1    | 'value@6ba721e7'                                    || false
    1    | "token recognition error at: '\$'"                  || false
    1    | 'this script cannot be loaded'                      || false
  }
}

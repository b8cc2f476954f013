package dev.supervise.cli

import dev.supervise.cli.run.RunOptions
import dev.supervise.render.Style
import spock.lang.Specification

class ArgumentsSpec extends Specification {
  static parse(String... words) { Arguments.parse('supervise 9', words) }

  def 'a script alone means run'() {
    expect:
    parse('app.groovy') == parse('run', 'app.groovy')
    parse('app.groovy', 'web', 'db').options().names() == ['web', 'db']
  }

  def 'the way without options reads a line as picocli does: #words'() {
    expect:
    parse(*(words.split(' '))) == Arguments.withOptions(false, words.split(' ').toList() - 'run')
    where:
    words << ['app.groovy', 'run app.groovy', 'run app.groovy web db', './a b/c']
  }

  def 'every option of run arrives'() {
    when:
    def run = parse('run', 'a.groovy', 'web', '--except', 'db', '--except', 'x', '-P', 'port=9000', '-P', 'empty=',
        '--quiet', '--color', 'never', '--stacktrace', '--state-dir', '/var/s')
    then:
    run == new Invocation.Run(new RunOptions('a.groovy', ['web'], ['db', 'x'], Optional.of('/var/s'), [port: '9000', empty: ''], true, Style.When.NEVER, true, true, false))
  }

  def 'options may stand before the script and be joined with ='() {
    expect:
    parse('--quiet', '--color=always', '-Pa=b=c', 'a.groovy') ==
        new Invocation.Run(new RunOptions('a.groovy', [], [], Optional.empty(), [a: 'b=c'], true, Style.When.ALWAYS, false, true, false))
  }

  def 'the state directory may be named on either side of the verb: #words'() {
    when:
    def sorted = ClientWords.verbFirst(words)
    then:
    sorted == to
    where:
    words                                    | to
    ['--state-dir', 'd', 'ps', '-q']         | ['ps', '--state-dir', 'd', '-q']
    ['--state-dir=d', 'a.groovy', 'web']     | ['a.groovy', '--state-dir=d', 'web']
    ['ps', '--state-dir', 'd']               | ['ps', '--state-dir', 'd']
    ['--state-dir', 'd']                     | ['--state-dir', 'd']
    ['--state-dir']                          | ['--state-dir']
    []                                       | []
  }

  def 'every option of check arrives'() {
    expect:
    parse('check', 'a.groovy', '--json', '-P', 'a=b', '--stacktrace') ==
        new Invocation.Check('a.groovy', [a: 'b'], Invocation.Form.JSON, true, Optional.empty())
    parse('check', '--state-dir=d', 'a.groovy').stateDir().get() == 'd'
    parse('check', 'a.groovy', '--github').form() == Invocation.Form.GITHUB
    parse('check', 'a.groovy').form() == Invocation.Form.TEXT
  }

  def 'without a script run and check take app.groovy'() {
    expect:
    parse('run') == parse('run', 'app.groovy')
    parse('run', '--quiet') == parse('run', 'app.groovy', '--quiet')
    parse('check') == parse('check', 'app.groovy')
    parse('check', '--json') == parse('check', 'app.groovy', '--json')
  }

  def 'what is wrong is said: #words'() {
    when:
    def wrong = parse(*words)
    then:
    wrong instanceof Invocation.Wrong
    wrong.why().contains(said)
    where:
    words                                      | said
    []                                         | 'which script?'
    ['-s', 'x.groovy', 'ps']                   | '-s stands behind the verb: supervise ps -s x.groovy'
    ['a.groovy', '--qiet']                     | "unknown option '--qiet' (did you mean '--quiet'?)"
    ['a.groovy', '--no-shell']                  | "unknown option '--no-shell' (did you mean '--no-repl'?)"
    ['check', 'a.groovy', 'web']               | "unexpected argument 'web'"
    ['check', 'a.groovy', '--json', '--github'] | '--json and --github exclude each other'
    ['a.groovy', '--color', 'blue']            | "'blue' is not one of auto, always, never"
    ['a.groovy', '--color']                    | '--color'
    ['a.groovy', '-P', 'port']                 | 'not of the form key=value'
    ['a.groovy', '-P', '=1']                   | 'not of the form key=value'
    ['a.groovy', '-P', 'a=1', '-P', 'a=2']     | '-P a is given twice'
  }

  def 'help and version are texts'() {
    expect:
    parse('--version') == new Invocation.Say('supervise 9')
    parse('--help').text().contains('Exit codes')
    parse('run', '--help').text().contains('--except')
    parse('check', '--help').text().contains('--github')
    !parse('check', '--help').text().contains('--quiet')
  }
}

package dev.supervise.cli

import dev.supervise.cli.run.RunOptions
import dev.supervise.render.Style
import dev.supervise.verb.HelpText
import dev.supervise.verb.Options
import spock.lang.Specification

class ArgumentsSpec extends Specification {
  static parse(String... words) { Arguments.parse('supervise 9', words.toList()) }

  /** What `run` and `check` understand. */
  static read(String... words) {
    def local = parse(words) as Invocation.Local
    local.verb().read(Options.of(local.verb(), local.words()))
  }

  static why(String... words) {
    def asked = parse(words)
    if (asked instanceof Invocation.Wrong) {
      return asked.why()
    }
    try {
      read(words)
      null
    } catch (Options.Wrong e) {
      e.message
    }
  }

  static help(String verb) { HelpText.of('supervise ', LocalVerbs.named(verb).get(), []).join('\n') }

  def 'a script alone means run'() {
    expect:
    read('app.groovy') == read('run', 'app.groovy')
    read('app.groovy', 'web', 'db').names() == ['web', 'db']
  }

  def 'every option of run arrives'() {
    when:
    def words = ['a.groovy', 'web', '--except', 'db', '--except', 'x', '-P', 'port=9000', '-P', 'empty=', '--quiet',
        '--color', 'never', '--stacktrace', '--state-dir', '/var/s']
    then:
    read(*words) == new RunOptions('a.groovy', ['web'], ['db', 'x'], [port: '9000', empty: ''], true, Style.When.NEVER, true, true, false)
    ClientOptions.environment(Options.of(new RunCommand(), words), [:]) == [SUPERVISE_STATE_DIR: '/var/s']
    read('a.groovy', '--no-repl', '--watch').with { [repl(), watch()] } == [false, true]
  }

  def 'options may stand before the script and be joined with ='() {
    expect:
    read('--quiet', '--color=always', '-Pa=b=c', 'a.groovy') ==
        new RunOptions('a.groovy', [], [], [a: 'b=c'], true, Style.When.ALWAYS, false, true, false)
  }

  def 'the state directory may be named on either side of the verb: #words'() {
    when:
    def sorted = ClientOptions.verbFirst(words)
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
    read('check', 'a.groovy', '--json', '-P', 'a=b', '--stacktrace') ==
        new CheckOptions('a.groovy', [a: 'b'], CheckOptions.Form.JSON, true)
    ClientOptions.environment(Options.of(new CheckCommand(), ['--state-dir=d', 'a.groovy']), [:]) == [SUPERVISE_STATE_DIR: 'd']
    read('check', 'a.groovy', '--github').form() == CheckOptions.Form.GITHUB
    read('check', 'a.groovy').form() == CheckOptions.Form.TEXT
  }

  def 'without a script run and check take app.groovy'() {
    expect:
    read('run') == read('run', 'app.groovy')
    read('run', '--quiet') == read('run', 'app.groovy', '--quiet')
    read('check') == read('check', 'app.groovy')
    read('check', '--json') == read('check', 'app.groovy', '--json')
  }

  def 'what is wrong is said: #words'() {
    expect:
    why(*words).contains(said)
    where:
    words                                       | said
    []                                          | 'which script?'
    ['-s', 'x.groovy', 'ps']                    | '-s stands behind the verb: supervise ps -s x.groovy'
    ['a.groovy', '--qiet']                      | "unknown option '--qiet' (did you mean '--quiet'?)"
    ['a.groovy', '--no-shell']                  | "unknown option '--no-shell' (did you mean '--no-repl'?)"
    ['check', 'a.groovy', 'web']                | "unexpected argument 'web'"
    ['check', 'a.groovy', '--json', '--github'] | '--json and --github exclude each other'
    ['a.groovy', '--color', 'blue']             | "'blue' is not one of auto, always, never"
    ['a.groovy', '--color']                     | '--color'
    ['a.groovy', '--color', 'auto', '--color', 'never'] | "option '--color' is given twice"
    ['a.groovy', '--quiet=yes']                 | "option '--quiet' takes no value"
    ['a.groovy', '-P', 'port']                  | 'not of the form key=value'
    ['a.groovy', '-P', '=1']                    | 'not of the form key=value'
    ['a.groovy', '-P', 'a=1', '-P', 'a=2']      | '-P a is given twice'
  }

  def 'help and version are texts'() {
    expect:
    parse('--version') == new Invocation.Say('supervise 9')
    parse('--help').text().contains('Exit codes')
    help('run').contains('--except')
    help('check').contains('--github')
    !help('check').contains('--quiet')
  }

  def 'help has a line for every option of #verb, and for how it is typed'() {
    given:
    def lines = HelpText.of('supervise ', command, []).collect { it.toString() }
    expect:
    lines[0] == "Usage: supervise $verb ${command.usage()}".stripTrailing()
    command.options().every { option -> lines.any { it ==~ /  \Q${option.names().join(', ')}\E( .*|$)/ } }
    command.options().every { option -> !option.about().blank && lines.any { it.contains(option.about()) } }
    lines.every { it.length() <= 130 } || verb in ['task', 'up', 'run', 'plan', 'check']
    where:
    command << Arguments.commands()
    verb = command.name()
  }
}

package dev.supervise.dsl.words

import dev.supervise.dsl.Scripted
import dev.supervise.dsl.mistake.ScriptMistakes
import dev.supervise.dsl.value.PortSource
import dev.supervise.text.Secrets
import java.time.Duration
import spock.lang.Specification

/// What a script takes from outside.
class InputsSpec extends Scripted {

  def 'a parameter has its default\'s type'() {
    expect:
    units(params: [p: given], "def v = param('p', $byDefault)\nprocess('x') { command 'x', v.toString(), v.getClass().simpleName }")[0]
        .command().words()*.text() == ['x', value, type]

    where:
    given    | byDefault    || value    | type
    '9000'   | '8080'       || '9000'   | 'Integer'
    '9000'   | '8080L'      || '9000'   | 'Long'
    '0.5'    | '1.5'        || '0.5'    | 'BigDecimal'
    'true'   | 'false'      || 'true'   | 'Boolean'
    'x y'    | "'d'"        || 'x y'    | 'String'
    '5s'     | '1.second'   || 'PT5S'   | 'Duration'
    'a,b'    | '[]'         || '[a, b]' | 'List12'
  }

  def 'without a value on the command line the default stands'() {
    expect:
    unit("process('x') { command 'x', param('p', 8080) }").command().words()*.text() == ['x', '8080']
  }

  def 'a parameter that does not fit its default is a mistake'() {
    expect:
    mistakes(params: [p: given], "process('x') { command 'x', param('p', $byDefault) }") ==
        ["app.groovy:1: process 'x': $message".toString()]

    where:
    given | byDefault  || message
    'x'   | '8080'     || '-P p=x is not a number, as the default 8080 is'
    'yes' | 'false'    || "-P p=yes takes true or false, not 'yes'"
    'x'   | '1.second' || "-P p=x 'x' is not a duration; write '5s' or 5.seconds"
    'x'   | '{ }'      || "parameter 'p': a default may be a text, a number, true or false, a duration, a size or a list, not a closure"
  }

  def 'a parameter without default is required; one mistake, and the rest is still read'() {
    expect:
    mistakes("def p = param('port')\nprocess('x') { command 'x', p; instances p; nice 50 }") == [
        "app.groovy:1: parameter 'port' is required: give it with -P port=…",
        "app.groovy:2: process 'x': nice 50 is not between -20 and 19"]
    unit(params: [port: '1'], "process('x') { command 'x', param('port') }").command().words()[1].text() == '1'
  }

  def 'a parameter nobody asked for is a mistake'() {
    expect:
    mistakes(params: [prot: '1'], "process('x') { command 'x', param('port', 2) }") ==
        ["app.groovy: -P prot: the script has no parameter of that name (did you mean 'port'?)"]
  }

  def 'sysEnv reads the environment of supervise'() {
    expect:
    unit("process('x') { command 'x', sysEnv('PATH'), sysEnv('NO_SUCH_NAME', 'd'), sysEnv('NO_SUCH_NAME') == null }")
        .command().words()*.text() == ['x', System.getenv('PATH'), 'd', 'true']
  }

  def 'a secret is masked: by the name of a variable, or itself'() {
    given:
    def home = System.getenv('HOME')
    def secrets = new Secrets()

    expect:
    unit(secrets: secrets, "process('x') { command 'x'; env A: secret('HOME'), B: secret('pass word') }")
        .env()*.value()*.text() == [home, 'pass word']
    load(secrets: secrets, "secret value: 'ABC'")
    secrets.mask("$home, pass word and ABC") == '***, *** and ***'
  }

  def 'a mistake shows no secret, whatever part of it that is: #script'() {
    when:
    load(script)
    then:
    def wrong = thrown(ScriptMistakes)
    wrong.mistakes().size() == 1
    def said = wrong.mistakes().first().with { [unit(), word(), message(), hint(), it as String].join(' | ') }
    said.contains('***')
    !said.contains('hunter2')

    where:
    script << [
        "process('x') { command 'x'; stop secret(value: 'hunter2') }",
        "process('x') { command 'x'; delay secret(value: 'hunter2') }",
        "process('x') { command 'x'; after secret(value: 'hunter2') }",
        "process(secret(value: 'hunter2')) { command 'x'; delay 'y' }",
        "throw new IOException('pw ' + secret(value: 'hunter2'))",
        "def pw = secret(value: 'hunter2'); process('x') { command 'x'; hunter2 'y' }",
        "def pw = secret(value: 'hunter2'); process('x') { command 'x'; after 'hunter2' }",
    ]
  }

  def 'a secret that stands in ordinary text by chance is a warning: #words'() {
    given:
    def warnings = []

    when:
    load(warnings: { warnings << it.toString() }, "process('x') { command 'x'; env A: $words }")

    then:
    warnings == (warning ? ["app.groovy:1: process 'x': $warning".toString()] : [])

    where:
    words                         || warning
    "secret('y')"                 || 'this secret has 1 character: it is masked only where it stands as a word of its own (a secret of 6 characters and more is masked everywhere)'
    "secret(value: 'abcde')"      || 'this secret has 5 characters: it is masked only where it stands as a word of its own (a secret of 6 characters and more is masked everywhere)'
    "secret('password')"          || 'this secret is a word that stands in ordinary text: it is masked only where it stands as a word of its own (a secret of 6 characters and more is masked everywhere)'
    "secret(value: '')"           || 'this secret is empty and hides nothing'
    "secret('abcdef')"            || null
    "secret('HOME')"              || (System.getenv('HOME').length() < 6 ? "secret 'HOME' has ${System.getenv('HOME').length()} characters: it is masked only where it stands as a word of its own (a secret of 6 characters and more is masked everywhere)" : null)
  }

  def 'a secret that is not there is a mistake, once'() {
    expect:
    mistakes("process('x') { command 'x'; env A: secret('NO_SUCH_NAME') }") ==
        ["app.groovy:1: process 'x': secret 'NO_SUCH_NAME': the environment variable is not set (to mask a text that looks like a name, write secret value: …)"]
  }

  def 'a free port has one number everywhere, in whatever order it is read'() {
    when:
    def app = load("process('x') { command 'x', port('my-api'); env A: port('my-api') }\ndef p = freePort('my-api')\nprocess('y') { command 'y', p, freePort('other') }")
    def units = app.root().members().units()

    then:
    app.ports() == ['my-api': 20001, other: 20002]
    units[0].command().words()[1].text() == '20001'
    units[1].command().words()[1].text() == '20001'
  }

  def 'ports come from whoever was asked for them'() {
    expect:
    load(ports: { String name -> name.length() } as PortSource, "freePort('abc')").ports() == [abc: 3]
  }

  def 'ports that cannot be'() {
    expect:
    mistakes("freePort('api')\nprocess('x') { command 'x', port('apy') }") ==
        ["app.groovy:2: port 'apy' is declared nowhere; write freePort('apy') (did you mean 'api'?)"]
    mistakes("freePort('a')\nfreePort('a')") == ["app.groovy:2: freePort 'a' is declared twice; first at app.groovy:1"]
    mistakes("freePort('a-b')\nfreePort('a_b')") == ["app.groovy:2: freePort 'a_b' and 'a-b' both make SUPERVISE_PORT_A_B"]
    mistakes("freePort('a b')") == ["app.groovy:1: port name 'a b': allowed are A-Z a-z 0-9 . _ -"]
  }

  def 'include declares where it stands, relative to the file it stands in'() {
    given:
    file('sub/one.groovy', "def mine = 'm'\ndef help() { nice 1 }\nprocess('a') { command 'x', mine; help() }\ninclude 'two.groovy'")
    file('sub/two.groovy', "process('b') { command 'x' }")
    file('env.groovy', "env FROM: 'include'")

    when:
    def app = load("supervisor('s') { include 'sub/one.groovy' }\nprocess('c') { command 'x'; include 'env.groovy' }")
    def units = app.root().members().units()

    then:
    units[0].members().units()*.name() == ['a', 'b']
    units[0].members().units()*.origin()*.toString() == ['sub/one.groovy:3', 'sub/two.groovy:1']
    units[1].env()[0].name() == 'FROM'
    app.inputs()*.replaceFirst(/.*\//, '') == ['app.groovy', 'one.groovy', 'two.groovy', 'env.groovy']
  }

  def 'what an include declares for itself stays private'() {
    given:
    file('lib.groovy', "def help() { nice 1 }\ndef v = 1\nw = 2")

    expect:
    mistakes("include 'lib.groovy'\nprocess('x') { command 'x'; $use }").size() == 1

    where:
    use << ['help()', 'env A: v', 'env A: w']
  }

  def 'an include that cannot be'() {
    given:
    file('lib.groovy', "process('a') { command 'x' }")
    file('circle.groovy', "include 'round.groovy'")
    file('round.groovy', "include 'circle.groovy'")
    file('self.groovy', "include 'app.groovy'")

    expect:
    mistakes(text) == [message]

    where:
    text                                         || message
    "include 'lib.groovy'\ninclude './lib.groovy'" || "app.groovy:2: include './lib.groovy' stands twice; first at app.groovy:1"
    "include 'circle.groovy'"                    || "round.groovy:1: include 'circle.groovy' goes in a circle"
    "include 'self.groovy'"                      || "self.groovy:1: include 'app.groovy' goes in a circle"
    "include 'none.groovy'"                      || 'app.groovy:1: none.groovy does not exist'
    "include '.'"                                || 'app.groovy:1: . is a directory, not a script'
  }

  def 'mistakes of an include carry its own path and line'() {
    given:
    file('sub/lib.groovy', "\nprocess('a') {\ncomand 'x'\n}")

    expect:
    mistakes("process('b') { command 'x'; nice 50 }\ninclude 'sub/lib.groovy'") == [
        "app.groovy:1: process 'b': nice 50 is not between -20 and 19",
        "sub/lib.groovy:3: process 'a': unknown word 'comand' (did you mean 'command'?)"]
  }

  def 'a syntax error in an include is reported alone, with its place'() {
    given:
    file('lib.groovy', "process('a') {\n")

    expect:
    mistakes("include 'lib.groovy'").size() == 1
    mistakes("include 'lib.groovy'")[0].startsWith('lib.groovy:1: ')
  }
}

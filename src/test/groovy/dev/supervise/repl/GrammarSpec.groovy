package dev.supervise.repl

import spock.lang.Specification

class GrammarSpec extends Specification {
  static final GRAMMAR = new Grammar(['ps', 'stop', 'logs', 'wait', 'top', '?', 'env'])

  static verb(String verb, String... words) { new Line.Command(verb, words.toList()) }

  static groovy(String text) { new Line.Groovy(text) }

  def 'a line is a verb when its first token is one and no operator or bracket follows: #line'() {
    expect:
    GRAMMAR.read(line) == read

    where:
    line                     | read
    'ps'                     | verb('ps')
    '  ps  '                 | verb('ps')
    '?'                      | verb('?')
    '? stop'                 | verb('?', 'stop')
    'stop web db'            | verb('stop', 'web', 'db')
    "stop 'my unit'"         | verb('stop', 'my unit')
    'logs -f api'            | verb('logs', '-f', 'api')
    'logs --grep "a b" -n 5' | verb('logs', '--grep', 'a b', '-n', '5')
    'stop a\\ b'             | verb('stop', 'a b')
    'stop = 5'               | groovy('stop = 5')
    'stop == 5'              | groovy('stop == 5')
    'stop.size()'            | groovy('stop.size()')
    'stop(5)'                | groovy('stop(5)')
    'stop (5)'               | groovy('stop (5)')
    'stop [1]'               | groovy('stop [1]')
    'top - 1'                | groovy('top - 1')
    'top + 1'                | groovy('top + 1')
    'env?.size()'            | groovy('env?.size()')
    'stopped'                | groovy('stopped')
    ':stop web'              | verb('stop', 'web')
    ': stop = 5'             | verb('stop', '=', '5')
    '= stop web'             | groovy('stop web')
    '=1 + 1'                 | groovy('1 + 1')
    "unit('api').state"      | groovy("unit('api').state")
    ''                       | new Line.Nothing()
    '# a comment'            | new Line.Nothing()
    '// a comment'           | new Line.Nothing()
  }

  def 'a verb that does not exist is answered with the nearest'() {
    expect:
    GRAMMAR.read(':stp web') == new Line.Wrong("no verb 'stp' (did you mean 'stop'?)")
    GRAMMAR.read('stop "web') == new Line.Wrong('the quote " is not closed')
  }

  def 'Groovy that has the shape of a verb may be one that was misspelt: #line'() {
    expect:
    GRAMMAR.misspelt(line) == (meant ? Optional.of(new Grammar.Misspelt(meant[0], meant[1])) : Optional.empty())

    where:
    line              | meant
    'stopp db'        | ['stopp', 'stop']
    'lgos -f api'     | ['lgos', 'logs']
    'psx'             | ['psx', 'ps']
    'stopp = 5'       | null
    'stopp(db)'       | null
    'stopp.size()'    | null
    'stopp + 1'       | null
    'process db'      | null
    "'stopp' + 1"     | null
    'static x = 1'    | null
  }

  def 'a text of several lines is cut where a verb begins and nothing is open: #text'() {
    expect:
    GRAMMAR.cut(text)*.text() == pieces

    where:
    text                                        | pieces
    'ps\nstop k\nps'                            | ['ps', 'stop k', 'ps']
    'def m = [1,\n2]\nps'                       | ['def m = [1,\n2]', 'ps']
    "process('a') {\n  stop SIGTERM\n}\nps"    | ["process('a') {\n  stop SIGTERM\n}", 'ps']
    'x = """\nps\n"""\nps'                     | ['x = """\nps\n"""', 'ps']
    'def a = 1\ndef b = 2\na + b'               | ['def a = 1', 'def b = 2', 'a + b']
    'units\n  .findAll { it }\n  *.name\nps'   | ['units\n  .findAll { it }\n  *.name', 'ps']
    'if (x) {\n}\nelse {\n}\nps'               | ['if (x) {\n}\nelse {\n}', 'ps']
    'x = 1 +\n2\nps'                            | ['x = 1 +\n2', 'ps']
    '\nps\n\n// no\n# no\nstop a\r\nps\n'     | ['ps', 'stop a', 'ps']
    '/* note\nstop a\n*/ 5\nps'                | ['/* note\nstop a\n*/ 5', 'ps']
    'stop a {\nps'                              | ['stop a {', 'ps']
    'x(\nps'                                    | ['x(\nps']
    ''                                          | []
  }

  def 'a piece knows the line it begins on'() {
    expect:
    GRAMMAR.cut('ps\n\nx = [\n]\nps')*.line() == [1, 3, 5]
  }

  def 'Groovy goes on in the next line while something is open: #text'() {
    expect:
    GRAMMAR.open(text) == open

    where:
    text                        | open
    "process('p') {"            | true
    "process('p') {\n}"         | false
    'x = [1,'                   | true
    "x = '{'"                   | false
    'x = "}" + {'               | true
    'x = """a'                  | true
    'x = """a\n"""'             | false
    'x = 1 // {'                | false
    'x = 1 /* {'                | true
    'x = 1 /* { */'             | false
    'x = 1 +\\'                 | true
    "x = 'it\\'s {'"            | false
    'stop web {'                | false
    '= 1 + ('                   | true
    "x = 'open"                 | false
  }
}

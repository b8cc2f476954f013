package dev.supervise.worker.environment

import spock.lang.Specification

class EnvFileSpec extends Specification {
  static List<List<String>> parsed(String text) { EnvFile.parse(text.readLines()).collect { [it.name(), it.value()] } }

  def 'a line of an envFile: #line'() {
    expect:
    parsed(line) == pairs

    where:
    line                   || pairs
    ''                     || []
    '  # comment'          || []
    'A=1'                  || [['A', '1']]
    ' export A = 1 '       || [['A', '1']]
    'A='                   || [['A', '']]
    'A=#no'                || [['A', '']]
    'A=x#y # z'            || [['A', 'x#y']]
    'A=a=b'                || [['A', 'a=b']]
    'A={"a": [1]}'         || [['A', '{"a": [1]}']]
    "A=it's"               || [['A', "it's"]]
    "A=' \$x \\n '  # c"   || [['A', ' $x \\n ']]
    'A="x\\n\\"y\\" \\q"'  || [['A', 'x\n"y" \\q']]
    '\uFEFFA=1'            || [['A', '1']]
    'A=C:\\\\'             || [['A', 'C:\\\\']]
  }

  def 'a value in quotes goes on over lines: #text'() {
    expect:
    parsed(text) == pairs

    where:
    text                                                           || pairs
    'A=1\nKEY="-----BEGIN-----\nMIIabc\n-----END-----"\nB=2'       || [['A', '1'], ['KEY', '-----BEGIN-----\nMIIabc\n-----END-----'], ['B', '2']]
    "A='x\n  y \n'\nB=2"                                           || [['A', 'x\n  y \n'], ['B', '2']]
    'A="x  \n# no comment\nB=no name" # a comment\nB=2'            || [['A', 'x  \n# no comment\nB=no name'], ['B', '2']]
    'A="\n\n"'                                                     || [['A', '\n\n']]
    'A="x\\\n  y"\nB=2'                                            || [['A', 'x  y'], ['B', '2']]
    'A="x\\\\\ny"'                                                 || [['A', 'x\\\ny']]
    "A='x\\\ny'"                                                   || [['A', 'x\\\ny']]
    'export A = "x\ny"\nexport B=2'                                || [['A', 'x\ny'], ['B', '2']]
    "A='\"x\ny\"'"                                                 || [['A', '"x\ny"']]
  }

  def 'a backslash at the end of a line joins the next one to it: #text'() {
    expect:
    parsed(text) == pairs

    where:
    text                       || pairs
    'A=x \\\n  y\nB=2'         || [['A', 'x   y'], ['B', '2']]
    'A=1\\\n2\\\n3'            || [['A', '123']]
    'A=x\\\\\nB=2'             || [['A', 'x\\\\'], ['B', '2']]
    'A=x \\\n# y\nB=2'         || [['A', 'x'], ['B', '2']]
    '# x \\\nB=2'              || [['B', '2']]
    'A=x\\'                    || [['A', 'x\\']]
  }

  def 'what makes no sense is an error, with its line: #text'() {
    when:
    parsed(text)

    then:
    EnvFile.Invalid e = thrown()
    [e.line(), e.message] == [line, why]

    where:
    text                 || line | why
    'A'                  || 1    | 'expected NAME=value'
    'A=1\nexport B'      || 2    | 'expected NAME=value'
    '=1'                 || 1    | 'expected NAME=value'
    'A B=1'              || 1    | 'expected NAME=value'
    "A='x"               || 1    | "the quote ' is not closed"
    'A=1\nB="x\nC=2\n\n' || 2    | 'the quote " is not closed'
    'A="x" y'            || 1    | "'y' after the closing quote"
    'A="x\ny" z\nB=2'    || 2    | "'z' after the closing quote"
    'A=x\0'              || 1    | 'the value contains a NUL character'
    'A="x\n\0"'          || 1    | 'the value contains a NUL character'
  }
}

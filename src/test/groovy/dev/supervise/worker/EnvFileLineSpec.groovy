package dev.supervise.worker

import spock.lang.Specification

class EnvFileLineSpec extends Specification {
  def 'a line of an envFile: #line'() {
    expect:
    EnvFileLine.parse(line).map { [it.name(), it.value()] }.orElse(null) == pair

    where:
    line                        || pair
    ''                          || null
    '  # comment'               || null
    'A=1'                       || ['A', '1']
    ' export A = 1 '            || ['A', '1']
    'A='                        || ['A', '']
    'A=#no'                     || ['A', '']
    'A=x#y # z'                 || ['A', 'x#y']
    'A=a=b'                     || ['A', 'a=b']
    "A=' \$x \\n '  # c"        || ['A', ' $x \\n ']
    'A="x\\n\\"y\\" \\q"'       || ['A', 'x\n"y" \\q']
    '\uFEFFA=1'                 || ['A', '1']
  }

  def 'a line that says nothing sensible is an error: #line'() {
    when:
    EnvFileLine.parse(line)

    then:
    IllegalArgumentException e = thrown()
    e.message.contains(why)

    where:
    line         || why
    'A'          || 'NAME=value'
    '=1'         || 'NAME=value'
    'A B=1'      || 'NAME=value'
    "A='x"       || 'not closed'
    'A="x'       || 'not closed'
    'A="x" y'    || "'y' after"
  }
}

package dev.supervise.spec

import spock.lang.Specification

class BlockSpec extends Specification {
  def 'the lines of a text stay under each other, whatever stands before'() {
    expect:
    Block.behind('x a  ', Block.behind('Error: ', 'assert f()\n       |\n       3')) == '''\
x a  Error: assert f()
                   |
                   3'''
  }

  def 'what is put behind stands at the end of the first line'() {
    expect:
    Block.and('first\nsecond', '; stays down') == 'first; stays down\nsecond'
    Block.and('one', ' more') == 'one more'
  }

  def 'a table has room for the first line'() {
    expect:
    Block.first('first \nsecond') == 'first'
    Block.first('one') == 'one'
  }
}

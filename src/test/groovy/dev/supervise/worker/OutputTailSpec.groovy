package dev.supervise.worker

import dev.supervise.text.Secrets
import java.nio.ByteBuffer
import spock.lang.Specification

class OutputTailSpec extends Specification {
  static final Secrets NO_SECRETS = new Secrets()
  def tail = new OutputTail()

  void wrote(String text, int stream = 0) {
    tail.add(stream, ByteBuffer.wrap(text.getBytes('UTF-8')))
  }

  List<String> lines(Collection<String> secrets = []) {
    tail.lines(new Secrets().tap { it.add(secrets) })
  }

  def 'the last five lines are kept, however they came'() {
    when:
    (1..2000).each { wrote("line $it\n") }
    wrote('unen')
    wrote('ded')

    then:
    lines() == ['line 1997', 'line 1998', 'line 1999', 'line 2000', 'unended']

    when:
    tail.seal()
    wrote('what is written after the failure\n')
    tail.line('or said')

    then:
    lines() == ['line 1997', 'line 1998', 'line 1999', 'line 2000', 'unended']
  }

  def 'a run that wrote #text has the last lines #kept'() {
    when:
    wrote(text)

    then:
    lines() == kept

    when:
    tail.seal()

    then:
    lines() == kept

    where:
    text                       | kept
    ''                         | []
    'a'                        | ['a']
    'a\n'                      | ['a']
    'a\n\n'                    | ['a', '']
    'a\r\nb'                   | ['a', 'b']
    'a\nb\nc\nd\ne'            | ['a', 'b', 'c', 'd', 'e']
    'a\nb\nc\nd\ne\nf\n'       | ['b', 'c', 'd', 'e', 'f']
    'x' * 600 + '\ny\n'        | ['x' * 500 + '…', 'y']
    'ü' * 9000                 | ['…' + 'ü' * 500]
    'x' * 9000 + '\nend\n'     | ['end']
  }

  def 'a line that one stream has begun is not gone on with by the other'() {
    when:
    wrote('out', 0)
    wrote('err\n', 1)
    wrote(' on\n', 0)

    then:
    lines() == ['out', 'err', ' on']
  }

  def 'secrets are masked, also one of which only the end is left'() {
    given:
    def secret = 'begin\n' + 'key ' * 20 + '\nthe end'

    when:
    wrote("password $secret!\n" + 'x' * (4096 - 8 - 2) + '\n')

    then:
    lines([secret]) == ['x' * 500 + '…']

    when:
    wrote('hunter2 and hunter\n')

    then:
    lines([secret, 'hunter2'])[-1] == '*** and hunter'
  }

  def 'of one that only the end of the memory cuts nothing is seen: #left left of it'() {
    given:
    def secret = 'abcdefghijklmnopqrstuvwxyz'

    when:
    wrote(secret + 'y' * (4096 - left))

    then:
    !lines([secret])[0].contains('z')

    where:
    left << [0, 1, 2, 13, 25, 26]
  }

  def 'who says nothing costs nothing'() {
    expect:
    OutputTail.NONE.lines(NO_SECRETS) == []

    when:
    OutputTail.NONE.line('nobody hears this')

    then:
    OutputTail.NONE.lines(NO_SECRETS) == []
  }
}

package dev.supervise.worker.output

import dev.supervise.worker.Output
import spock.lang.Specification

class LinesSpec extends Specification {
  List<String> shown = []
  Lines lines = new Lines('web', { path, bytes, offset, length -> shown << new String(bytes, offset, length) } as Output)

  void write(String text) {
    lines.next(text.bytes, 0, text.length())
  }

  def 'lines are shown whole, however they arrive'() {
    when:
    ['a\nb', '', 'b\n\nc', '\n', 'tail'].each { write(it) }
    lines.end()

    then:
    shown == ['a', 'bb', '', 'c', 'tail']
  }

  def 'an endless line is shown in pieces with a mark'() {
    when:
    (1..3).each { write('x' * Lines.LIMIT) }
    write('y\n')

    then:
    shown*.length() == [Lines.LIMIT + 19, Lines.LIMIT + 19, Lines.LIMIT + 19, 1]
    shown[0].endsWith('x [the line goes on]')
    shown[3] == 'y'
  }

  def 'a character is never cut: #text'() {
    when:
    def bytes = ('x' * lead + text * 50_000).getBytes('UTF-8')
    lines.next(bytes, 0, bytes.length)
    lines.end()

    then:
    shown.size() > 1
    shown*.minus(' [the line goes on]').join('') == 'x' * lead + text * 50_000

    where:
    [lead, text] << [0..3, ['\u00e4', '\u20ac', '\ud83d\ude00']].combinations()
  }

  def 'bytes that are no characters are cut anywhere'() {
    when:
    byte[] bytes = new byte[200_000]
    Arrays.fill(bytes, (byte) 0x80)
    lines.next(bytes, 0, bytes.length)
    lines.end()

    then:
    shown.size() == 4
  }
}

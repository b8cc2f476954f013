package dev.supervise.text

import spock.lang.Specification

class PrintableSpec extends Specification {
  static byte[] raw(Object... parts) {
    def out = new ByteArrayOutputStream()
    parts.each { it instanceof Integer ? out.write(it) : out.writeBytes(it.toString().getBytes('UTF-8')) }
    out.toByteArray()
  }

  def 'what a unit writes cannot disturb a terminal: #text'() {
    expect:
    Printable.output(text, colours) == shown
    where:
    text                              | colours | shown
    'plain ü\t.'                      | false   | 'plain ü\t.'
    '日本 🎉 a\u0301'                  | true    | '日本 🎉 a\u0301'
    '10 %\r20 %\r30 %'                | false   | '30 %'
    'dos\r'                           | false   | 'dos'
    '\033[31mred\033[0m'              | true    | '\033[31mred\033[0m\033[0m'
    '\033[38:2::1:2:3;4mred'          | true    | '\033[38:2::1:2:3;4mred\033[0m'
    '\033[31mred\033[0m'              | false   | 'red'
    '\033[2J\033[1;1Hcleared'         | true    | 'cleared'
    '\033]0;title\007text'            | true    | 'text'
    '\033]8;;http://x\033\\link'      | true    | 'link'
    '\033]52;c;UFdORUQ=\u009ctext'    | true    | 'text'
    '\033P$q q\033\\\033_a\007b'      | true    | 'b'
    'bell\007 back\010 nul\0 del\177' | true    | 'bell back nul del'
    'cut \033['                       | true    | 'cut '
    'cut \033'                        | true    | 'cut '
    '\033(Bset'                       | true    | 'set'
    '\0337saved\0338'                 | true    | 'saved'
    '\033\033[31mred'                 | true    | '\033[31mred\033[0m'
  }

  def 'a CSI that is more than numbers is no colour: #text'() {
    expect:
    Printable.output(text, true) == shown
    where:
    text                      | shown
    '\033[\b\b\b\bm| forged'  | '| forged'
    '\033[3\0331m1'           | 'm1'
    '\033[\0337m'             | 'm'
    '\033[?25mx'              | 'x'
    '\033[>4;2mx'             | 'x'
    '\033[1 mx'               | 'x'
    '\033[31\u00e4m'          | 'äm'
    '\033[31\u009bm'          | ''
  }

  def 'C1 acts as ESC does, also as UTF-8: #text'() {
    expect:
    Printable.output(text, true) == shown
    where:
    text                             | shown
    'a\u009b2Jb'                     | 'ab'
    'a\u009b31mb'                    | 'ab'
    'a\u009d52;c;UFdORUQ=\007b'      | 'ab'
    'a\u009d0;t\u009cb'              | 'ab'
    'a\u0085b\u0084c'                | 'abc'
    'a\u2028b\u2029c'                | 'abc'
    'a\u202eb\u202ac\u2066d\u2069e'  | 'abcde'
    'a\u00a0b'                       | 'a\u00a0b'
  }

  def 'what is no UTF-8 is replaced: #name'() {
    expect:
    def out = Printable.output(bytes, 0, bytes.length, true)
    new String(out, 'UTF-8') == shown
    Arrays.equals(out, shown.getBytes('UTF-8'))
    where:
    name             | bytes                                     || shown
    'Latin-1'        | raw('gr', 0xfc, 0xdf, 'e')                || 'gr\ufffd\ufffde'
    'a raw CSI'      | raw('a', 0x9b, '2Jb')                     || 'a\ufffd2Jb'
    'too long a ESC' | raw(0xc0, 0x9b, '[2J')                    || '\ufffd\ufffd[2J'
    'a cut end'      | raw('a', 0xe2, 0x82)                      || 'a\ufffd'
    'a cut middle'   | raw(0xf0, 0x9f, 'm', 0xc2)                || '\ufffdm\ufffd'
    'a surrogate'    | raw(0xed, 0xa0, 0x80, 'x')                || '\ufffdx'
    'beyond Unicode' | raw(0xf5, 0x80, 0x80, 0x80, 'x')          || '\ufffd\ufffd\ufffd\ufffdx'
  }

  def 'no bytes at all leave more than colours behind'() {
    given:
    def random = new Random(7)
    def pieces = ['\033', '[', ']', '3', ';', 'm', '\u009b', '\u009d', '\007', '\\', 'H', '\b', '\r', 'ü', '\u202e', '?', ' ',
                  '\u009c', 'P', '\ud83c\udf89', '\0', '8'].collect { it.getBytes('UTF-8') } + [raw(0x9b), raw(0xc2), raw(0xe2), raw(0xff)]
    expect:
    20_000.times {
      def bytes = raw()
      def all = new ByteArrayOutputStream()
      (1 + random.nextInt(12)).times { all.writeBytes(pieces[random.nextInt(pieces.size())] as byte[]) }
      bytes = all.toByteArray()
      def shown = new String(Printable.output(bytes, 0, bytes.length, true), 'UTF-8')
      def rest = shown.replaceAll(/\033\[[0-9;:]*m/, '')
      assert !(rest =~ /[\p{Cntrl}\u0080-\u009f\u2028-\u202e\u2066-\u2069&&[^\t]]/): "$bytes"
      assert Printable.output(shown, false) == rest
    }
  }

  def 'a message keeps its lines and nothing that acts'() {
    expect:
    Printable.text('one\r\n\ttwo\033[31m red\033]0;t\nthree\u202e') == 'one\n\ttwo red\nthree'
    Printable.painted('\033[1mours\033[0m\033[2J', true) == '\033[1mours\033[0m'
    Printable.painted('\033[1mours\033[0m', false) == 'ours'
    Printable.text('half \ud83c') == 'half ?'
  }

  def 'a name is written out, and JSON stays the same JSON'() {
    expect:
    Printable.line('a\nb\033[31m\u009b\u202e') == 'a\\nb\\u001b[31m\\u009b\\u202e'
    Printable.cell('a\nb\u202e') == 'a b '
    Json.read(Printable.line('{"a":"\u009b"}')) == [a: '\u009b']
    Json.write('\u009b\u202e\u2028') == '"\\u009b\\u202e\\u2028"'
  }

  def 'a message is masked, then bounded, and says so'() {
    given:
    def secrets = new Secrets().tap { it.add('correct horse battery') }
    when:
    def shown = secrets.shown('x' * (Printable.LONGEST - 7) + 'correct horse battery' + 'y' * 30_000_000)
    then:
    shown.length() < Printable.LONGEST + 30
    !shown.contains('corr')
    shown.contains('***')
    shown.endsWith('characters)')
    and: 'what is left out would have hidden it'
    !secrets.shown('correct\033[0m horse\0 battery').contains('horse')
  }
}

package dev.supervise.text

import spock.lang.Specification

class JsonSpec extends Specification {
  def 'what is written is read as it was'() {
    expect:
    Json.read(Json.write(value)) == value
    where:
    value << [null, true, '', 'a"\\\n\t\u0001\u007fö\ud83d\ude00', 0L, -5L, Long.MAX_VALUE, Long.MIN_VALUE, 2.0G ** 70, 1.10, 1e400G, [], [1L, [null]], [:], [a: [b: 'c']]]
  }

  def 'every digit survives'() {
    expect:
    Json.write(Json.read(text)) == text
    where:
    text << ['9007199254740993', '18446744073709551616', '0.1000', '-0.5', '123456789.123456789012345678901234567890', '[1,2,{"a":null}]']
  }

  def 'equal objects give equal text, whatever the order'() {
    expect:
    Json.canonical([b: 1, a: [d: [x: 1, w: 2], c: 3]]) == Json.canonical([a: [c: 3, d: [w: 2, x: 1]], b: 1])
    Json.canonical([b: 1, a: 2]) == '{"a":2,"b":1}'
  }

  def 'what is no JSON is refused with its place: #text'() {
    when:
    Json.read(text)
    then:
    def e = thrown(InvalidJson)
    e.message.contains("at character $at")
    where:
    text              | at
    ''                | 1
    '{'               | 2
    '[1,]'            | 4
    '{"a" 1}'         | 6
    '{a:1}'           | 2
    'tru'             | 1
    '1 2'             | 3
    '"\u0001"'        | 2
    '"\\x"'           | 4
    '"\\u12g4"'       | 6
    '01'              | 3
    '1.'              | 3
    'NaN'             | 1
    '"abc'            | 5
    '[' * 1000        | 258
  }

  def 'what has no form in JSON is refused: #what'() {
    when:
    Json.write(value)
    then:
    thrown(InvalidJson)
    where:
    what       | value
    'object'   | new Object()
    'NaN'      | Double.NaN
    'infinity' | Float.POSITIVE_INFINITY
    'circle'   | { def l = []; l << l; l }()
  }

  def 'a lone surrogate is escaped: as UTF-8 it would be lost'() {
    expect:
    Json.write('\ud83d') == '"\\ud83d"'
    Json.read(Json.write('\ud83d')) == '\ud83d'
  }
}

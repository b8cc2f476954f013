package dev.supervise.task

import dev.supervise.spec.Origin
import dev.supervise.spec.TaskBody
import dev.supervise.spec.TaskSpec
import dev.supervise.spec.TaskSpec.Keep
import dev.supervise.spec.TaskSpec.Retry
import java.nio.file.Path
import java.time.Duration
import spock.lang.Specification

class ParamsSpec extends Specification {
  enum Colour { RED, BLUE }

  static record Part(String name, long size) {}

  static record Import(String url, int count, long big, boolean fast, double ratio, BigDecimal exact, List<Integer> numbers, Map<String, Part> parts,
      Part part, Colour colour, Path file, Duration span, Optional<String> maybe, UUID id, Object any, BigInteger huge) {}

  static class Bean {
    String url = 'default'
    int count
    List<Part> parts = []
    final String fixed = 'x'
    static String shared
    private String hidden
    String doubled
    void setDoubled(String text) { doubled = text * 2 }
  }

  static spec(Class<?> params) {
    new TaskSpec('import', Origin.NONE, params, Retry.NONE, Optional.empty(), OptionalInt.empty(), Keep.DEFAULT, { c, p -> null } as TaskBody)
  }

  static <T> T bound(Class<T> type, Map params) { Params.of(spec(type), Params.text(spec(type), params)) as T }

  def 'a record is filled by name, exactly'() {
    when:
    def id = UUID.randomUUID()
    def got = bound(Import, [url: "a${1}", count: 7, big: 9223372036854775807, fast: true, ratio: 0.5, exact: 0.10, numbers: [1, 2], parts: [x: [name: 'n', size: 3]],
        part: [size: 9007199254740993], colour: 'BLUE', file: 'a/b', span: 'PT5S', maybe: 'm', id: id, any: [k: [1, 2.5]], huge: 123456789012345678901234567890])
    then:
    got == new Import('a1', 7, Long.MAX_VALUE, true, 0.5d, 0.10, [1, 2], [x: new Part('n', 3)], new Part(null, 9007199254740993), Colour.BLUE,
        Path.of('a/b'), Duration.ofSeconds(5), Optional.of('m'), id, [k: [1, 2.5]], 123456789012345678901234567890)
    got.exact.scale() == 2
    got.any().k[0] instanceof Integer
  }

  def 'what is absent has its zero value'() {
    expect:
    bound(Import, [:]) == new Import(null, 0, 0, false, 0d, null, null, null, null, null, null, null, Optional.empty(), null, null, null)
    bound(Import, [url: null, count: null, maybe: null]).count() == 0
  }

  def 'a class is filled through its setters and fields; what it sets itself stays'() {
    expect:
    with(bound(Bean, [count: 3, parts: [[name: 'p']], doubled: 'ab', hidden: 'h'])) {
      [url, count, parts, doubled, hidden] == ['default', 3, [new Part('p', 0)], 'abab', 'h']
    }
  }

  def 'what does not fit is refused by the name of its field: #params'() {
    when:
    Params.text(spec(type), params)
    then:
    def e = thrown(InvalidParams)
    e.message.startsWith("parameters of 'import': ")
    e.message.contains(message)
    where:
    type   | params                              | message
    Import | [count: 'x']                        | "field 'count' wants a number, not the text 'x'"
    Import | [count: 1.5]                        | "field 'count' wants a whole number that fits int, not 1.5"
    Import | [count: 3_000_000_000]              | "field 'count' wants a whole number that fits int, not 3000000000"
    Import | [big: 9223372036854775808]          | "field 'big'"
    Import | [url: 5]                            | "field 'url' wants a text, not 5"
    Import | [fast: 'yes']                       | "field 'fast' wants true or false, not the text 'yes'"
    Import | [numbers: 5]                        | "field 'numbers' wants a list, not 5"
    Import | [numbers: [1, 'b']]                 | "field 'numbers[1]' wants a number, not the text 'b'"
    Import | [parts: [x: [size: 'big']]]         | "field 'parts.x.size' wants a number, not the text 'big'"
    Import | [part: 'p']                         | "field 'part' wants an object"
    Import | [colour: 'GREEN']                   | "field 'colour' wants one of RED, BLUE, not the text 'GREEN'"
    Import | [id: 'no']                          | "field 'id' wants a UUID"
    Import | [ulr: 'x']                          | "there is no field 'ulr' (did you mean 'url'?)"
    Bean   | [fixed: 'y']                        | "there is no field 'fixed'"
    Bean   | [shared: 'y']                       | "there is no field 'shared'"
    Bean   | [parts: [[nmae: 'p']]]              | "there is no field 'parts[0].nmae'"
  }

  def 'without a class the body is given the map, as it was written in the script'() {
    expect:
    bound(null, [n: 1, l: 3_000_000_000, d: 1.10, t: "x${1}", list: [1, [a: null]]]) == [d: 1.10, l: 3_000_000_000, list: [1, [a: null]], n: 1, t: 'x1']
  }

  def 'what JSON cannot say cannot be submitted'() {
    when:
    Params.text(spec(null), [x: new Object()])
    then:
    def e = thrown(InvalidParams)
    e.message.contains('has no form in JSON')
  }

  def 'words of a command line mean what the field says'() {
    expect:
    Params.typed(spec(Import), [url: '5', count: '5', numbers: '[1]', fast: 'true', colour: 'RED']) == [url: '5', count: 5L, numbers: [1L], fast: true, colour: 'RED']
    Params.typed(spec(null), [a: '5', b: 'x y', c: 'true', d: '05']) == [a: 5L, b: 'x y', c: true, d: '05']
  }
}

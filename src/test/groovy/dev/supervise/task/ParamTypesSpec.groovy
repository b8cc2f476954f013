package dev.supervise.task

import dev.supervise.dsl.words.LoadOptions
import dev.supervise.dsl.words.Plain
import dev.supervise.dsl.load.ScriptLoader
import dev.supervise.dsl.mistake.ScriptMistakes
import dev.supervise.spec.TaskSpec
import java.nio.file.Files
import java.nio.file.Path
import java.time.*
import spock.lang.Specification
import spock.lang.TempDir

/** What may be written may be read: a field of any type that fits gets back what a script wrote. */
class ParamTypesSpec extends Specification {
  @TempDir Path dir

  TaskSpec task(String declarations) {
    def script = Files.writeString(dir.resolve('app.groovy'),
        "import java.time.*\nimport java.nio.file.Path\n$declarations\ntask('t') { params P; run { ctx, p -> } }\n")
    ScriptLoader.load(script, 'app.groovy', LoadOptions.DEFAULT).tasks().first()
  }

  static through(TaskSpec task, Object value) { Params.of(task, Params.text(task, Plain.map('t', [v: value]))).v() }

  def 'a #type is read back as what it was: #value'() {
    given:
    def task = task("record P($type v) {}")
    def back = through(task, value)

    expect:
    value.getClass().array ? back.toList() == value.toList() && back.getClass() == value.getClass() : back == value
    !(back instanceof GString)

    where:
    type                    | value
    'String'                | "text ${1}".toString()
    'CharSequence'          | 'text'
    'boolean'               | true
    'Boolean'               | false
    'char'                  | ('x' as char)
    'Character'             | ('ü' as char)
    'byte'                  | (7 as byte)
    'short'                 | (7 as short)
    'int'                   | 7
    'Integer'               | -7
    'long'                  | 9_007_199_254_740_993L
    'Long'                  | 5_000_000_000L
    'float'                 | 1.5f
    'double'                | 0.1d
    'BigDecimal'            | 0.075
    'BigInteger'            | 123456789012345678901234567890G
    'LocalDate'             | LocalDate.of(2026, 11, 30)
    'LocalDateTime'         | LocalDateTime.of(2026, 11, 30, 2, 3, 4, 5)
    'LocalTime'             | LocalTime.of(2, 3)
    'ZonedDateTime'         | ZonedDateTime.of(2026, 11, 30, 2, 3, 0, 0, ZoneId.of('Europe/Berlin'))
    'OffsetDateTime'        | OffsetDateTime.of(2026, 11, 30, 2, 3, 0, 0, ZoneOffset.ofHours(-3))
    'OffsetTime'            | OffsetTime.of(2, 3, 0, 0, ZoneOffset.UTC)
    'Instant'               | Instant.parse('2026-11-30T03:00:00.123456789Z')
    'Year'                  | Year.of(2026)
    'YearMonth'             | YearMonth.of(2026, 11)
    'MonthDay'              | MonthDay.of(11, 30)
    'ZoneId'                | ZoneId.of('Europe/Berlin')
    'ZoneOffset'            | ZoneOffset.ofHoursMinutes(5, 30)
    'Period'                | Period.of(1, 2, 3)
    'Duration'              | Duration.ofSeconds(5)
    'Duration'              | Duration.ofMillis(250)
    'Duration'              | Duration.ofNanos(1)
    'Duration'              | Duration.ofSeconds(-5)
    'Duration'              | Duration.ofDays(400)
    'DayOfWeek'             | DayOfWeek.MONDAY
    'java.util.concurrent.TimeUnit' | java.util.concurrent.TimeUnit.DAYS
    'UUID'                  | UUID.fromString('6ba7b810-9dad-11d1-80b4-00c04fd430c8')
    'File'                  | new File('/tmp/a b')
    'Path'                  | Path.of('a/b')
    'URI'                   | URI.create('http://x/y?z=1')
    'URL'                   | URI.create('http://localhost/y').toURL()
    'Locale'                | Locale.GERMANY
    'Currency'              | Currency.getInstance('EUR')
    'Date'                  | new Date(1764500000123L)
    'int[]'                 | ([1, 2] as int[])
    'String[]'              | (['a', 'b'] as String[])
    'LocalDate[]'           | ([LocalDate.of(2026, 1, 1)] as LocalDate[])
    'byte[]'                | ([1, -2] as byte[])
    'char[]'                | (['a', 'b'] as char[])
    'List<LocalDate>'       | [LocalDate.of(2026, 1, 1), LocalDate.of(2026, 1, 2)]
    'List<List<Duration>>'  | [[Duration.ofSeconds(1)], []]
    'Set<String>'           | (['b', 'a'] as Set)
    'SortedSet<String>'     | (['b', 'a'] as TreeSet)
    'Collection<URI>'       | [URI.create('a:b')]
    'Map<String, LocalDate>' | [a: LocalDate.of(2026, 1, 1)]
    'Map<DayOfWeek, Integer>' | [(DayOfWeek.MONDAY): 1]
    'Map<Integer, String>'  | [1: 'a']
    'SortedMap<String, Long>' | new TreeMap([b: 1L])
    'Optional<LocalDate>'   | Optional.of(LocalDate.of(2026, 1, 1))
    'Optional<String>'      | Optional.empty()
    'Object'                | [a: [1, 'x', null]]
    'List'                  | [1, 'x']
  }

  def 'records, classes and constants of the script are read back, also inside each other'() {
    given:
    def task = task('''
      enum Colour { RED, BLUE }
      record Part(String name, LocalDate day, Colour colour) {}
      class Box { List<Part> parts; Map<String, Part> named; Part[] more; Box inner }
      record P(Box v) {}''')
    def part = [name: 'n', day: LocalDate.of(2026, 1, 2), colour: 'BLUE']
    def got = through(task, [parts: [part], named: [x: part], more: [part], inner: [parts: []]])

    expect:
    got.parts[0].toString() == 'Part[name=n, day=2026-01-02, colour=BLUE]'
    got.named.x == got.parts[0]
    got.more.toList() == got.parts
    got.inner.parts == []
  }

  def 'a text is read as the field wants it: #type #text'() {
    expect:
    Params.of(task("record P($type v) {}"), """{"v":"$text"}""").v() == value

    where:
    type       | text         || value
    'Duration' | '5s'         || Duration.ofSeconds(5)
    'Duration' | '1.5 hours'  || Duration.ofMinutes(90)
    'Duration' | 'PT5S'       || Duration.ofSeconds(5)
    'Year'     | '2026'       || Year.of(2026)
    'Locale'   | 'de_DE'      || Locale.GERMANY
  }

  def 'a text that means nothing is refused, with one that would: #type'() {
    when:
    Params.of(task("record P($type v) {}"), '{"v":"nonsense!"}')
    then:
    def e = thrown(InvalidParams)
    e.message == "parameters of 't': field 'v' wants a $type$example, not the text 'nonsense!'"

    where:
    type            | example
    'LocalDate'     | " like '2026-11-30'"
    'Duration'      | " like '5s'"
    'ZoneId'        | " like 'Europe/Berlin'"
    'Currency'      | " like 'EUR'"
    'Locale'        | " like 'de-DE'"
    'UUID'          | ''
  }

  def 'what could be written and not read is refused where it is declared: #fields'() {
    when:
    task(fields.contains('P') ? fields : "record P($fields) {}")
    then:
    def e = thrown(ScriptMistakes)
    e.message.contains("task 't': params P: $why")

    where:
    fields                                                         | why
    'int n, InputStream in'                                        | "field 'in' is an InputStream, which JSON has no form for"
    'Runnable r'                                                   | "field 'r' is a Runnable, which JSON has no form for"
    'List<Thread> all'                                             | "field 'all[]' is a Thread, which JSON has no form for"
    'java.util.concurrent.atomic.AtomicInteger n'                  | "field 'n' is an AtomicInteger, which JSON has no form for"
    'Closure c'                                                    | "field 'c' is a Closure, which JSON has no form for"
    'OptionalInt n'                                                | "field 'n' is an OptionalInt, which JSON has no form for"
    'Map<List<String>, String> m'                                  | "field 'm' has keys that are no texts: java.util.Map<java.util.List<java.lang.String>, java.lang.String>"
    'class Q { Thread t }\nclass P { List<Q> qs }'                 | "field 'qs[].t' is a Thread, which JSON has no form for"
    'class Q { Q(int n) { } }\nclass P { Q q }'                    | "field 'q': a Q cannot be made: it is no record and has no constructor without parameters"
    'class P { P(int n) { } }'                                     | "a P cannot be made: it is no record and has no constructor without parameters"
    'abstract class P { int n }'                                   | "a P cannot be made: it is no record and has no constructor without parameters"
  }

  def 'a class that holds others of its kind is fine'() {
    expect:
    task('class P { String name; List<P> children; P parent }').params().simpleName == 'P'
  }

  def 'words of a command line are texts where the field is one: #type'() {
    expect:
    Params.typed(task("record P($type v) {}"), [v: '5']) == [v: value]

    where:
    type               || value
    'Character'        || '5'
    'char'             || '5'
    'Optional<String>' || '5'
    'Duration'         || '5'
    'Year'             || '5'
    'int'              || 5L
    'Optional<Integer>' || 5L
  }
}

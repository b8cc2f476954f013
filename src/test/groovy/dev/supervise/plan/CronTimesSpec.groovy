package dev.supervise.plan

import dev.supervise.spec.InvalidSpec
import dev.supervise.spec.ScheduleSpec.When
import java.time.Instant
import java.time.LocalDateTime
import java.time.OffsetDateTime
import java.time.ZoneId
import spock.lang.Specification

class CronTimesSpec extends Specification {

  static CronTimes cron(String text, String zone = 'UTC') {
    CronTimes.of(new When.Cron(text, ZoneId.of(zone)))
  }

  /// The moments after that one, as the zone's clock shows them, with its offset.
  static List<String> moments(String text, String from, int count, String zone) {
    def cron = cron(text, zone)
    def at = from.endsWith('Z') || from =~ /[+-]\d\d:\d\d$/ ? OffsetDateTime.parse(from).toInstant()
        : LocalDateTime.parse(from).atZone(ZoneId.of(zone)).toInstant()
    (1..count).collect {
      at = cron.after(at).orElseThrow()
      def shown = at.atZone(ZoneId.of(zone))
      zone == 'UTC' ? "${shown.toLocalDateTime()}" : "${shown.toLocalDateTime()}$shown.offset"
    }*.toString()
  }

  def "'#text' comes at #expected"() {
    expect:
    moments(text, '2026-11-21T12:00:00', expected.size(), 'UTC')*.replaceFirst(/^2026-/, '') == expected

    where:
    text                  || expected
    '* * * * *'           || ['11-21T12:01', '11-21T12:02']
    '0 3 * * *'           || ['11-22T03:00', '11-23T03:00']
    '*/15 * * * *'        || ['11-21T12:15', '11-21T12:30', '11-21T12:45', '11-21T13:00']
    '5/20 9-10 * * *'     || ['11-22T09:05', '11-22T09:25', '11-22T09:45', '11-22T10:05']
    '0 8-18/5 * * *'      || ['11-21T13:00', '11-21T18:00', '11-22T08:00']
    '30 8 * * MON-FRI'    || ['11-23T08:30', '11-24T08:30', '11-25T08:30', '11-26T08:30', '11-27T08:30', '11-30T08:30']
    '0 0 * * sat,sun'     || ['11-22T00:00', '11-28T00:00']
    '0 0 * * 0'           || ['11-22T00:00', '11-29T00:00']
    '0 0 * * 7'           || ['11-22T00:00', '11-29T00:00']
    '0 0 1 dec *'         || ['12-01T00:00', '2027-12-01T00:00']
    '*/20 * * * * *'      || ['11-21T12:00:20', '11-21T12:00:40', '11-21T12:01']
    '10 0 12 * * *'       || ['11-21T12:00:10', '11-22T12:00:10']
    '0 0 L * *'           || ['11-30T00:00', '12-31T00:00']
    '0 0 * * FRI#1'       || ['12-04T00:00', '2027-01-01T00:00']
    '0 0 * * FRIL'        || ['11-27T00:00', '12-25T00:00']
    '0 0 15W * *'         || ['12-15T00:00', '2027-01-15T00:00', '2027-02-15T00:00']
    '0 0 29 2 *'          || ['2028-02-29T00:00', '2032-02-29T00:00']
    '@hourly'             || ['11-21T13:00', '11-21T14:00']
    '@daily'              || ['11-22T00:00', '11-23T00:00']
    '@weekly'             || ['11-22T00:00', '11-29T00:00']
    '@monthly'            || ['12-01T00:00', '2027-01-01T00:00']
    '@yearly'             || ['2027-01-01T00:00', '2028-01-01T00:00']
  }

  def 'what is read as an expression is one for the library too, so that only our own words say what is wrong: #field'() {
    given:
    def position = CronField.values().toList().indexOf(field)
    def numbers = (0..60).collectMany { n -> ["$n", "$n/1", "$n/7", "$n-${n + 3}", "$n-59/2", "${n}L", "${n}W", "L-$n", "$n#1", "$n#5"] }
    def elements = numbers + ['*', '?', 'L', 'LW', 'W', '*/2', '?/2', 'SUNL', 'SUN#1', 'FRI-MON', 'SAT-SUN', 'MON/2', 'JAN-MAR', 'DEC-JAN']
    def texts = elements + elements.takeRight(14).collectMany { [it + ',1', '1,' + it] }
    def read = texts.collectMany { element ->
      ['*', '?'].collect { other ->
        def six = ['0', '0', '0', field == CronField.WEEKDAY ? other : '*', '*', field == CronField.DAY ? other : '*']
        six[position] = element as String
        six.join(' ')
      }
    }.findAll { text ->
      try {
        CronFields.read(text)
        true
      } catch (CronField.Wrong refused) {
        false
      }
    }

    expect:
    read.size() > 20
    read.each { cron(it) }

    where:
    field << CronField.values().toList()
  }

  def 'where both kinds of day are restricted, one of them is enough, as in crontab(5)'() {
    expect:
    moments('0 3 1 * MON', '2026-11-21T12:00', 5, 'UTC') ==
        ['2026-11-23T03:00', '2026-11-30T03:00', '2026-12-01T03:00', '2026-12-07T03:00', '2026-12-14T03:00']
  }

  def "over a change of the clocks in #zone, '#text' comes at #expected"() {
    expect:
    moments(text, from, expected.size(), zone)*.replaceFirst(/^\d{4}-/, '') == expected

    where: "Berlin 2026: 03-29 02:00 becomes 03:00, 10-25 03:00 becomes 02:00; New York 11-01 02:00 becomes 01:00"
    zone               | text            | from                        || expected
    // A gap: what falls into it comes at its end.
    'Europe/Berlin'    | '30 2 * * *'    | '2026-03-28T02:00'          || ['03-28T02:30+01:00', '03-29T03:00+02:00', '03-30T02:30+02:00']
    'Europe/Berlin'    | '0,30 2 * * *'  | '2026-03-28T02:30'          || ['03-29T03:00+02:00', '03-30T02:00+02:00']
    'Europe/Berlin'    | '0 2,3 * * *'   | '2026-03-28T03:00'          || ['03-29T03:00+02:00', '03-30T02:00+02:00']
    'Europe/Berlin'    | '30 2 29 3 *'   | '2026-01-01T00:00'          || ['03-29T03:00+02:00', '03-29T02:30+02:00']
    // Every hour: the hour that does not exist is left out.
    'Europe/Berlin'    | '30 * * * *'    | '2026-03-29T00:45'          || ['03-29T01:30+01:00', '03-29T03:30+02:00']
    'Europe/Berlin'    | '*/30 * * * *'  | '2026-03-29T01:00'          || ['03-29T01:30+01:00', '03-29T03:00+02:00', '03-29T03:30+02:00']
    // A double: the first time counts.
    'Europe/Berlin'    | '30 2 * * *'    | '2026-10-24T12:00'          || ['10-25T02:30+02:00', '10-26T02:30+01:00']
    'Europe/Berlin'    | '*/20 2 * * *'  | '2026-10-24T12:00'          || ['10-25T02:00+02:00', '10-25T02:20+02:00', '10-25T02:40+02:00', '10-26T02:00+01:00']
    'America/New_York' | '30 1 * * *'    | '2026-10-31T12:00'          || ['11-01T01:30-04:00', '11-02T01:30-05:00']
    'Europe/Berlin'    | '30 2 * * *'    | '2026-10-25T02:10:00+01:00' || ['10-26T02:30+01:00']
    'Europe/Berlin'    | '0 3 * * *'     | '2026-10-24T12:00'          || ['10-25T03:00+01:00', '10-26T03:00+01:00']
    // Every hour: both of them.
    'Europe/Berlin'    | '30 * * * *'    | '2026-10-25T01:00'          || ['10-25T01:30+02:00', '10-25T02:30+02:00', '10-25T02:30+01:00', '10-25T03:30+01:00']
    'Europe/Berlin'    | '*/30 * * * *'  | '2026-10-25T01:45'          || ['10-25T02:00+02:00', '10-25T02:30+02:00', '10-25T02:00+01:00', '10-25T02:30+01:00', '10-25T03:00+01:00']
    'America/New_York' | '@hourly'       | '2026-11-01T00:30'          || ['11-01T01:00-04:00', '11-01T01:00-05:00', '11-01T02:00-05:00']
    // Half an hour, and a day that does not exist.
    'Australia/Lord_Howe' | '45 1 * * *' | '2026-04-04T12:00'          || ['04-05T01:45+11:00', '04-06T01:45+10:30']
    'Australia/Lord_Howe' | '*/15 * * * *' | '2026-04-05T01:40+11:00'  || ['04-05T01:45+11:00', '04-05T01:30+10:30', '04-05T01:45+10:30', '04-05T02:00+10:30']
    'Pacific/Apia'     | '0 12 * * *'    | '2011-12-29T11:00'          || ['12-29T12:00-10:00', '12-31T00:00+14:00', '12-31T12:00+14:00']
  }

  def 'moments always move on, whatever the zone and wherever one begins'() {
    given:
    def random = new Random(7)
    def texts = ['*/7 * * * *', '30 2 * * *', '0 */5 * * *', '15,45 1-3 * * SUN', '0 0 L * *', '*/40 * * * * *']
    def zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Africa/Cairo', 'Asia/Kolkata', 'UTC']

    expect:
    (1..300).every {
      def cron = cron(texts[random.nextInt(texts.size())], zones[random.nextInt(zones.size())])
      def at = Instant.ofEpochSecond(random.nextLong(0, 2_000_000_000))
      (1..20).every {
        def next = cron.after(at).orElseThrow()
        def on = next.isAfter(at)
        // Nothing lies between: from anywhere before it, it is the next.
        def between = at.plusMillis((long) ((next.toEpochMilli() - at.toEpochMilli()) * random.nextDouble()))
        def same = !between.isBefore(next) || cron.after(between).orElseThrow() == next
        at = next
        on && same
      }
    }
  }

  def "'#text' is refused: #reason"() {
    when:
    CronTimes.checked(text, ZoneId.of('UTC'))

    then:
    def e = thrown(InvalidSpec)
    e.message.startsWith("cron '$text'")
    e.message.contains(reason)

    where:
    text            || reason
    ''              || 'it has 0 fields'
    '0 3 * *'       || 'it has 4 fields'
    '0 3 * * * * *' || 'it has 7 fields'
    '61 * * * *'    || '61'
    '0 25 * * *'    || 'hour 25 is not between 0 and 23'
    '0 0 32 * *'    || '32'
    '0 0 * 13 *'    || '13'
    '0 0 * * 8'     || '8'
    '0 22-2 * * *'  || '22-2'
    '*/0 * * * *'   || '*/0'
    '0 0 * FOO *'   || "month 'FOO' is no number from 1 to 12 and no name (JAN to DEC)"
    '@often'        || '@often'
    '0 0 31 2 *'    || 'never comes'
    'x y z a b'     || 'is no number'
    '*/90 * * * *'  || "minute '*/90': a step of 90 is larger than what it goes over, which has 60 values; write every 90.minutes instead of cron"
    '0 */36 * * *'  || 'write every 36.hours instead of cron'
    '0 0 */40 * *'  || 'which has 31 values; write every 40.days instead of cron'
    '0-59/61 * * * *' || "minute '0-59/61': a step of 61"
    '50/11 * * * *' || 'which has 10 values'
    '0 0 * */13 *'  || "month '*/13': a step of 13 is larger than what it goes over, which has 12 values"
    '\u0663 * * * *' || "minute '\u0663' is no number from 0 to 59"
    '0 0 * * Monday' || "weekday 'Monday' is no number from 0 to 7 and no name (SUN to SAT); write MON"
    '0 0 * January *' || 'write JAN'
    '0 0 * * FRI-MON' || "weekday 'FRI-MON' goes backwards; write FRI-SAT,SUN-MON"
    '0 0 * * 6-1'   || 'write 6,0-1'
    '0 23-0 * * *'  || 'write 23,0'
    '0 0 * * 1-8'   || "weekday 8 in '1-8' is not between 0 and 7; 0 and 7 are Sunday"
    '0 0 * * 5#6'   || 'a month has no such one; write #1 to #5'
    '1,,2 * * * *'  || 'a comma too many'
    '5/ * * * *'    || 'a step is a whole number from 1 on, as in */5'
    '@every 5m'     || 'a rhythm is no expression; write every 5.minutes instead of cron'
    '@every 1h30m'  || 'a rhythm is no expression; write every 5.minutes instead of cron'
    '@reboot'       || "a start is no moment of a clock; write onStart { submit 'TYPE' } instead of a schedule"
    '@dayly'        || 'write @daily'
    'CRON_TZ=UTC 0 3 * * *' || "the zone is an option; write cron '0 3 * * *', zone: 'UTC'"
    'TZ=Asia/Tokyo @daily' || "write cron '@daily', zone: 'Asia/Tokyo'"
    'H 3 * * *'     || "H is Jenkins's; write a number, or *"
    '0 3 * * * ./backup.sh' || "a command is no part of it; write cron '0 3 * * *' and the command in the task that is submitted"
    '0\u00a03 * * *' || 'looks like a blank and is none'
  }

  def "'#text' comes first at #first"() {
    expect:
    moments(text, '2026-11-30T12:00:00', 1, 'UTC') == [first]

    where:
    text               || first
    '*/60 * * * *'     || '2026-11-30T13:00'
    '59/1 * * * *'     || '2026-11-30T12:59'
    '0 0 * * SUN-7'    || '2026-12-01T00:00'
    '0 0 * * sat-sun'  || '2026-12-05T00:00'
    '0 0 * * 7'        || '2026-12-06T00:00'
    '0 0 */2 * 1'      || '2026-12-07T00:00'
    '0 0 1-31/2 * 1'   || '2026-12-01T00:00'
    '@Daily'           || '2026-12-01T00:00'
    '0 0 L * ?'        || '2026-12-31T00:00'
    '0 0 ? * FRI#2'    || '2026-12-11T00:00'
  }
}

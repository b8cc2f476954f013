package dev.supervise.text

import java.time.Duration
import spock.lang.Specification

/** A duration is written one way, wherever it is. */
class DurationTextSpec extends Specification {
  def 'what was measured is told as much of as is read: #millis ms'() {
    expect:
    DurationText.text(Duration.ofMillis(millis)) == said
    DurationText.text(millis * 1_000_000L + 999_999) == said
    where:
    millis      | said
    0           | '0 ms'
    99          | '99 ms'
    100         | '0.1 s'
    250         | '0.3 s'
    1000        | '1 s'
    9_949       | '9.9 s'
    9_960       | '10 s'
    12_700      | '12 s'
    60_000      | '1 m'
    200_900     | '3 m 20 s'
    3_600_000   | '1 h'
    7_530_000   | '2 h 5 m'
    86_400_000  | '1 d'
    97_300_000  | '1 d 3 h'
  }

  def 'what somebody has set is told whole: #written'() {
    expect:
    DurationText.exact(DurationText.read(written).get()) == said
    where:
    written   | said
    '0s'      | '0 ms'
    '50ms'    | '50 ms'
    '100ms'   | '0.1 s'
    '250ms'   | '0.25 s'
    '1234ms'  | '1.234 s'
    '60s'     | '1 m'
    '90.5s'   | '1 m 30.5 s'
    '2m'      | '2 m'
    '3661s'   | '1 h 1 m 1 s'
    '36h'     | '1 d 12 h'
    '-5s'     | '-5 s'
  }

  def 'what was set and needs no rounding reads the same as what was measured'() {
    expect:
    [1, 99, 100, 500, 1000, 1500, 9900, 10_000, 59_000, 60_000, 61_000, 3_600_000, 3_660_000, 86_400_000, 90_000_000].every {
      DurationText.text(Duration.ofMillis(it)) == DurationText.exact(Duration.ofMillis(it))
    }
  }
}

package dev.supervise.plan

import static java.time.Duration.*

import dev.supervise.spec.Pause
import spock.lang.Specification

class BackoffSpec extends Specification {
  static plain = new Pause.Backoff(ofMillis(200), ofSeconds(30), 2.0d, 0.0d, ofMinutes(1))

  def 'the pause grows by its factor from initial to the cap'() {
    expect:
    ofNanos(Backoff.pause(plain, streak, true, 0.3d)).toMillis() == millis
    where:
    streak | millis
    0      | 200
    1      | 400
    2      | 800
    7      | 25_600
    8      | 30_000
    5_000  | 30_000
  }

  def 'jitter moves the pause by at most its fraction, both ways'() {
    given:
    def p = new Pause.Backoff(ofMillis(1000), ofSeconds(30), 2.0d, 0.1d, ofMinutes(1))
    expect:
    Math.abs(ofNanos(Backoff.pause(p, 0, true, roll)).toMillis() - millis) <= 1
    where:
    roll  | millis
    0.0d  | 900
    0.5d  | 1000
    0.999d | 1099
  }

  def 'a fixed delay stays, but a failed start pauses at least 200 ms'() {
    expect:
    ofNanos(Backoff.pause(new Pause.Delay(delay), 3, cameUp, 0.5d)) == pause
    where:
    delay         | cameUp | pause
    ZERO          | true   | ZERO
    ZERO          | false  | ofMillis(200)
    ofSeconds(2)  | false  | ofSeconds(2)
  }

  def 'the streak begins anew after enough health, and only then'() {
    expect:
    Backoff.streak(plain, 5, healthy.toNanos()) == streak
    where:
    healthy         | streak
    ofSeconds(59)   | 5
    ofSeconds(60)   | 0
    ofNanos(-1)     | 5
  }
}

package dev.supervise.plan

import static java.time.Duration.*

import dev.supervise.spec.Intensity
import spock.lang.Specification

class RestartWindowSpec extends Specification {
  def 'the window never lies: it grants exactly what a count of the last moments allows'() {
    expect:
    (1..100).each { sequence(new Random(it)) }
  }

  private static void sequence(Random r) {
    def n = r.nextInt(5)
    def intensity = new Intensity.Within(n, ofMillis(100))
    def window = RestartWindow.EMPTY
    def granted = []
    long now = 0
    150.times {
      now += r.nextInt(60) * 1_000_000L
      def recent = granted.count { it >= now - 100_000_000L }
      switch (window.grant(intensity, now)) {
        case RestartWindow.Grant.Granted: window = window.grant(intensity, now).window(); assert recent < n; granted << now; break
        case RestartWindow.Grant.Exceeded: assert recent >= n; break
      }
      assert window.size() <= n
    }
  }

  def 'an unlimited window keeps nothing'() {
    given:
    def window = RestartWindow.EMPTY
    when:
    1000.times { window = window.grant(new Intensity.Unlimited(), it).window() }
    then:
    window.size() == 0
  }
}

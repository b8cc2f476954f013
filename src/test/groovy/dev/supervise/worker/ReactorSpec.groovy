package dev.supervise.worker

import java.util.concurrent.atomic.AtomicInteger
import spock.lang.Specification

/** The one thread that waits on descriptors. */
@Native
class ReactorSpec extends Specification {
  def 'what was posted before the end is carried out, also what it posts itself'() {
    given:
    def done = new AtomicInteger()
    int rounds = 300

    when: 'the end comes while the thread is at the end of a turn, or at the beginning of the next'
    rounds.times { round ->
      def reactor = new Reactor({ System.nanoTime() }, 60_000, { })
      reactor.begin()
      reactor.post { }
      for (long until = System.nanoTime() + round * 1000; System.nanoTime() < until;) Thread.onSpinWait()
      reactor.post { done.incrementAndGet(); reactor.post { done.incrementAndGet() } }
      reactor.close()
    }

    then:
    done.get() == 2 * rounds
  }
}

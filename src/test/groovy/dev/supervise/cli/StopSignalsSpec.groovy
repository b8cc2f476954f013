package dev.supervise.cli

import spock.lang.Specification

class StopSignalsSpec extends Specification {
  def done = []
  def said = []
  def reaction = new StopSignals.Reaction() {
    void stop() { done << 'stop' }
    void kill() { done << 'kill' }
    void leave(int code) { done << code }
    void say(String line) { said << line }
  }

  def 'the first stops, the second kills, the third leaves with 128 + its number'() {
    given:
    def signals = new StopSignals(true, reaction)
    when:
    signals.interrupted('INT', 2)
    signals.interrupted('TERM', 15)
    signals.interrupted('INT', 2)
    signals.interrupted('TERM', 15)
    then:
    done == ['stop', 'kill', 130, 143]
    said == ['SIGINT: stopping; once more kills what is left', 'SIGTERM: killing']
  }

  def 'HUP with a terminal stops, and however often it comes it never kills'() {
    given:
    def signals = new StopSignals(true, reaction)
    when:
    3.times { signals.hungUp() }
    signals.interrupted('TERM', 15)
    then:
    done == ['stop', 'kill']
  }

  def 'HUP without a terminal changes nothing, and says so'() {
    given:
    def signals = new StopSignals(false, reaction)
    when:
    signals.hungUp()
    then:
    done == []
    said == ['SIGHUP: ignored, there is no terminal that could have gone']
  }
}

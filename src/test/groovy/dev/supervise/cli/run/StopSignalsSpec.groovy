package dev.supervise.cli.run

import spock.lang.Specification

class StopSignalsSpec extends Specification {
  def done = []
  def said = []
  def askers = []
  long now = 0
  def reaction = new StopSignals.Reaction() {
    void stop(String by) { done << 'stop'; askers << by }
    void kill(String by) { done << 'kill'; askers << by }
    void leave(int code) { done << code }
    void reload() { done << 'reload' }
    void say(String line) { said << line }
  }

  def 'the first stops, the second kills, the third leaves with 128 + its number'() {
    given:
    def signals = new StopSignals(true, { now }, reaction)
    when:
    signals.interrupted('INT', 2)
    signals.interrupted('TERM', 15)
    signals.interrupted('INT', 2)
    signals.interrupted('TERM', 15)
    then:
    done == ['stop', 'kill', 130, 143]
    said == ['SIGINT: stopping; once more kills what is left', 'SIGTERM: killing']
    askers == ['SIGINT', 'SIGTERM']
  }

  def 'the same signal again at once is one: timeout(1) sends it to the process and to its group'() {
    given:
    def signals = new StopSignals(true, { now }, reaction)
    when:
    signals.interrupted('TERM', 15)
    now += StopSignals.ECHO_NANOS - 1
    signals.interrupted('TERM', 15)
    then:
    done == ['stop']
    when: 'a person asks again'
    now += StopSignals.ECHO_NANOS
    signals.interrupted('TERM', 15)
    then:
    done == ['stop', 'kill']
  }

  def 'HUP with a terminal stops, and however often it comes it never kills'() {
    given:
    def signals = new StopSignals(true, { now }, reaction)
    when:
    3.times { signals.hungUp() }
    signals.interrupted('TERM', 15)
    then:
    done == ['stop', 'kill']
  }

  def 'HUP without a terminal loads the script again, as often as it comes'() {
    given:
    def signals = new StopSignals(false, { now }, reaction)
    when:
    2.times { signals.hungUp() }
    then:
    done == ['reload', 'reload']
  }
}

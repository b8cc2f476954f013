package dev.supervise.worker.output

import java.util.concurrent.ConcurrentLinkedQueue
import spock.lang.Specification

class FunctionStdoutSpec extends Specification {
  def lines = new ConcurrentLinkedQueue()
  def elsewhere = new ByteArrayOutputStream()
  def spoken = new FunctionStdout({ unit, line -> lines << [unit, line] }, new PrintStream(elsewhere, true, 'UTF-8'))
  def out = spoken.stream()

  void inThread(String name, Closure<?> code) {
    def thread = Thread.ofVirtual().name(name).start { code(); spoken.end(Thread.currentThread()) }
    assert thread.join(java.time.Duration.ofSeconds(10))
  }

  def 'what a function prints becomes whole lines of its unit, however it is printed'() {
    when:
    inThread('backend/api') {
      out.print('a')
      out.println('b')
      out.printf('%s\n%s', 'ünï', 'last, without newline')
    }
    then:
    lines as List == [['backend/api', 'ab'], ['backend/api', 'ünï'], ['backend/api', 'last, without newline']]
    elsewhere.size() == 0
  }

  def 'what others print goes where it went before: #name'() {
    when:
    if (name == null) out.println('plain') else inThread(name) { out.println('plain') }
    then:
    lines.empty
    elsewhere.toString('UTF-8') == 'plain\n'
    where:
    name << [null, '', '../../etc/passwd']
  }

  def 'a line that never ends is cut'() {
    when:
    inThread('f') { 5.times { out.print('x' * 40_000) } }
    then:
    lines*.getAt(1)*.length().sum() == 200_000
    lines.every { it[1].length() < 80_000 }
  }
}

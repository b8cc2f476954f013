package dev.supervise.cli.run

import dev.supervise.text.Secrets
import static dev.supervise.cli.Trees.*

import java.util.concurrent.CountDownLatch
import spock.lang.Specification
import spock.lang.Timeout

@Timeout(20)
class DisplaySpec extends Specification {
  def out = new ByteArrayOutputStream()
  def complaints = []

  Display display(Map with = [:], OutputStream to = out) {
    new Display(to, new Screen(with.terminal ?: false, with.colour ?: false),
        DisplayNames.of(app(process('db'), process('worker')).root()), new Secrets(), with.quiet ?: false,
        'log', { complaints << it })
  }

  static void line(Display d, String path, String text) {
    byte[] b = text.getBytes('UTF-8')
    d.line(path, b, 0, b.length)
  }

  String shown(Display d) {
    d.end()
    d.show()
    out.toString('UTF-8')
  }

  def 'lines are merged in order, each behind the name of its unit'() {
    given:
    def d = display()
    when:
    line(d, 'db', 'one')
    d.say('+ db')
    line(d, 'worker', 'zwei ü')
    then:
    shown(d) == 'db      | one\n+ db\nworker  | zwei ü\n'
  }

  def 'a pipe gets every line and every byte'() {
    given:
    def d = display()
    when:
    100_000.times { line(d, 'db', "line $it\033[31m\r") }
    then:
    shown(d).count('\n') == 100_000
    out.toString('UTF-8').contains('db      | line 99999\033[31m\r\n')
  }

  def 'a terminal gets the newest hundred lines of a batch, and is told of the others'() {
    given:
    def d = display(terminal: true)
    when:
    5000.times { line(d, 'db', "line $it") }
    d.say('x db failed')
    then:
    shown(d).readLines().size() == 101
    out.toString().readLines()[0] == '... 4901 lines not shown; all are in log'
    out.toString().readLines()[-2..-1] == ['db      | line 4999', 'x db failed']
  }

  def 'to a terminal at most 2,000 lines a second, with a batch at least every 50 ms'() {
    given:
    def d = display(terminal: true)
    def over = new CountDownLatch(1)
    def shower = Thread.start { d.show(); over.countDown() }
    long begun = System.nanoTime()
    when:
    while (System.nanoTime() - begun < 500_000_000) line(d, 'db', 'flood')
    d.end()
    over.await()
    shower.join()
    then: 'ten pauses of 50 ms, and the last batch'
    out.toString().readLines().count { it.endsWith('flood') } <= 1300
    out.toString().readLines().count { it.contains('lines not shown') } >= 5
  }

  def 'quiet shows what happens to units and nothing they write'() {
    given:
    def d = display(quiet: true)
    when:
    line(d, 'db', 'noise')
    d.say('+ db')
    then:
    shown(d) == '+ db\n'
  }

  def 'a stream that has gone is complained of once and holds nothing up'() {
    given:
    def broken = new OutputStream() {
      void write(int b) { throw new IOException('Broken pipe') }
    }
    def d = display([:], broken)
    def shower = Thread.start { d.show() }
    when:
    500.times { line(d, 'db', 'x' * 1000); Thread.sleep(it < 3 ? 30 : 0) }
    d.end()
    shower.join()
    then:
    complaints == ['standard output cannot be written any more (Broken pipe); the tree goes on']
  }

  def 'a reader that stops reading holds up nobody, and the gap is named'() {
    given:
    def go = new CountDownLatch(1)
    def stuck = new OutputStream() {
      void write(int b) { go.await(); out.write(b) }
      void write(byte[] b, int o, int n) { go.await(); out.write(b, o, n) }
    }
    def d = display([:], stuck)
    def shower = Thread.start { d.show() }
    def text = 'x' * 100_000
    when:
    line(d, 'db', 'first')
    Thread.sleep(50)
    long begun = System.nanoTime()
    400.times { line(d, 'db', text) }
    long held = (System.nanoTime() - begun).intdiv(1_000_000)
    go.countDown()
    line(d, 'db', 'last')
    d.end()
    shower.join()
    then:
    held < 1000
    out.toString() =~ /\.\.\. \d+ lines left out: nobody read them in time/
  }

  def 'what a unit says of itself can neither act on a terminal nor look like another line: #text'() {
    given:
    def d = display(terminal: true, colour: true)
    when:
    line(d, 'worker', text)
    d.warn(text)
    then:
    def seen = shown(d).replaceAll(/\033\[[0-9;]*m/, '')
    !(seen =~ /[\p{Cntrl}\u0080-\u009f\u202e&&[^\n]]/)
    seen.readLines().size() == 2
    where:
    text << ['a\033]52;c;UFdORUQ=\007b', '\033[\b\b\b\b\b\b\b\b\b\bmdb | fine', '\u009b2J\u0085\u202e']
  }
}

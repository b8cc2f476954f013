package dev.supervise.spec

import spock.lang.Specification

/** The stack of what a closure threw, as its author reads it. */
class StackSpec extends Specification {
  static StackTraceElement script(int line, String method, String type = 'app$_run_closure1') {
    new StackTraceElement(ScriptFrame.loader('jobs/app.groovy'), null, null, type, method, 'app_1234.groovy', line)
  }

  static StackTraceElement java(String type, String method, String file, int line) {
    new StackTraceElement('app', null, null, type, method, file, line)
  }

  static final MACHINERY = [
      java('org.codehaus.groovy.vmplugin.v8.IndyInterface', 'fromCache', 'IndyInterface.java', 321),
      java('java.lang.invoke.LambdaForm$MH', 'invoke', null, -1),
      java('dev.supervise.worker.function.FunctionRun', 'run', 'FunctionRun.java', 60),
      java('java.lang.VirtualThread', 'run', 'VirtualThread.java', 456),
  ]

  static <T extends Throwable> T thrown(T it, List<StackTraceElement> frames) {
    it.stackTrace = frames as StackTraceElement[]
    it
  }

  def "the script's line stands first, then its frames, and none of the machinery between them"() {
    expect:
    Stack.lines(thrown(new IllegalStateException('no rates'),
        [script(4, 'rates'), MACHINERY[0], script(9, 'doCall'), script(9, 'doCall'), script(-1, 'doCall')] + MACHINERY)) ==
        ['jobs/app.groovy:4: java.lang.IllegalStateException: no rates', '  at jobs/app.groovy:4 in rates', '  at jobs/app.groovy:9']
  }

  def 'a cause follows with its own frames, each once, also in a circle of causes'() {
    given:
    def inner = thrown(new IOException('refused'), [java('java.net.Socket', 'connect', 'Socket.java', 633), script(2, 'run')])
    def outer = thrown(new IllegalStateException('no rates', inner), [script(4, 'run')])
    inner.initCause(outer)
    expect:
    Stack.lines(outer) == [
        'jobs/app.groovy:4: java.lang.IllegalStateException: no rates', '  at jobs/app.groovy:4',
        'caused by java.io.IOException: refused', '  at java.net.Socket.connect(Socket.java:633)', '  at jobs/app.groovy:2']
  }

  def 'it is bounded, whatever was thrown'() {
    given:
    def deep = thrown(new StackOverflowError(), (1..1024).collect { script(it, 'call' + it) })
    def chain = (1..100).inject(new RuntimeException()) { e, n -> new RuntimeException('line\n' * 50, e) }
    expect:
    Stack.lines(deep).size() == 14
    Stack.lines(deep).last() == '  and 1012 more'
    Stack.lines(chain).size() == Stack.LINES
    Stack.lines(new RuntimeException('x' * 30_000_000))*.size().every { it <= Stack.LONGEST + 1 }
  }

  static class Broken extends RuntimeException {
    String getMessage() { throw new StackOverflowError() }
  }

  def 'a throwable that throws when it is asked has a stack and a phrase all the same'() {
    expect:
    Stack.lines(new Broken()).first().contains('Broken (its message cannot be had: java.lang.StackOverflowError)')
    Stack.phrase(new Broken()) == 'Broken'
  }

  def 'a phrase is what was said, its lines under each other: #message'() {
    expect:
    Stack.phrase(new IllegalStateException(message as String)) == phrase
    where:
    message            || phrase
    'no rates'         || 'IllegalStateException: no rates'
    '\n no rates\n at\n' || 'IllegalStateException:  no rates\n                        at'
    ''                 || 'IllegalStateException'
    null               || 'IllegalStateException'
  }

  def 'a sentence names the place of the script that is nearest, or none'() {
    expect:
    Stack.at(thrown(new Exception(), [java('java.net.Socket', 'connect', 'Socket.java', 633), script(7, 'run'), script(9, 'run')])) == ' at jobs/app.groovy:7'
    Stack.at(thrown(new Exception(), MACHINERY)) == ''
  }
}

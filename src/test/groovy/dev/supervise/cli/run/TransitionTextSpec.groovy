package dev.supervise.cli.run

import dev.supervise.cli.Trees
import dev.supervise.text.Secrets
import static dev.supervise.run.Status.*

import dev.supervise.run.Cause
import dev.supervise.run.Status
import dev.supervise.run.Transition
import dev.supervise.spec.*
import java.time.Duration
import dev.supervise.worker.OutputTail
import spock.lang.Specification

class TransitionTextSpec extends Specification {
  static labels = DisplayNames.of(SupervisorSpec.root(new Members.Listed(['db', 'worker'].collect { Trees.process(it) })))

  static line(Status status, String what = '', String next = '', boolean colour = false, List secrets = []) {
    new TransitionText(labels, new Secrets().tap { it.add(secrets) }, colour)
        .line(new Transition(Duration.ofMillis(412), 'db', 'process', STARTING, status, what, next)).orElse(null)
  }

  def 'a line says what happened, what happens next and when: #status'() {
    expect:
    line(status, what, next) == text
    where:
    status      | what                     | next                       | text
    RUNNING     | 'pid 12'                 | ''                         | '+ db      started   0.4 s   pid 12'
    FINISHED    | 'exit 0 after 1.1 s'     | ''                         | '+ db      done      0.4 s   exit 0 after 1.1 s'
    BACKING_OFF | 'exit 1 after 0.8 s'     | 'restart 3 in 1.6 s'       | 'x db      exit 1 after 0.8 s; restart 3 in 1.6 s'
    FAILED      | 'exit 1 after 0.8 s'     | 'gave up after 2 restarts' | 'x db      exit 1 after 0.8 s; gave up after 2 restarts'
    FAILED      | ''                       | ''                         | 'x db      failed'
    STOPPED     | 'killed by SIGTERM'      | ''                         | '- db      stopped    killed by SIGTERM'
    STUCK       | 'did not end'            | 'not started again'        | 'x db      stuck  did not end; not started again'
    BLOCKED     | 'by a, which has failed' | ''                         | 'x db      blocked  by a, which has failed'
  }

  def 'steps on the way are not lines: #status'() {
    expect:
    line(status, 'for db') == null
    where:
    status << [PENDING, WAITING, STARTING]
  }

  def 'a unit that has more to do after it has started is told when it is ready, and not before'() {
    given:
    def text = new TransitionText(labels, new Secrets(), false)
    def moved = { Status from, boolean ready ->
      text.line(new Transition(Duration.ofMillis(412), 'db', 'process', from, RUNNING, ready, 'pid 12', '', Cause.NONE, Optional.empty(), OutputTail.NONE)).orElse(null)
    }
    expect:
    moved(STARTING, false) == null
    moved(RUNNING, true) == '+ db      ready     0.4 s   pid 12'
  }

  def 'what a stop leaves behind is a line, its beginning is not'() {
    expect:
    line(STOPPING) == null
    line(STOPPING, 'exit 0, but it left 1 process: sleep (7)') == '- db      stopping   exit 0, but it left 1 process: sleep (7)'
  }

  def 'colour paints, and changes no letter'() {
    expect:
    line(RUNNING, 'pid 1', '', true).replaceAll(/\033\[[0-9;]*m/, '') == line(RUNNING, 'pid 1')
    line(FAILED, 'x', '', true).startsWith('\033[1;31m')
  }

  def 'a secret in an error is masked'() {
    expect:
    line(FAILED, "program 's3cret' not found", '', false, ['s3cret']).contains("program '***' not found")
  }
}

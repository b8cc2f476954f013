package dev.supervise.dsl.words

import dev.supervise.dsl.Scripted
import dev.supervise.spec.EnvLayer
import dev.supervise.spec.Grace
import dev.supervise.spec.Identity
import dev.supervise.spec.Limit
import dev.supervise.spec.Logs
import dev.supervise.spec.StopProgram
import dev.supervise.spec.StopStep
import dev.supervise.spec.Value
import java.time.Duration

/// The words of `process`.
class ProcessWordsSpec extends Scripted {

  def 'a process that says only its command has the defaults'() {
    when:
    def web = process('')

    then:
    web.name() == 'web'
    web.kind() == 'process'
    web.origin().toString() == 'app.groovy:1'
    text(web.dir()) == home.toRealPath().toString()
    web.base() == home.toRealPath().toString()
    web.env() == []
    !web.cleanEnv()
    web.identity() == Identity.INHERITED
    web.limits() == []
    web.logs() == Logs.DEFAULT
    web.instances() == 0
  }

  def 'a process without command is a mistake'() {
    expect:
    mistakes("process('web') { nice 5 }") == ["app.groovy:1: process 'web': a process needs command or shell"]
  }

  def 'dir is relative to the script, also assigned'() {
    expect:
    text(process("dir 'work'").dir()) == home.toRealPath().resolve('work').toString()
    text(process("dir = 'work/../x'").dir()) == home.toRealPath().resolve('x').toString()
    text(process("dir '/srv'").dir()) == '/srv'
    text(process('dir new File("/srv")').dir()) == '/srv'
  }

  def 'env adds up in order, null removes, numbers and flags are texts'() {
    expect:
    process("env PORT: 8080, X: null, 'a.b': true\nenv PORT: 9090, E: ''").env() == [
        new EnvLayer.Set('PORT', Value.of('8080')),
        new EnvLayer.Unset('X'),
        new EnvLayer.Set('a.b', Value.of('true')),
        new EnvLayer.Set('PORT', Value.of('9090')),
        new EnvLayer.Set('E', Value.of(''))]
  }

  def 'env refuses names and values no process can have'() {
    expect:
    wrong("env 'A=B': 1") == ["'A=B' is not a name for an environment variable"]
    wrong('env A: [1]') == ['env A takes a text, not a list']
    wrong('env A: "x\\u0000"') == ['a text contains a NUL character, which no process can receive']
    wrong("env 'PORT'") == ["env takes NAME: value; not 'PORT'"]
  }

  def 'envFile and cleanEnv'() {
    expect:
    process("envFile '.env'\nenvFile 'more.env'\ncleanEnv()").with { [env(), cleanEnv()] } ==
        [[new EnvLayer.File('.env'), new EnvLayer.File('more.env')], true]
  }

  def 'who it runs as'() {
    expect:
    process("user 'www'\ngroup 33\numask '022'\nnice(-5)").identity() ==
        new Identity(Optional.of('www'), Optional.of('33'), OptionalInt.of(18), OptionalInt.of(-5))
  }

  def 'limits are numbers, sizes, unlimited, or soft and hard'() {
    expect:
    process('limits nofile: 4096, core: 0, as: 2.GB\nlimits cpu: unlimited, nproc: [10, unlimited]').limits() == [
        new Limit(Limit.Resource.NOFILE, 4096, 4096),
        new Limit(Limit.Resource.CORE, 0, 0),
        new Limit(Limit.Resource.AS, 2L << 30, 2L << 30),
        new Limit(Limit.Resource.CPU, -1, -1),
        new Limit(Limit.Resource.NPROC, 10, -1)]
    wrong('limits nofiles: 3')[0].startsWith("unknown option 'nofiles:' of 'limits' (did you mean 'nofile:'?)")
  }

  def 'logs in every form'() {
    expect:
    process("logs $words").logs() == logs

    where:
    words                                                || logs
    'none'                                               || new Logs.None()
    "'none'"                                             || new Logs.None()
    'inherit'                                            || new Logs.Inherit()
    "{ file 'log/x.log' }"                               || new Logs.Captured('log/x.log', 10 << 20, 5, true, false)
    '{ rotate 64.KB }'                                   || new Logs.Captured('', 64 << 10, 5, true, false)
    "{ rotate '1 MB', keep: 3; console false; block() }" || new Logs.Captured('', 1 << 20, 3, false, true)
    '{ separate() }'                                     || new Logs.Captured('', 10 << 20, 5, true, false, true, Logs.Format.PLAIN)
    '{ timestamps() }'                                   || new Logs.Captured('', 10 << 20, 5, true, false, false, Logs.Format.TIMESTAMPS)
    '{ json() }'                                         || new Logs.Captured('', 10 << 20, 5, true, false, false, Logs.Format.JSON)
    '{ separate(); json(); timestamps(); block() }'      || new Logs.Captured('', 10 << 20, 5, true, true, true, Logs.Format.JSON)
    '{ timestamps(); json() }'                           || new Logs.Captured('', 10 << 20, 5, true, false, false, Logs.Format.JSON)
  }

  def 'logs refuses a rotation that cannot work'() {
    expect:
    wrong('logs { rotate 10 }') == ['logs rotate 10 is below 1 KB']
    wrong('logs { rotate 1.MB, kep: 3 }')[0].contains("did you mean 'keep:'?")
  }

  def 'stop in its short forms'() {
    expect:
    process("stop $words").policy().stop().steps() == [step]

    where:
    words                                        || step
    'SIGINT'                                     || new StopStep.Signal(2, Grace.DEFAULT, StopStep.Target.GROUP)
    'INT'                                        || new StopStep.Signal(2, Grace.DEFAULT, StopStep.Target.GROUP)
    "'INT'"                                      || new StopStep.Signal(2, Grace.DEFAULT, StopStep.Target.GROUP)
    'SIGQUIT, within: 5.seconds'                 || new StopStep.Signal(3, new Grace.Limited(Duration.ofSeconds(5)), StopStep.Target.GROUP)
    'SIGTERM, within: unlimited, to: main'       || new StopStep.Signal(15, new Grace.Unlimited(), StopStep.Target.MAIN)
    "within: '2s', to: 'group'"                  || new StopStep.Signal(15, new Grace.Limited(Duration.ofSeconds(2)), StopStep.Target.GROUP)
    'kill'                                       || new StopStep.Kill()
  }

  def 'stop as a program of steps'() {
    when:
    def steps = process('''
      stop {
        signal SIGINT, within: 5.seconds
        exec './drain', '--all', within: 3.seconds
        run { ctx -> ctx.name }
        signal TERM
        kill()
      }''').policy().stop().steps()

    then:
    steps[0] == new StopStep.Signal(2, new Grace.Limited(Duration.ofSeconds(5)), StopStep.Target.GROUP)
    steps[1].command().words()*.text() == ['./drain', '--all']
    steps[1].within() == new Grace.Limited(Duration.ofSeconds(3))
    steps[2].body().run(new Recorded()) == 'backend/ticker'
    steps[3] == new StopStep.Signal(15, Grace.DEFAULT, StopStep.Target.GROUP)
    steps[4] == new StopStep.Kill()
  }

  def 'stop refuses programs that make no sense'() {
    expect:
    wrong("stop $words") == [message]

    where:
    words                                          || message
    '{ kill(); signal SIGTERM }'                   || 'kill() must be the last step of a stop'
    '{ signal INT, within: unlimited; kill() }'    || 'only the last step of a stop may be within: unlimited'
    '{ }'                                          || 'a stop without steps; allowed are signal, exec, run and kill()'
    "SIGTERM, to: 'all'"                           || "to 'all' is not one of group, main"
    "'SIGFOO'"                                     || "stop takes a block { … }, or a signal (SIGTERM) or kill, if wanted with options (within, to), or options (within, to); not 'SIGFOO' (did you mean 'SIGFPE'?)"
    'kill, within: 3.seconds'                      || 'stop kill takes no options: there is nothing to wait for'
  }

  def 'instances are a number from 1'() {
    expect:
    process('instances 3').instances() == 3
    process("instances '3'").instances() == 3
  }

  def 'command and shell exclude each other'() {
    expect:
    wrong("shell 'x'") == ['shell and command exclude each other; command is at app.groovy:2']
  }
}

package dev.supervise.cli

import static dev.supervise.cli.Trees.*

import dev.supervise.text.Secrets
import dev.supervise.dsl.mistake.Mistake
import dev.supervise.spec.*
import dev.supervise.worker.process.ProcessWorker
import groovy.json.JsonSlurper
import java.time.Duration
import spock.lang.Specification

class PlanTextSpec extends Specification {
  static secrets(String... texts) { new Secrets().tap { it.add(texts.toList()) } }

  static App tree() {
    app(ports: [api: 20001],
        process('web', after: ['db'], instances: 2, labels: [tier: 'front'],
            env: [new EnvLayer.Set('PASSWORD', Value.of('s3cret!')), new EnvLayer.Unset('X'), new EnvLayer.File('.env')]),
        process('db'),
        supervisor('backend', process('api')),
        pool('workers', 3, process('w')))
  }

  def 'a function is stopped by cancelling it: no signal is shown'() {
    given:
    def function = new FunctionSpec('f', Origin.NONE, UnitPolicy.DEFAULT, { null } as FunctionBody)
    def text = PlanText.of(app([:], function), new ProcessWorker.Mode('keeper', []), secrets(), java.nio.file.Path.of('.supervise/app'))

    expect:
    text.contains('    stop          within: 10 s\n')
    !text.contains('SIGTERM')
  }

  def 'the plan as text'() {
    expect:
    PlanText.of(tree(), new ProcessWorker.Mode('reduced', ['threads grow']), secrets('s3cret'), java.nio.file.Path.of('.supervise/app')) == '''\
app.groovy: 7 units, no mistakes
processes: reduced mode, which means:
  - threads grow
port api: chosen at each run (here 20001)

the script's top level: supervisor
  strategy      oneForOne
  intensity     unlimited
  autoShutdown  never
  stopWithin    unlimited
  start order   db, web, backend, workers
  process db  (app.groovy:3)
    command       sleep '9 s'
    dir           /srv
    logs          .supervise/app/log/db.log, rotate 10 MB, keep 5
    restart       onFailure
    successExit   0
    backoff       initial: 0.2 s, max: 30 s, factor: 2.0, jitter: 0.1, reset: 1 m
    maxRestarts   unlimited
    stop          SIGTERM, within: 10 s, to: group
    stop          kill
  process web  (app.groovy:3)
    command       sleep '9 s'
    dir           /srv
    instances     2
    envFile       .env
    env           PASSWORD=***!
    env           X removed
    logs          .supervise/app/log/web-1.log to web-2.log, rotate 10 MB, keep 5
    restart       onFailure
    successExit   0
    backoff       initial: 0.2 s, max: 30 s, factor: 2.0, jitter: 0.1, reset: 1 m
    maxRestarts   unlimited
    after         db: started
    stop          SIGTERM, within: 10 s, to: group
    stop          kill
    labels        tier=front
  supervisor backend  (app.groovy:1)
    strategy      oneForOne
    intensity     10, within: 30 s
    autoShutdown  never
    stopWithin    unlimited
    restart       onFailure
    backoff       initial: 0.2 s, max: 30 s, factor: 2.0, jitter: 0.1, reset: 1 m
    maxRestarts   unlimited
    start order   api
    process backend/api  (app.groovy:3)
      command       sleep '9 s'
      dir           /srv
      logs          .supervise/app/log/backend/api.log, rotate 10 MB, keep 5
      restart       onFailure
      successExit   0
      backoff       initial: 0.2 s, max: 30 s, factor: 2.0, jitter: 0.1, reset: 1 m
      maxRestarts   unlimited
      stop          SIGTERM, within: 10 s, to: group
      stop          kill
  pool workers  (app.groovy:1)
    size          3
    intensity     10, within: 30 s
    autoShutdown  never
    stopWithin    unlimited
    restart       onFailure
    backoff       initial: 0.2 s, max: 30 s, factor: 2.0, jitter: 0.1, reset: 1 m
    maxRestarts   unlimited
    of this template:
    process workers/1  (app.groovy:3)
      command       sleep '9 s'
      dir           /srv
      logs          .supervise/app/log/workers/1.log, rotate 10 MB, keep 5
      restart       onFailure
      successExit   0
      backoff       initial: 0.2 s, max: 30 s, factor: 2.0, jitter: 0.1, reset: 1 m
      maxRestarts   unlimited
      stop          SIGTERM, within: 10 s, to: group
      stop          kill
'''
  }

  def 'hooks are shown by phase, with all that was understood of them'() {
    given:
    def program = { String... words -> new HookBody.Program(new Command.Argv(words.collect { Value.of(it) })) }
    def closure = new HookBody.Closure({ null } as FunctionBody)
    def hooks = [
        new Hook('tell', HookPhase.POST_STOP, closure, Optional.empty(), [], Hook.TIMEOUT, new HookFailure.Ignore(), true, Origin.NONE),
        new Hook('init', HookPhase.PRE_START, program('initdb', 'a b'), Optional.of(Value.of('/x')),
            [new EnvLayer.Set('P', Value.of('s3cret'))], Duration.ofMinutes(2), new HookFailure.Retry(3, Duration.ofMillis(200)), false, Origin.NONE),
        new Hook('check', HookPhase.PRE_START, program('true'), Optional.empty(), [], Hook.TIMEOUT, new HookFailure.Fail(), false, Origin.NONE)]
    def life = new Lifecycle(Optional.empty(), Optional.empty(), hooks, 0, Lifecycle.RETRY_DELAY, Duration.ZERO)
    def unit = new FunctionSpec('f', Origin.NONE, UnitPolicy.DEFAULT.withLifecycle(life), { null } as FunctionBody)

    expect:
    PlanText.of(app(unit), new ProcessWorker.Mode('keeper', []), secrets('s3cret'), java.nio.file.Path.of('.supervise/app')).readLines().findAll { it =~ /^ +p(re|ost)St/ }*.trim() == [
        "preStart      init: initdb 'a b', dir /x, env P=***, timeout 2 m, onFailure retry(3, delay: 0.2 s)",
        'preStart      check: true, timeout 30 s, onFailure fail',
        'postStop      tell: run { }, timeout 30 s, onFailure ignore, async']
  }

  def 'the same plan as one JSON document with a version'() {
    when:
    def plan = new JsonSlurper().parseText(CheckJson.of(tree(), new ProcessWorker.Mode('reduced', ['threads grow']), secrets('s3cret'), java.nio.file.Path.of('.supervise/app'), []))
    then:
    plan.version == 1
    plan.script == 'app.groovy'
    plan.mistakes == []
    plan.mode == 'reduced'
    plan.unpromised == ['threads grow']
    plan.root.units*.path == ['db', 'web', 'backend', 'workers']
    plan.root.units[0].command == ['sleep', '9 s']
    plan.root.units[1].env == ['PASSWORD=***!', 'X removed']
    plan.root.units[2].units[0].path == 'backend/api'
    plan.root.units[3].template.command == ['sleep', '9 s']
  }

  def 'mistakes as JSON have the fields of the contract'() {
    when:
    def answer = new JsonSlurper().parseText(CheckJson.of('app.groovy', [
        new Mistake(new Origin('inc.groovy', 12), 3, "process 'web'", 'comand', "unknown word 'comand'", "did you mean 'command'?")], []))
    then:
    answer.version == 1
    answer.mistakes == [[file: 'inc.groovy', line: 12, column: 3, unit: "process 'web'", word: 'comand',
        message: "unknown word 'comand'", hint: "did you mean 'command'?"]]
  }

  def 'mistakes as annotations for GitHub, escaped as it wants them'() {
    expect:
    GithubAnnotations.of(new Mistake(new Origin('a,b.groovy', 12), 3, "process 'web'", 'x', 'bad: 100 %\nof it', 'why?')) ==
        "::error file=a%2Cb.groovy,line=12,col=3::process 'web': bad: 100 %25\\nof it (why?)"
    GithubAnnotations.of(new Mistake(new Origin('a.groovy', 0), 0, '', '', 'no such file', '')) == '::error file=a.groovy::no such file'
  }
}

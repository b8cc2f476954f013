package dev.supervise.dsl.words

import dev.supervise.dsl.Scripted
import dev.supervise.spec.Command
import dev.supervise.spec.EnvLayer
import dev.supervise.spec.Hook
import dev.supervise.spec.HookBody
import dev.supervise.spec.HookFailure
import dev.supervise.spec.HookPhase
import dev.supervise.spec.Value
import java.time.Duration

/// The words of hooks.
class HookWordsSpec extends Scripted {

  List<Hook> hooks(String words) {
    unit("process('web') {\ncommand './web'\n$words\n}").policy().lifecycle().hooks()
  }

  Hook hook(String words) {
    def hooks = hooks("preStart {\n$words\n}")
    assert hooks.size() == 1
    hooks[0]
  }

  def 'a hook that says only what it does has the defaults'() {
    when:
    def hook = hook("command 'a', 'b c'")

    then:
    hook.name() == 'preStart-1'
    hook.phase() == HookPhase.PRE_START
    hook.body() == new HookBody.Program(new Command.Argv([Value.of('a'), Value.of('b c')]))
    hook.dir() == Optional.empty()
    hook.env() == []
    hook.timeout() == Duration.ofSeconds(30)
    hook.onFailure() == new HookFailure.Fail()
    !hook.async()
    hook.origin().toString() == 'app.groovy:3'
  }

  def 'hooks are kept in the order they are written, each in its phase, under its name or its number'() {
    expect:
    hooks("""
        postStop { command 'a' }
        preStart('one') { command 'b' }
        preStart { command 'c' }
        postStart { command 'd' }
        preStart { command 'e' }
        preStop('last') { command 'f' }""").collect { "${it.phase().word()} ${it.name()}".toString() } ==
        ['postStop postStop-1', 'preStart one', 'preStart preStart-2', 'postStart postStart-1', 'preStart preStart-3', 'preStop last']
  }

  def 'everything a hook may say'() {
    when:
    def hook = hook("""
        shell 'cd x && ./y'
        dir 'work'
        env A: 1, B: null
        timeout '5s'
        onFailure retry(3, delay: 250.ms)
        async()""")

    then:
    hook.body() == new HookBody.Program(new Command.Shell(Value.of('cd x && ./y'), []))
    text(hook.dir().get()) == home.toRealPath().resolve('work').toString()
    hook.env() == [new EnvLayer.Set('A', Value.of('1')), new EnvLayer.Unset('B')]
    hook.timeout() == Duration.ofSeconds(5)
    hook.onFailure() == new HookFailure.Retry(3, Duration.ofMillis(250))
    hook.async()
  }

  def 'what follows from a failure: #words'() {
    expect:
    hook("command 'x'\n$words").onFailure() == expected

    where:
    words                                 || expected
    'onFailure fail'                      || new HookFailure.Fail()
    'onFailure ignore'                    || new HookFailure.Ignore()
    "onFailure 'ignore'"                  || new HookFailure.Ignore()
    'onFailure retry(2)'                  || new HookFailure.Retry(2, Duration.ofSeconds(1))
    "onFailure(retry(2, delay: '5s'))"    || new HookFailure.Retry(2, Duration.ofSeconds(5))
    'onFailure = retry(1)'                || new HookFailure.Retry(1, Duration.ofSeconds(1))
  }

  def "a closure is called with its context, and sees the script's own"() {
    given:
    def unit = unit("""
        def greet(name) { "hello \$name" }
        process('web') {
          command 'x'
          preStart { run { ctx -> ctx.log greet(ctx.name) } }
          postStop { run { 7 } }
        }""")
    def context = new Recorded()

    when:
    def answers = unit.policy().lifecycle().hooks().collect { it.body().body().run(context) }

    then:
    context.lines == ['hello backend/ticker']
    answers[1] == 7
  }

  def 'in loops, methods and closures of the script'() {
    expect:
    units("""
        def clean(String what) { postStop { command 'rm', what } }
        ['a', 'b'].each { n ->
          process(n) {
            command n
            clean "/tmp/\$n"
            2.times { preStart("p-\$it") { command 'x', "\$it" } }
          }
        }""").collect { it.policy().lifecycle().hooks()*.name() } == [['postStop-1', 'p-0', 'p-1']] * 2
  }

  def "a function's hook that runs a command does so in the script's directory"() {
    when:
    def hooks = unit("""
        function('f') {
          run { }
          preStart { command 'x' }
          preStart { command 'x'; dir 'y' }
          preStart { run { } }
        }""").policy().lifecycle().hooks()

    then:
    text(hooks[0].dir().get()) == home.toRealPath().toString()
    text(hooks[1].dir().get()) == home.toRealPath().resolve('y').toString()
    hooks[2].dir() == Optional.empty()
  }

  def 'what makes no hook: #words'() {
    expect:
    wrong(words) == [message]

    where:
    words                                                 || message
    "preStart { timeout 5.seconds }"                      || "preStart 'preStart-1' needs command, shell or run { … }"
    "preStart { command 'x'; shell 'y' }"                 || "shell and command exclude each other; command is at app.groovy:3"
    "preStart { run { }; command 'x' }"                   || "command and run exclude each other; run is at app.groovy:3"
    "preStart { run { }; dir 'x' }"                       || "dir has no effect on run { … }, which is no process; use it with command or shell"
    "preStart { run { }; env A: 1 }"                      || "env has no effect on run { … }, which is no process; use it with command or shell"
    "preStart { command 'x'; retry(3) }"                  || "preStart 'preStart-1': retry belongs to onFailure; write onFailure retry(3)"
    "preStart { command 'x'; onFailure retry(0) }"        || "retry 0 is not between 1 and 1000"
    "preStart { command 'x'; timeout 0.seconds }"         || "timeout must be longer than zero"
    "preStart('a b') { command 'x' }"                     || "name 'a b': allowed are A-Z a-z 0-9 . _ -"
    "preStart('a') { command 'x' }; preStop('a') { command 'x' }" || "hook name 'a' is used twice in one unit; first at app.groovy:3"
    "preStart('a') { comand 'x' }"                        || "unknown word 'comand' (did you mean 'command'?)"
    "preStart { command 'x'; onFailure retry(1), delay: 1.second }" || "'onFailure' takes no named options, so 'delay:' means nothing"
  }

  def 'a phase has at most 50 hooks'() {
    expect:
    hooks("50.times { preStart { command 'x' }; postStop { command 'y' } }").size() == 100
    wrong("51.times { preStart { command 'x' } }") == ['a unit has at most 50 preStart hooks; let one do the work of several']
  }

  def 'supervisors and pools have no runs, and no hooks'() {
    expect:
    mistakes("supervisor('s') { preStart { command 'x' } }") ==
        ["app.groovy:1: supervisor 's': word 'preStart' does not belong in supervisor (it belongs in function or in process)"]
    units("pool('p') { size 1; template { process { command 'x'; preStart { command 'y' } } } }")[0]
        .members().template().policy().lifecycle().hooks()*.name() == ['preStart-1']
  }
}

package dev.supervise.dsl.words

import dev.supervise.dsl.Scripted
import dev.supervise.dsl.mistake.ScriptMistakes
import dev.supervise.dsl.value.Interpolated
import dev.supervise.dsl.value.Word
import dev.supervise.spec.Pause
import dev.supervise.spec.ScheduleSpec
import dev.supervise.spec.TaskContext
import dev.supervise.spec.TaskSpec
import dev.supervise.spec.Tasks
import java.time.Duration
import java.time.ZoneId

/// Tasks and schedules as a script declares them, and what code that runs later submits.
class TaskWordsSpec extends Scripted {

  /// A context that notes what is submitted, and what a task says of itself.
  static class Submitting extends Scripted.Recorded implements TaskContext {
    List submitted = []
    List said = []
    UUID id = UUID.fromString('6ba7b810-9dad-11d1-80b4-00c04fd430c8')

    @Override
    Tasks tasks() {
      def noted = submitted
      def given = this.id
      new Tasks() {
        UUID submit(String type, Map params, Optional id) { noted << [type, params, id.orElse('')]; given }

        Object await(UUID id) { [id: id] }
      }
    }

    @Override
    UUID id() { id }

    @Override
    String type() { 'import' }

    @Override
    void progress(double fraction, String text) { said << [fraction, text] }

    @Override
    void result(Object value) { said << value }
  }

  TaskSpec task(String words) {
    load("record Params(String url, long n) {}\ntask('import') {\n$words\n${words =~ /\brun\b/ ? '' : 'run { }'}\n}").tasks()[0]
  }

  ScheduleSpec schedule(String words) {
    load("task('import') { run { } }\nschedule('s') {\n$words\n${words =~ /submit/ ? '' : "submit 'import'"}\n}").schedules()[0]
  }

  def 'a task has the limits its words give it, and modest ones by default'() {
    given:
    def plain = task('')
    def full = task('params Params; retry 3, delay: 2.seconds; timeout 5.minutes; concurrency 4; keep 1000')

    expect:
    plain.name() == 'import'
    plain.origin().line() == 2
    plain.params() == null
    plain.retry().times() == 0
    plain.timeout().empty
    plain.concurrency().empty
    plain.keep() == new TaskSpec.Keep.For(Duration.ofDays(7))

    and:
    full.params().simpleName == 'Params'
    full.retry() == new TaskSpec.Retry(3, new Pause.Delay(Duration.ofSeconds(2)))
    full.timeout().get() == Duration.ofMinutes(5)
    full.concurrency().asInt == 4
    full.keep() == new TaskSpec.Keep.Newest(1000)
    task('keep forever').keep() == new TaskSpec.Keep.Forever()
    task("keep '30d'").keep() == new TaskSpec.Keep.For(Duration.ofDays(30))
    (task('retry 2; backoff initial: 1.second').retry().pause() as Pause.Backoff).initial() == Duration.ofSeconds(1)
    task('retry 2').retry().pause() == new Pause.Delay(Duration.ofSeconds(1))
  }

  def 'a body is given its context and the parameters, as many as it takes'() {
    given:
    def context = new Submitting()
    def seen = { String words -> task("run { $words }").body().run(context, [url: 'x']) }

    expect:
    seen('3') == 3
    seen("ctx -> \"\${ctx.type} \${ctx.id}\"") == 'import 6ba7b810-9dad-11d1-80b4-00c04fd430c8'
    seen('ctx, p -> [p.url, 1.second, null, 2.5]') == ['x', '1s', null, 2.5]
    seen('new StringBuilder("kept as its text")') == 'kept as its text'
    seen('new Object() { String toString() { "thing" } }') == 'thing'

    when:
    seen("ctx -> ctx.progress 0.4, \"half \${'way'}\"; ctx.progress 1; ctx.result a: \"\${1 + 1}\"")

    then:
    context.said == [[0.4d, 'half way'], [1.0d, ''], [a: '2']]
  }

  def 'code that runs later submits, with and without ctx, in closures and in methods of the script'() {
    given:
    def context = new Submitting()
    def app = load('''
      task('import') { run { } }
      def again(n) { submit 'import', n: n }
      onStart {
        submit 'import'
        submit 'import', url: "x${1}", list: [1, "y${2}"], at: 5.seconds
        submit('import', [url: 'z'], id: '6ba7b810')
        [1, 2].each { submit('import', [n: it]) }
        again(3)
      }
      onStop { ctx -> ctx.submit 'import', last: true }
      function('f') { run { ctx -> ctx.submit('import', [n: 4]) } }
      process('p') { command 'x'; preStart { run { submit 'import', n: 5 } } }''')

    when:
    app.onStart()[0].run(context)
    app.onStop()[0].run(context)
    app.root().members().units()[0].body().run(context)
    app.root().members().units()[1].policy().lifecycle().hooks()[0].body().body().run(context)

    then:
    context.submitted == [
        ['import', [:], ''], ['import', [url: 'x1', list: [1, 'y2'], at: '5s'], ''], ['import', [url: 'z'], '6ba7b810'],
        ['import', [n: 1], ''], ['import', [n: 2], ''], ['import', [n: 3], ''],
        ['import', [last: true], ''], ['import', [n: 4], ''], ['import', [n: 5], '']]
    context.submitted.every { it[1].values().every { !(it instanceof GString) && !(it instanceof Interpolated) } }
  }

  def 'what no text can stand for is refused when it is submitted, by its name'() {
    given:
    def app = load("task('import') { run { } }\nonStart { submit 'import', a: [b: [1, { 2 }]] }")

    when:
    app.onStart()[0].run(new Submitting())

    then:
    def e = thrown(RuntimeException)
    e.message == 'import.a.b[1] is a closure; what is kept on disk are texts, numbers, true and false, lists and maps'
  }

  def 'submit stands alone where nothing runs that could: in a value, and on a thread of the script\'s own'() {
    given:
    def f = unit("task('t') { run { } }\nfunction('f') { run { def e = null; Thread.start { try { submit 't' } catch (x) { e = x } }.join(); throw e } }").body()

    when:
    f.run(new Submitting())

    then:
    def e = thrown(IllegalStateException)
    e.message == "'submit' is a word of the script; code that runs later has none"
  }

  def 'the words of code that runs later are the methods of the context that are marked so'() {
    expect:
    CurrentContext.WORDS == FunctionApi.declaredMethods.findAll { it.isAnnotationPresent(Word) }*.name as Set
    TaskApi.declaredMethods.findAll { it.isAnnotationPresent(Word) } == []
  }

  def 'a schedule knows its moments, and leaves out what it missed unless it is told otherwise'() {
    given:
    def plain = schedule('every 10.seconds')
    def full = schedule("cron '0 3 * * *', zone: 'Europe/Berlin'; overlap replace; missed run; submit 'import', url: 'x', n: [1]")

    expect:
    plain.when() == new ScheduleSpec.When.Every(Duration.ofSeconds(10))
    plain.overlap() == ScheduleSpec.Overlap.SKIP
    plain.missed() == ScheduleSpec.Missed.SKIP
    plain.params() == [:]
    full.when() == new ScheduleSpec.When.Cron('0 3 * * *', ZoneId.of('Europe/Berlin'))
    full.overlap() == ScheduleSpec.Overlap.REPLACE
    full.missed() == ScheduleSpec.Missed.RUN
    full.params() == [url: 'x', n: [1]]
    schedule("cron '@daily'").when() == new ScheduleSpec.When.Cron('@daily', ZoneId.systemDefault())
    schedule("every '1h'; overlap queue; missed skip").overlap() == ScheduleSpec.Overlap.QUEUE
  }

  def "mistake: #script"() {
    expect:
    mistakes("task('import') { run { } }\n$script")*.replaceFirst(/^app\.groovy:2: /, '') == [message]

    where:
    script                                                                   || message
    "task('import') { run { } }"                                             || "task 'import' is declared twice; first at app.groovy:1"
    "task('a b') { run { } }"                                                || "name 'a b': allowed are A-Z a-z 0-9 . _ -"
    "task('a') { }"                                                          || "task 'a': a task needs run { ctx, params -> … }"
    "task('a') { run { a, b, c -> } }"                                       || "task 'a': run { … } takes two parameters, the context and the task's, not 3"
    "task('a') { retry(-1); run { } }"                                       || "task 'a': retry -1 is negative"
    "task('a') { backoff factor: 2; run { } }"                               || "task 'a': there is a pause, but no retry it could stand before; write retry 3"
    "task('a') { retry 3, delay: 1.second; backoff factor: 2; run { } }"     || "task 'a': backoff and retry's delay exclude each other; retry is at app.groovy:2"
    "task('a') { retry 3; backoff reset: 1.second; run { } }"                || "task 'a': unknown option 'reset:' of 'backoff' (it takes initial, max, factor or jitter)"
    "task('a') { timeout 0.seconds; run { } }"                               || "task 'a': timeout must be longer than zero"
    "task('a') { concurrency 0; run { } }"                                   || "task 'a': concurrency 0 is less than one at a time"
    "task('a') { keep(-1); run { } }"                                        || "task 'a': keep -1 is negative"
    "task('a') { params List; run { } }"                                     || "task 'a': params List is no record or class that could be filled"
    "task('a') { restart always; run { } }"                                  || "task 'a': word 'restart' does not belong in task (it belongs in function, in pool, in process or in supervisor)"
    "task('a') { run { ctx -> ctx.progres 1 } }"                             || "task 'a': 'ctx' has no 'progres' (did you mean 'progress'?)"
    "task('a') { run { submit 'imprt' } }"                                   || "task 'a': unknown task type 'imprt' (did you mean 'import'?)"
    "function('f') { run { ctx -> ctx.submit 'imprt', a: 1 } }"              || "function 'f': unknown task type 'imprt' (did you mean 'import'?)"
    "def s() { submit('imprt', [:]) }; onStart { s() }"                      || "unknown task type 'imprt' (did you mean 'import'?)"
    "supervisor('s') { task('a') { run { } } }"                              || "supervisor 's': word 'task' does not belong in supervisor (it belongs at the top level)"
    "schedule('s') { submit 'import' }"                                      || "schedule 's': a schedule needs cron '0 3 * * *' or every 10.minutes"
    "schedule('s') { every 1.hour }"                                         || "schedule 's': a schedule needs submit 'TYPE', the task it submits"
    "schedule('s') { every 1.hour; submit 'imprt' }"                         || "schedule 's': unknown task type 'imprt' (did you mean 'import'?)"
    "schedule('s') { every 1.hour; cron '@daily'; submit 'import' }"         || "schedule 's': cron and every exclude each other; every is at app.groovy:2"
    "schedule('s') { every 99.ms; submit 'import' }"                         || "schedule 's': every is shorter than 100 ms"
    "schedule('s') { cron '0 25 * * *'; submit 'import' }"                   || "schedule 's': cron '0 25 * * *': hour 25 is not between 0 and 23"
    "schedule('s') { cron '@daily', zone: 'UCT0'; submit 'import' }"         || "schedule 's': cron zone 'UCT0' is no time zone (did you mean 'UCT'?)"
    "schedule('s') { every 1.hour; submit 'import', url: { 1 } }"            || "schedule 's': import.url is a closure; what is kept on disk are texts, numbers, true and false, lists and maps"
    "schedule('s') { every 1.hour; submit 'import'; submit 'import', a: 1 }" || "schedule 's': 'submit' is given twice in this block, first at app.groovy:2 (keep one of the two)"
    "schedule('s') { every 1.hour; submit 'import' }; schedule('s') { }"     || "schedule 's' is declared twice; first at app.groovy:2"
  }

  def 'the shipped types need no declaration, and a script may have its own instead'() {
    expect:
    load("onReady { submit 'mark-ready'; submit 'await-condition', tcp: 80 }").tasks() == []
    load("task('mark-ready') { run { } }\nonReady { submit 'mark-ready' }").tasks()*.name() == ['mark-ready']
  }

  def 'a type is known wherever it is declared: later, in an include, under a name that is computed'() {
    given:
    file('tasks.groovy', "['a', 'b'].each { task(\"import-\$it\") { run { } } }\nonStart { submit 'last' }")

    expect:
    load("onStart { submit 'import-a' }\ninclude 'tasks.groovy'\ntask('last') { run { } }").tasks()*.name() == ['import-a', 'import-b', 'last']
    mistakes("include 'tasks.groovy'") == ["tasks.groovy:2: unknown task type 'last'"]
  }

  def 'a script from the cache still says which types it submits'() {
    given:
    def cache = home.resolve('cache')
    java.nio.file.Files.createDirectory(cache, java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
        java.nio.file.attribute.PosixFilePermissions.fromString('rwx------')))
    file('types.groovy', "task('import') { run { } }")
    file('app.groovy', "include 'types.groovy'\nonStart { submit 'import' }")

    expect:
    loadFile('app.groovy', cache: cache).tasks().size() == 1

    when:
    file('types.groovy', "task('export') { run { } }")
    loadFile('app.groovy', cache: cache)

    then:
    def e = thrown(ScriptMistakes)
    e.message.contains("app.groovy:2: unknown task type 'import' (did you mean 'export'?)")
  }
}

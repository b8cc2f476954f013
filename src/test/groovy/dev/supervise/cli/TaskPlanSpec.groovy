package dev.supervise.cli

import dev.supervise.dsl.words.LoadOptions
import dev.supervise.dsl.load.ScriptLoader
import dev.supervise.worker.process.ProcessWorker
import groovy.json.JsonSlurper
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Specification
import spock.lang.TempDir

/// What `check` says of tasks and schedules.
class TaskPlanSpec extends Specification {
  static final String SCRIPT = '''
    class ImportParams { String url }
    task('import') { params ImportParams; retry 3, delay: 1.second; timeout 5.minutes; concurrency 4; keep 7.days; run { } }
    task('other') { retry 5; backoff initial: 1.second, max: 1.minute; keep 1000; run { } }
    schedule('nightly') { cron '0 3 * * *', zone: 'UTC'; overlap queue; missed run; submit 'import', url: secret(value: 'hush') }
    schedule('often') { every 10.seconds; submit 'other' }
    process('web') { command 'x'; afterTask 'import', id: '6ba7b810-9dad-11d1-80b4-00c04fd430c8' }
    '''.stripIndent()

  @TempDir Path dir

  def options = LoadOptions.DEFAULT

  def app() {
    ScriptLoader.load(Files.writeString(dir.resolve('app.groovy'), SCRIPT), 'app.groovy', options)
  }

  def 'they stand after the units, each with all its words, secrets masked'() {
    given:
    def text = PlanText.of(app(), ProcessWorker.expectedMode(), options.secrets(), java.nio.file.Path.of('.supervise/app'))

    expect:
    text.contains('''\
task import  (app.groovy:3)
  params        ImportParams
  retry         3, delay: 1 s
  timeout       5 m
  concurrency   4
  keep          7 d
task other  (app.groovy:4)
  retry         5
  backoff       initial: 1 s, max: 1 m, factor: 2.0, jitter: 0.1
  keep          1000
schedule nightly  (app.groovy:5)
  cron          0 3 * * *, zone: UTC
  overlap       queue
  missed        run
  submit        import {"url":"***"}
schedule often  (app.groovy:6)
  every         10 s
  overlap       skip
  missed        skip
  submit        other
''')
    text =~ /(?m)^    afterTask     import, id: 6ba7b810-9dad-11d1-80b4-00c04fd430c8$/
  }

  def 'programs are told the same'() {
    given:
    def document = new JsonSlurper().parseText(CheckJson.of(app(), ProcessWorker.expectedMode(), options.secrets(), java.nio.file.Path.of(".supervise/app"), []))

    expect:
    document.tasks*.name == ['import', 'other']
    document.tasks[0].subMap('line', 'params', 'retry', 'keep') == [line: 3, params: 'ImportParams', retry: '3, delay: 1 s', keep: '7 d']
    document.schedules[0].subMap('name', 'cron', 'submit') == [name: 'nightly', cron: '0 3 * * *, zone: UTC', submit: 'import {"url":"***"}']
  }
}

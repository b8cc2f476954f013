package dev.supervise.dsl

import dev.supervise.dsl.load.ScriptLoader
import dev.supervise.dsl.words.LoadOptions
import dev.supervise.plan.Change
import dev.supervise.plan.ReloadPlan
import dev.supervise.spec.App
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.TempDir

/// Law 37 over scripts: what of them changed.
class ReloadPlanSpec extends Specification {
  @Shared
  @TempDir
  Path dir

  App load(String text) {
    def script = dir.resolve('app.groovy')
    Files.writeString(script, text.stripIndent())
    ScriptLoader.load(script, 'app.groovy', LoadOptions.DEFAULT)
  }

  /// What ALL declares, loaded once.
  @Shared
  App all

  Map<String, List> changes(String was, String is) {
    all = all ?: load(ALL)
    ReloadPlan.between(was == ALL ? all : load(was), load(is)).changes().findAll { it.kind() != Change.Kind.KEEP }
        .collectEntries { ["$it.unit $it.path".toString().trim(), [it.kind().name(), it.why()]] }
  }

  static final ALL = '''
    def port = 80
    strategy restForOne
    process('web') {
      command './web', "--port=${port}"
      dir { "/srv" }
      env A: 1, B: null, C: { port }
      instances 2
      ready { allOf { tcp 80; logLine ~/up/; check { port > 1 } } }
      alive(every: 1.second) { exec 'true' }
      preStart('x') { run { ctx -> ctx.log "$port" } }
      postStop { command "echo ${-> port}"; onFailure retry(2) }
      stop { signal SIGINT, within: 1.second; run { 1 }; kill() }
      limits nofile: 10
      labels a: 'b'
      logs { rotate 1.MB; json() }
    }
    function('f') { after 'web'; run { ctx -> println port } }
    pool('p') { template { process { command 'w' } }; size 2 }
    task('import') { retry 2; run { ctx, p -> port } }
    schedule('often') { every 10.seconds; submit 'import', k: 1 }
    '''

  def 'a script that is loaded again is the same, wherever it stands'() {
    expect:
    changes(ALL, ALL) == [:]
    changes(ALL, '\n\n\n' + ALL) == [:]
  }

  def 'what changed is named by its word: #word'() {
    expect:
    changes(ALL, ALL.replace(from, to)) == change
    where:
    word       | from                 | to                  || change
    'command'  | "'./web'"            | "'./wob'"           || ['process web': ['REPLACE', ['command']]]
    'dir'      | '"/srv"'             | '"/srw"'            || ['process web': ['REPLACE', ['dir']]]
    'env'      | 'A: 1'               | 'A: 2'              || ['process web': ['REPLACE', ['env']]]
    'instances' | 'instances 2'       | 'instances 4'       || ['process web': ['ADJUST', ['instances 4, not 2']]]
    'ready'    | 'tcp 80'             | 'tcp 81'            || ['process web': ['ADJUST', ['ready']]]
    'check'    | 'port > 1'           | 'port > 2'          || ['process web': ['ADJUST', ['ready']]]
    'alive'    | "exec 'true'"        | "exec 'false'"      || ['process web': ['ADJUST', ['alive']]]
    'preStart' | "preStart('x')"      | "preStart('y')"     || ['process web': ['ADJUST', ['preStart']]]
    'postStop' | 'retry(2)'           | 'retry(3)'          || ['process web': ['ADJUST', ['postStop']]]
    'stop'     | 'SIGINT'             | 'SIGHUP'            || ['process web': ['ADJUST', ['stop']]]
    'limits'   | 'nofile: 10'         | 'nofile: 11'        || ['process web': ['REPLACE', ['limits']]]
    'labels'   | "a: 'b'"             | "a: 'c'"            || ['process web': ['ADJUST', ['labels']]]
    'logs'     | '1.MB'               | '2.MB'              || ['process web': ['REPLACE', ['logs']]]
    'run'      | 'println port'       | 'println 1'         || ['function f': ['REPLACE', ['run']]]
    'after'    | "after 'web'"        | 'priority 2'        || ['function f': ['ADJUST', ['after', 'priority']]]
    'template' | "command 'w'"        | "command 'v'"       || ['pool p': ['REPLACE', ['template: command']]]
    'size'     | 'size 2'             | 'size 3'            || ['pool p': ['ADJUST', ['size 3, not 2']]]
    'strategy' | 'restForOne'         | 'oneForAll'         || ['supervisor': ['ADJUST', ['strategy']]]
    'task'     | 'retry 2;'           | 'retry 3;'          || ['task import': ['ADJUST', ['retry']]]
    'body'     | 'p -> port'          | 'p -> 3'            || ['task import': ['ADJUST', ['run']]]
    'schedule' | '10.seconds'         | '11.seconds'        || ['schedule often': ['ADJUST', ['every']]]
    'params'   | 'k: 1'               | 'k: 2'              || ['schedule often': ['ADJUST', ['params']]]
  }

  def 'a value that many words use changes all of them'() {
    expect:
    changes(ALL, ALL.replace('def port = 80', 'def port = 81')).keySet() ==
        ['process web', 'function f', 'task import'] as Set
  }
}

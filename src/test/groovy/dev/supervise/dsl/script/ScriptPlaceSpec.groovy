package dev.supervise.dsl.script

import dev.supervise.dsl.Scripted
import dev.supervise.dsl.load.ScriptLoader
import dev.supervise.dsl.mistake.Mistake
import dev.supervise.dsl.value.PortSource
import dev.supervise.dsl.words.LoadOptions
import dev.supervise.spec.Check
import dev.supervise.spec.EnvLayer
import dev.supervise.spec.FunctionSpec
import dev.supervise.spec.HookBody
import dev.supervise.spec.ProcessSpec
import java.nio.file.Path
import java.time.Duration

/// `scriptDir` and `file('x')`: beside the script, wherever supervise was started.
class ScriptPlaceSpec extends Scripted {

  Path here() { home.toRealPath() }

  List<Mistake> warned(String text) {
    file('app.groovy', text)
    List<Mistake> warnings = []
    ScriptLoader.load(home.resolve('app.groovy'), 'app.groovy',
        new LoadOptions([:], PortSource.unbound(), false, Duration.ofSeconds(30), Optional.empty(), new dev.supervise.text.Secrets(), { warnings << it }))
    warnings
  }

  static run(body) { body.run(new Recorded()) }

  def 'both hold in every kind of block while the script loads'() {
    given:
    def app = load('''
      def top = "$scriptDir|${file('a/../b')}"
      def helper() { "$scriptDir/${file('h').name}" }
      assert scriptDir instanceof java.nio.file.Path && file('x') instanceof File
      supervisor('s') {
        process('web') {
          command 'x', top, file('conf.json'), helper(), file("g${1}"), file('/abs')
          dir scriptDir
          env A: file('env'), B: scriptDir
          logs { file "$scriptDir/own.log" }
          preStart { command 'cat', file('hook') }
        }
      }
      ''')
    def web = app.root().members().units()[0].members().units()[0] as ProcessSpec
    def d = here()
    expect:
    web.command().words().collect { text(it) } == ['x', "$d|$d/b", "$d/conf.json", "$d/h", "$d/g1", '/abs']*.toString()
    text(web.dir()) == "$d"
    web.env().collect { (it as EnvLayer.Set).with { [it.name(), text(it.value())] } } == [['A', "$d/env"], ['B', "$d"]]*.collect { it.toString() }
    web.logs().file() == "$d/own.log"
  }

  def 'both hold in code that runs later, of every kind'() {
    given:
    def d = here()
    def app = load('''
      def both = { "$scriptDir|${file('x')}" }
      def method() { "$scriptDir|${file('x')}" }
      onStart { assert method() == both() }
      onReady { "$scriptDir|${file('x')}" }
      onStop { "$scriptDir|${file('x')}" }
      function('f') {
        run { ctx -> [1].collect { "$scriptDir|${file('x')}" }[0] }
        preStart { run { "$scriptDir|${file('x')}" } }
        ready { check { file('x').parent == "$scriptDir" } }
      }
      process('p') { command { "$scriptDir|${file('x')}" }; env A: "${-> file('x')}"; dir { file('x') } }
      task('t') { run { ctx, p -> "$scriptDir|${file('x')}" } }
      exports E: { "$scriptDir|${file('x')}" }
      ''')
    def (f, p) = app.root().members().units()
    def want = "$d|$d/x".toString()
    expect:
    run(app.onStart()[0]) == null
    run(app.onReady()[0]) == want
    run(app.onStop()[0]) == want
    run((f as FunctionSpec).body()) == want
    run((f.policy().lifecycle().hooks()[0].body() as HookBody.Closure).body()) == want
    (f.policy().lifecycle().ready().get().check() as Check.Asked).body().call()
    text(p.command().words()[0]) == want
    text((p.env()[0] as EnvLayer.Set).value()) == "$d/x"
    text(p.dir()) == "$d/x"
    app.tasks()[0].body().run(null, [:]) == want
    text(app.exports().E) == want
  }

  def 'an include has its own, also in what it declares for later'() {
    given:
    file('sub/inc.groovy', '''
      function('inner') { run { ctx -> "$scriptDir ${file('x')}" } }
      exports INNER: "$scriptDir"
      ''')
    def app = load('''
      include 'sub/inc.groovy'
      function('outer') { run { ctx -> "$scriptDir ${file('x')}" } }
      ''')
    def (inner, outer) = app.root().members().units()
    def d = here()
    expect:
    run(inner.body()) == "$d/sub $d/sub/x"
    run(outer.body()) == "$d $d/x"
    text(app.exports().INNER) == "$d/sub"
  }

  def 'a script called through a link means the directory of the file itself'() {
    given:
    file('real/app.groovy', 'exports D: scriptDir')
    java.nio.file.Files.createSymbolicLink(home.resolve('link.groovy'), home.resolve('real/app.groovy'))
    expect:
    text(loadFile('link.groovy').exports().D) == "${here()}/real"
  }

  def "a script's own name wins: #what"() {
    expect:
    text(load(script).exports().X) == 'mine'
    where:
    what                  | script
    'a method'            | "def file(String x) { 'mine' }\nexports X: file('x')"
    'a variable'          | "def scriptDir = 'mine'\nexports X: scriptDir"
    'a closure'           | "def file = { 'mine' }\nexports X: file('x')"
    'an undeclared one'   | "scriptDir = 'mine'\nexports X: scriptDir"
  }

  def 'in logs and in probes file is their word, as ever'() {
    given:
    def web = process("logs { file 'a.log' }; ready { file 'ok'; check { file('x').exists() } }") as ProcessSpec
    expect:
    web.logs().file() == 'a.log'
    (web.policy().lifecycle().ready().get().check() as Check.AllOf).checks().first() == new Check.File('ok')
  }

  def 'a file that nobody wants is the mistake it was'() {
    expect:
    mistakes("process('web') { command 'x'; file 'web.log' }") ==
        ["app.groovy:1: process 'web': word 'file' does not belong in process (it belongs in alive, in allOf, in anyOf, in logs or in ready)"]
    mistakes("file 'web.log'").size() == 1
    mistakes("exports A: file()") == ["app.groovy:1: file takes one path: file('conf/app.json')"]
    mistakes("exports A: file('a', 'b')") == ["app.groovy:1: file takes one path: file('conf/app.json')"]
    mistakes("exports A: scriptdir") == ["app.groovy:1: unknown name 'scriptdir' (did you mean 'scriptDir'?)"]
  }

  def 'a relative name of a file by way of Java is a warning that names both: #code'() {
    when:
    def warnings = warned("import java.nio.file.Path; function('f') { run { ctx -> $code } }")
    then:
    warnings*.asWarning() ==
        ["app.groovy:1: warning: function 'f': $shown is relative to the directory supervise is started from (beside the script it is file('$path'), or scriptDir.resolve('$path'))"]*.toString()
    where:
    code                                  | shown                      | path
    "new File('data')"                    | "new File('data')"         | 'data'
    "new java.io.File('data', 'x')"       | "new File('data')"         | 'data'
    'new File("data-${1}")'               | "new File('data-…')"       | 'data-…'
    "Path.of('data', 'x')"                | "Path.of('data')"          | 'data'
    "java.nio.file.Path.of('data')"       | "Path.of('data')"          | 'data'
    "java.nio.file.Paths.get('a/b')"      | "Paths.get('a/b')"         | 'a/b'
    "'data' as File"                      | "'data' as File"           | 'data'
    "new FileWriter('out.txt').close()"   | "new FileWriter('out.txt')"| 'out.txt'
  }

  def 'what is absolute, or not known to be relative, is no warning: #code'() {
    expect:
    warned("def d = '/x'\nfunction('f') { run { ctx -> $code } }") == []
    where:
    code << ["new File('/data')", "new File(d)", 'new File("$d/x")', "new File(new File('/x'), 'y')", "java.nio.file.Path.of('/x')",
             "java.nio.file.Path.of(d, 'x')", "file('data')", "scriptDir.resolve('x')", "'/x' as File", "new URI('data')"]
  }
}

package dev.supervise.dsl.script

import dev.supervise.dsl.load.ScriptLoader
import dev.supervise.dsl.value.PortSource
import dev.supervise.dsl.words.LoadOptions
import dev.supervise.spec.App
import dev.supervise.spec.Code
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Specification
import spock.lang.TempDir

/// Law 37: a closure is unchanged when its source, the script's helpers and the plain values it captured are equal.
class ClosureTextSpec extends Specification {
  @TempDir
  Path dir

  App load(String text, Map options = [:]) {
    def script = dir.resolve('app.groovy')
    Files.writeString(script, text)
    ScriptLoader.load(script, 'app.groovy', new LoadOptions(options.params ?: [:], PortSource.unbound(), false,
        LoadOptions.DEFAULT.limit(), Optional.ofNullable(options.cache)))
  }

  static Code body(App app, String name = 'f') {
    app.root().members().units().find { it.name() == name }.body() as Code
  }

  boolean same(String one, String other, Map options = [:]) {
    def (a, b) = [body(load(one, options)), body(load(other, options))]
    assert a.opaque() == [] && b.opaque() == []
    a.text() == b.text()
  }

  def 'a closure that only stands elsewhere is the same'() {
    expect:
    same("function('f') { run { ctx -> ctx.log 'a' } }", "process('x') { command 'true' }\n\n\nfunction('g') { run { 1 } }\nfunction('f') { run { ctx -> ctx.log 'a' } }")
  }

  def 'a closure is changed by #what'() {
    expect:
    !same(one, other)
    where:
    what                             | one                                                            | other
    'its source'                     | "function('f') { run { 1 } }"                                  | "function('f') { run { 2 } }"
    'a value it captured'            | "def n = 1; function('f') { run { n } }"                       | "def n = 2; function('f') { run { n } }"
    'a list it captured'             | "def n = [1]; function('f') { run { n } }"                     | "def n = [1, 2]; function('f') { run { n } }"
    'a loop variable'                | "[1].each { i -> function('f') { run { i } } }"                | "[2].each { i -> function('f') { run { i } } }"
    'a variable of the script'       | "n = 1; function('f') { run { n } }"                           | "n = 2; function('f') { run { n } }"
    'one that is set later'          | "function('f') { run { n } }; n = 1"                           | "function('f') { run { n } }; n = 2"
    'a method it calls'              | "int h() { 1 }; function('f') { run { h() } }"                 | "int h() { 2 }; function('f') { run { h() } }"
    'a method that one calls'        | "int g() { 1 }; int h() { g() }; function('f') { run { h() } }" | "int g() { 2 }; int h() { g() }; function('f') { run { h() } }"
    'a class it uses'                | "class A { int a() { 1 } }; function('f') { run { new A().a() } }" | "class A { int a() { 2 } }; function('f') { run { new A().a() } }"
    'an import'                      | "import java.util.concurrent.*\nfunction('f') { run { 1 } }"   | "function('f') { run { 1 } }"
    'a closure it captured'          | "def c = { 1 }; function('f') { run { c() } }"                 | "def c = { 2 }; function('f') { run { c() } }"
    'the method it is'               | "def h(ctx) { 1 }; function('f') { run this.&h }"              | "def h(ctx) { 2 }; function('f') { run this.&h }"
  }

  def 'a closure is not changed by #what'() {
    expect:
    same(one, other)
    where:
    what                       | one                                                   | other
    'a method it does not call' | "int h() { 1 }; function('f') { run { 3 } }"          | "int h() { 2 }; function('f') { run { 3 } }"
    'a variable it does not see' | "n = 1; function('f') { run { 3 } }"                | "n = 2; function('f') { run { 3 } }"
    'being kept in a variable' | "def c = { 1 }; function('f') { run c }"              | "def x = 2; def c = { 1 }; function('f') { run c }"
  }

  def 'what captured more than a plain value cannot be compared, and says what it was'() {
    expect:
    body(load("def list = new Object(); function('f') { run { list } }")).opaque().any { it.startsWith("it captured 'list'") }
  }

  def 'what a run makes of a captured variable is no change of the script'() {
    given:
    def text = "int n = 1; function('f') { run { n++ } }"
    def app = load(text)
    def before = body(app)
    when:
    app.root().members().units().first().body().run(null)
    then:
    before.text() == body(load(text)).text()
  }

  def 'a script from the cache is compared like one that was just compiled'() {
    given:
    def cache = Files.createDirectory(dir.resolve('cache'), java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
        java.nio.file.attribute.PosixFilePermissions.fromString('rwx------')))
    def text = "int h() { 1 }; def n = 2; function('f') { run { h() + n } }"
    expect:
    same(text, text, [cache: cache])
    body(load(text, [cache: cache])).text().contains('int h()')
  }
}

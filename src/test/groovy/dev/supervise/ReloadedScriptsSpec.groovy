package dev.supervise

import dev.supervise.dsl.script.LiveScript
import dev.supervise.dsl.load.LiveSession
import dev.supervise.dsl.words.LoadOptions
import dev.supervise.dsl.load.ScriptLoader
import dev.supervise.run.Reply
import groovy.transform.CompileStatic
import java.lang.ref.WeakReference
import java.nio.file.Files
import java.nio.file.Path
import java.util.function.Consumer
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.TempDir

/** What was loaded once and is not needed any more leaves nothing behind. */
class ReloadedScriptsSpec extends Specification {
  @TempDir Path dir
  @AutoCleanup Tried t = new Tried()

  static final SCRIPT = '''
    import java.util.concurrent.ConcurrentHashMap
    class Db { static pool }
    record Params(int n) {}
    def seen = new ConcurrentHashMap()
    def rev = '0'
    onStart { Db.pool = 1 }
    function('kept') { run { ctx -> while (!ctx.cancelled) { [1, 2].collect { it + 1 }; ctx.sleep 1.hour } } }
    function('f') { preStart { run { ctx -> "$rev".size() } }; run { ctx -> seen.n = rev; println([1, 2].collect { it * 2 }.sum()); ctx.ready(); while (!ctx.cancelled) ctx.sleep 1.hour }; ready { called() } }
    function('g') { run { ctx -> println "g $rev"; while (!ctx.cancelled) ctx.sleep 1.hour }; postStop { run { ctx -> "$rev bye" } } }
    task('t') { params Params; run { ctx, p -> ctx.save(n: p.n()); [rev].collect { "$it ${p.n()}".toString() } } }
    schedule('s') { every 1.hour; submit 't', n: 1 }
    exports X: { "rev $rev" }
    onStop { println "over $rev" }
    '''

  def load(int revision) {
    def script = dir.resolve('app.groovy')
    Files.writeString(script, SCRIPT.replace("'0'", "'$revision'").stripIndent())
    ScriptLoader.load(script, 'app.groovy', LoadOptions.DEFAULT)
  }

  /// Loads what is to be forgotten in a method of its own: no frame holds it afterwards.
  WeakReference<ClassLoader> reload(int revision) {
    def app = load(revision)
    assert t.engine.plan(app).changesSomething()
    assert t.engine.reload(app, 'spec', { }).get() instanceof Reply.Done
    t.engine.environment().get()
    def task = t.engine.tasks().submit('t', [n: revision], Optional.empty())
    assert t.engine.tasks().await(task) == ["$revision $revision".toString()]
    ScriptLoader.forget()
    new WeakReference(app.tasks().first().body().closure().class.classLoader)
  }

  static int alive(List<WeakReference> references) {
    long end = System.nanoTime() + 20_000_000_000L
    while (true) {
      System.gc()
      int left = references.count { it.get() != null }
      if (left < 4 || System.nanoTime() > end) return left
      Thread.sleep(50)
    }
  }

  def 'fifty reloads leave the scripts that something still runs of: the first one and the last'() {
    given:
    t.engine.apply(load(0))
    t.engine.reached().get()
    when:
    def loaders = (1..50).collect { reload(it) }
    then:
    // And what a cache of Groovy's, of one entry a method, remembers of the last call.
    alive(loaders) < 4
  }

  def 'a hundred typed lines leave nothing'() {
    given:
    def session = new LiveSession(Path.of('/tmp/app'), LoadOptions.DEFAULT, [unit: { }, units: { [] }, submit: { '' }] as LiveScript.Tree)
    when:
    def loaders = lines(session, 100)
    then:
    alive(loaders) < 4
  }

  /// Statically: a call of Groovy's remembers the classes it was last made with.
  @CompileStatic
  static List<WeakReference> lines(LiveSession session, int many) {
    List<WeakReference> loaders = []
    for (int n = 0; n < many; n++) {
      def closure = session.say("def c = { [1, 2].collect { it * $n }.sum() }; c(); c".toString(), { } as Consumer<String>).value()
      loaders.add(new WeakReference(closure.getClass().getClassLoader()))
    }
    loaders
  }
}

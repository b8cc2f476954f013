package dev.supervise

import dev.supervise.text.Secrets
import dev.supervise.run.*
import dev.supervise.spec.*
import dev.supervise.worker.Output
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

/// An engine with real workers, and what it told. Waits are for events, with a limit; nothing sleeps.
class Tried implements AutoCloseable {
  final Path dir = Files.createTempDirectory('tried')
  final List<Transition> transitions = Collections.synchronizedList([])
  final List<String> warnings = Collections.synchronizedList([])
  private final LinkedBlockingQueue<List<String>> lines = new LinkedBlockingQueue<>()
  final Secrets secrets = new Secrets()
  final Engine engine = Engine.open(new Settings(dir.resolve('state'),
    { path, b, o, l -> lines << [path, new String(b, o, l, 'UTF-8')] } as Output, { transitions << it }, { warnings << it }, secrets))

  Tried run(Map m = [:], List<UnitSpec> units) {
    engine.apply(App.of(new SupervisorSpec('', Origin.NONE, UnitPolicy.DEFAULT, m.strategy ?: Strategy.ONE_FOR_ONE,
      m.intensity ?: new Intensity.Unlimited(), AutoShutdown.NEVER, m.stopWithin ?: new Grace.Unlimited(), new Members.Listed(units))))
    this
  }

  /// The next line of a unit, others are passed over.
  String line(String path) {
    long end = System.nanoTime() + 10_000_000_000L
    while (true) {
      def next = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS)
      if (next == null) throw new AssertionError("no line of $path; transitions: ${transitions*.toString().join('\n')}\n$warnings" as Object)
      if (next[0] == path) return next[1]
    }
  }

  /// The first line of each unit, in the order of the paths; they may come in any.
  List<String> lineOfEach(List<String> paths) {
    def found = [:]
    while (found.size() < paths.size()) {
      def next = lines.poll(10, TimeUnit.SECONDS)
      if (next == null) throw new AssertionError("no line of ${paths - found.keySet()}" as Object)
      if (next[0] in paths) found.putIfAbsent(next[0], next[1])
    }
    paths.collect { found[it] }
  }

  UnitSnapshot unit(String path) { find(engine.snapshot(), path) }
  static UnitSnapshot find(UnitSnapshot s, String path) { s.path() == path ? s : s.children().findResult { find(it, path) } }

  Reply ask(Request r) { engine.ask(r).get(20, TimeUnit.SECONDS) }
  Outcome outcome() { engine.outcome().get(20, TimeUnit.SECONDS) }
  Outcome stop() { ask(new Request.Down(false)); outcome() }

  /// Waits until a claim holds; looks again every 5 ms.
  static void until(Closure<Boolean> claim) {
    long end = System.nanoTime() + 10_000_000_000L
    while (!claim()) {
      if (System.nanoTime() > end) throw new AssertionError('it never came true' as Object)
      Thread.sleep(5)
    }
  }

  void close() {
    engine.close()
    dir.toFile().deleteDir()
  }

  static UnitPolicy policy(Map m = [:]) {
    def d = UnitPolicy.DEFAULT
    new UnitPolicy(m.restart ?: Restart.ON_FAILURE, d.successExits(), m.pause ?: new Pause.Delay(Duration.ZERO), d.maxRestarts(), m.after ?: [],
      0, m.oneShot ?: false, m.significant ?: false, m.autostart != false, m.labels ?: [:], m.stop ?: StopProgram.DEFAULT)
  }

  static ProcessSpec sh(Map m = [:], String name, String script) {
    new ProcessSpec(name, Origin.NONE, policy(m), new Command.Argv(['/bin/sh', '-c', script].collect { Value.of(it) }), Value.of('/tmp'), '/tmp',
      [], false, Identity.INHERITED, [], Logs.DEFAULT, m.instances ?: 0)
  }

  static FunctionSpec function(Map m = [:], String name, Closure body) {
    new FunctionSpec(name, Origin.NONE, policy(m), { ctx -> body(ctx) } as FunctionBody)
  }
}

package dev.supervise.repl

import dev.supervise.repl.live.LiveEvaluator
import dev.supervise.Engine
import dev.supervise.Settings
import dev.supervise.control.protocol.Connection
import dev.supervise.control.server.LocalConnection
import dev.supervise.control.server.InstanceApi
import dev.supervise.control.server.Broadcast
import dev.supervise.control.server.LocalConnection
import dev.supervise.control.protocol.Instance
import dev.supervise.dsl.words.LoadOptions
import dev.supervise.dsl.load.ScriptLoader
import dev.supervise.text.Secrets
import java.time.Duration
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.Executor

/** A tree of a script, with a desk at which lines can be typed. */
class LiveInstance implements Closeable {
  final Engine engine
  private final InstanceApi desk

  private LiveInstance(Engine engine, InstanceApi desk) {
    this.engine = engine
    this.desk = desk
  }

  static LiveInstance start(Path dir, String script) {
    def file = Files.writeString(dir.resolve('app.groovy'), script)
    def secrets = new Secrets()
    def options = new LoadOptions([:], LoadOptions.DEFAULT.ports(), false, Duration.ofSeconds(30), Optional.empty(), secrets)
    def app = ScriptLoader.load(file, 'app.groovy', options)
    def hub = new Broadcast(secrets)
    def engine = Engine.open(new Settings(dir.resolve('.supervise'), hub, hub, { }, secrets).journalled())
    def evaluator = new LiveEvaluator(engine, dir, options,
        { Thread.ofPlatform().daemon().start(it) } as Executor)
    def desk = new InstanceApi(engine, hub,
        new Instance(file.toString(), ProcessHandle.current().pid(), "$dir/.supervise", '', 0, ''), { [:] }, evaluator)
    engine.apply(app)
    new LiveInstance(engine, desk)
  }

  Connection connect(String by) { new LocalConnection(desk, by) }

  @Override
  void close() {
    engine.close()
  }
}

package dev.supervise.control

import dev.supervise.control.client.SocketConnection
import dev.supervise.control.protocol.Answer
import dev.supervise.control.protocol.Connection
import dev.supervise.control.protocol.Instance
import dev.supervise.control.protocol.Query
import dev.supervise.control.server.Broadcast
import dev.supervise.control.server.InstanceApi
import dev.supervise.control.server.Server
import dev.supervise.text.Secrets
import dev.supervise.Engine
import dev.supervise.Settings
import dev.supervise.run.*
import dev.supervise.spec.*
import dev.supervise.worker.Output
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import java.util.function.Consumer

/// A running tree and the desk its clients are answered at.
class Running implements AutoCloseable {
  final Path dir = Files.createTempDirectory('running')
  final Secrets secrets = new Secrets()
  final Broadcast hub = new Broadcast(secrets)
  final Engine engine = Engine.open(new Settings(dir, hub as Output, hub as Consumer<Transition>, { }, secrets))
  final InstanceApi desk
  final List<String> warnings = Collections.synchronizedList([])
  Server server

  Running(Collection<UnitSpec> units, Set<String> hidden = [], List<FunctionBody> onStart = []) {
    secrets.add(hidden)
    desk = new InstanceApi(engine, hub,
        new Instance('/srv/app.groovy', ProcessHandle.current().pid(), dir.toString(), '', 0, 'test'),
        { [SUPERVISE_PORT_DB: '5433'] })
    engine.apply(new App("", "", SupervisorSpec.root(new Members.Listed(units.toList())), [:], onStart, [], []))
  }

  /// A way in over the socket, which is opened with the first.
  SocketConnection remote() {
    server = server ?: Server.open(desk, dir.resolve("s/c.sock"), { warnings << it }, { System.nanoTime() })
    SocketConnection.open(server.path(), "spec")
  }

  static Answer get(Connection connection, Query query) {
    connection.ask(query).get(20, TimeUnit.SECONDS)
  }

  void close() {
    server?.close()
    engine.close()
    dir.toFile().deleteDir()
  }
}

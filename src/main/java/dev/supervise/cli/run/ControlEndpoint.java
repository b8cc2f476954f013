package dev.supervise.cli.run;

import dev.supervise.Engine;
import dev.supervise.control.protocol.Instance;
import dev.supervise.control.server.Broadcast;
import dev.supervise.control.server.Evaluator;
import dev.supervise.control.server.InstanceApi;
import dev.supervise.control.server.Script;
import dev.supervise.control.server.Server;
import dev.supervise.posix.Fd;
import dev.supervise.posix.Libc;
import dev.supervise.run.SystemClock;
import dev.supervise.run.Transition;
import dev.supervise.spec.App;
import dev.supervise.text.Secrets;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import dev.supervise.worker.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// What makes a running tree something others look into and change: the desk its clients are
/// answered at, and the socket. A tree whose socket cannot be opened runs on, with a warning.
///
/// The socket is opened on a thread of its own once something has been started, so that it costs
/// the start nothing.
final class ControlEndpoint implements AutoCloseable {

  /// A tree in which nothing starts for so long is opened to others all the same.
  private static final Duration QUIET = Duration.ofMillis(300);

  /// Socket, selector, what they need inside, and the files that are written for them.
  private static final int RESERVED = 12;

  private final App app;
  private final Path state;
  private final Path socket;
  private final Consumer<String> warnings;
  private final SystemClock clock = new SystemClock();
  private final Broadcast hub;
  private final CountDownLatch begun = new CountDownLatch(1);
  private Optional<Server> server = Optional.empty();

  /// Kept for the socket: by the time it is opened, units may have taken all others.
  private final int[] reserved = new int[RESERVED];

  private boolean closed;

  /// @param socket where its socket is to be, in a directory that can be used
  ControlEndpoint(App app, Path state, Path socket, Consumer<String> warnings, Secrets secrets) {
    this.app = app;
    this.hub = new Broadcast(secrets);
    this.state = state.toAbsolutePath();
    this.warnings = warnings;
    this.socket = socket;
    Arrays.setAll(reserved, _ -> Libc.supported() ? Fd.duplicate(2) : -1);
  }

  /// What every child is told of it.
  Map<String, String> told() {
    return Map.of(StateDirectory.SOCKET, socket.toString());
  }

  /// Lets those who follow see what units write, too.
  Output beside(Output shown) {
    return (path, bytes, offset, length) -> {
      hub.line(path, bytes, offset, length);
      shown.line(path, bytes, offset, length);
    };
  }

  /// Lets those who follow see what happens, too.
  Consumer<Transition> beside(Consumer<Transition> shown) {
    return transition -> {
      begun.countDown();
      hub.accept(transition);
      shown.accept(transition);
    };
  }

  /// The desk of this tree; everything that asks it in this process may do so at once.
  InstanceApi desk(Engine engine, Evaluator evaluator, Script script) {
    String version = ControlEndpoint.class.getPackage().getImplementationVersion();
    Instance instance =
        new Instance(
            app.script().isEmpty() ? "" : StateDirectory.real(Path.of(app.script())).toString(),
            ProcessHandle.current().pid(),
            state.toString(),
            socket.toString(),
            clock.timeOfDay(),
            version == null ? "" : version);
    return new InstanceApi(engine, hub, instance, this::told, evaluator, script);
  }

  /// Returns when something has been started, or nothing has for a while.
  void begun() throws InterruptedException {
    boolean _ = begun.await(QUIET.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Opens the socket as soon as something has been started.
  void open(InstanceApi desk) {
    try {
      Threads.start(
          Threads.aside(
              "supervise-opens",
              () -> openSoon(desk),
              thrown -> warnings.accept("there is no control socket: " + thrown)));
    } catch (NoThread e) {
      warnings.accept("there is no control socket: " + e.getMessage());
    }
  }

  private void release() {
    for (int descriptor : reserved) {
      if (descriptor >= 0) {
        Fd.close(descriptor);
      }
    }
  }

  private void openSoon(InstanceApi desk) {
    try {
      begun.await(QUIET.toMillis(), TimeUnit.MILLISECONDS);
      release();
      synchronized (this) {
        if (!closed) {
          server = Optional.of(Server.open(desk, socket, warnings, clock::now));
        }
      }
    } catch (IOException e) {
      warnings.accept("there is no control socket: " + StateDirectory.reason(e));
    } catch (LinkageError e) {
      // How the JDK says that it found no descriptor for its own use, once and for ever.
      warnings.accept("there is no control socket: " + (e.getCause() == null ? e : e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether it says in the state directory where the socket is.
  synchronized boolean noted() {
    return server.filter(Server::noted).isPresent() && !closed;
  }

  /// The state directory was taken away and is there again: says in it where the socket is.
  void note() {
    Optional<Server> open;
    synchronized (this) {
      open = server;
    }
    open.ifPresent(Server::note);
  }

  /// Tells clients of the end, after everything else has been told, and removes the socket.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    begun.countDown();
    hub.close("the instance has ended");
    synchronized (this) {
      server.ifPresent(Server::close);
    }
  }
}

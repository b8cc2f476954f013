package dev.supervise.cli;

import dev.supervise.control.Connection;
import dev.supervise.control.ProcessState;
import dev.supervise.control.SocketConnection;
import dev.supervise.control.SocketPath;
import dev.supervise.posix.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// Finds the running instance a client means: that of `-s SCRIPT`; else the one this process is a
/// child of (`SUPERVISE_SOCKET`); else that of `./app.groovy`.
final class Instances {
  static final String DEFAULT = "app.groovy";

  /// How long a child waits for the socket it was told of: it is opened just after the first start.
  private static final long OPENING_MILLIS = 3000;

  private final Map<String, String> environment;
  private final Duration patience;

  Instances(Map<String, String> environment) {
    this(environment, SocketConnection.PATIENCE);
  }

  /// @param patience with an instance that is there and does not answer
  Instances(Map<String, String> environment, Duration patience) {
    this.environment = environment;
    this.patience =
        patience.compareTo(SocketConnection.PATIENCE) < 0 ? patience : SocketConnection.PATIENCE;
  }

  /// @throws Refusal nothing is running there, or it does not let us in
  Connection connect(Optional<String> script, String by) {
    String told = environment.getOrDefault(LiveControl.SOCKET, "");
    return script.isEmpty() && !told.isEmpty()
        ? above(Path.of(told), by)
        : of(script.orElse(DEFAULT), script.isPresent(), by);
  }

  private Connection above(Path socket, String by) {
    for (long waited = 0; ; waited += 20) {
      try {
        return open(socket, by, Optional.empty());
      } catch (IOException e) {
        if (waited >= OPENING_MILLIS) {
          throw nothing(
              "nobody answers at " + socket + " (SUPERVISE_SOCKET); -s SCRIPT names another");
        }
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  private Connection of(String name, boolean named, String by) {
    Path script = Path.of(name).toAbsolutePath().normalize();
    return running(script, by)
        .orElseThrow(() ->
            nothing(
                Files.exists(script)
                    ? "nothing is running for " + name
                    : named
                        ? "nothing is running for " + name + ", which does not exist"
                        : "nothing is running: there is no ./" + name + "; -s SCRIPT names one"));
  }

  /// The instance of a script, if one is running.
  ///
  /// @param script absolute
  /// @throws Refusal it does not let us in
  Optional<Connection> running(Path script, String by) {
    Path base = script.getParent();
    if (base == null) {
      return Optional.empty();
    }
    try {
      Path state = StateDirectory.of(base, environment);
      if (!Files.isDirectory(state)) {
        return Optional.empty();
      }
      for (Path socket : SocketPath.candidates(state, environment)) {
        Optional<Connection> connection = tried(socket, by, state);
        if (connection.isPresent()) {
          return Optional.of(same(connection.get(), script));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw nothing("its socket cannot be looked for: " + StateDirectory.reason(e));
    }
  }

  private Optional<Connection> tried(Path socket, String by, Path state) {
    try {
      return Files.exists(socket)
          ? Optional.of(open(socket, by, Optional.of(state)))
          : Optional.empty();
    } catch (IOException e) {
      // A socket whose instance was killed: nobody is there.
      return Optional.empty();
    }
  }

  /// Scripts of one directory share its state directory, so that only one of them runs.
  private static Connection same(Connection connection, Path script) {
    Path theirs = Path.of(connection.instance().script());
    if (theirs.equals(script)) {
      return connection;
    }
    long pid = connection.instance().pid();
    connection.close();
    throw nothing(
        "nothing is running for "
            + script.getFileName()
            + "; what runs in its directory is "
            + theirs.getFileName()
            + " (pid "
            + pid
            + ")");
  }

  private Connection open(Path socket, String by, Optional<Path> state) throws IOException {
    try {
      return SocketConnection.open(socket, by, patience);
    } catch (SocketConnection.Turned e) {
      throw new Refusal(ExitCodes.FAILED, String.valueOf(e.getMessage()));
    } catch (SocketConnection.Silent e) {
      throw new Refusal(
          ExitCodes.TIMED_OUT,
          e.getMessage() + state.flatMap(Ownership::owner).map(Instances::state).orElse(""));
    }
  }

  private static String state(ProcessIdentity owner) {
    return ": " + ProcessState.of(owner.pid());
  }

  private static Refusal nothing(String sentence) {
    return new Refusal(ExitCodes.NOTHING_RUNS, sentence);
  }
}

package dev.supervise.cli;

import dev.supervise.control.Connection;
import dev.supervise.control.Declared;
import dev.supervise.control.EndedInstance;
import dev.supervise.control.SocketConnection;
import dev.supervise.control.SocketPath;
import dev.supervise.dsl.LoadOptions;
import dev.supervise.dsl.ScriptCache;
import dev.supervise.dsl.ScriptLoader;
import dev.supervise.dsl.ScriptMistakes;
import dev.supervise.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  Instances(Map<String, String> environment) {
    this.environment = environment;
  }

  /// @throws Refusal nothing is running there, or it does not let us in
  Connection connect(Optional<String> script, String by) {
    String told = environment.getOrDefault(LiveControl.SOCKET, "");
    return script.isEmpty() && !told.isEmpty()
        ? above(Path.of(told), by)
        : of(script.orElse(DEFAULT), script.isPresent(), by);
  }

  /// The same; where nothing is running, what the instance has left on disk.
  ///
  /// @throws Refusal nothing is running there and nothing is left, or it does not let us in
  Connection connectOrRead(Optional<String> script, String by) {
    try {
      return connect(script, by);
    } catch (Refusal nothing) {
      boolean above = script.isEmpty() && environment.containsKey(LiveControl.SOCKET);
      if (nothing.code() != ExitCodes.NOTHING_RUNS || above) {
        throw nothing;
      }
      return left(Path.of(script.orElse(DEFAULT)).toAbsolutePath().normalize())
          .orElseThrow(() -> nothing);
    }
  }

  private Optional<EndedInstance> left(Path script) {
    Path base = script.getParent();
    if (base == null) {
      return Optional.empty();
    }
    Path state = StateDirectory.of(base, environment);
    if (!Files.isDirectory(state)) {
      return Optional.empty();
    }
    Ownership.owner(state)
        .ifPresent(owner -> {
          throw new Refusal(
              ExitCodes.FAILED, "an instance runs (pid " + owner.pid() + ") and does not answer");
        });
    try {
      return EndedInstance.open(script, state, Ownership.unreturned(state), () -> declared(script));
    } catch (StoreFailure e) {
      throw new Refusal(ExitCodes.FAILED, String.valueOf(e.getMessage()));
    }
  }

  private Declared declared(Path script) {
    LoadOptions options =
        new LoadOptions(
            Map.of(),
            LoadOptions.DEFAULT.ports(),
            false,
            LoadOptions.DEFAULT.limit(),
            ScriptCache.directory(environment));
    try {
      return Declared.as(
          ScriptLoader.load(script, script.getFileName().toString(), options), options.secrets());
    } catch (ScriptMistakes e) {
      return Declared.unknown(
          e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse(""),
          options.secrets());
    }
  }

  private static Connection above(Path socket, String by) {
    for (long waited = 0; ; waited += 20) {
      try {
        return open(socket, by);
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
        Optional<Connection> connection = tried(socket, by);
        if (connection.isPresent()) {
          return Optional.of(same(connection.get(), script));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw nothing("its socket cannot be looked for: " + StateDirectory.reason(e));
    }
  }

  private static Optional<Connection> tried(Path socket, String by) {
    try {
      return Files.exists(socket) ? Optional.of(open(socket, by)) : Optional.empty();
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

  private static Connection open(Path socket, String by) throws IOException {
    try {
      return SocketConnection.open(socket, by);
    } catch (SocketConnection.Turned e) {
      throw new Refusal(ExitCodes.FAILED, String.valueOf(e.getMessage()));
    }
  }

  private static Refusal nothing(String sentence) {
    return new Refusal(ExitCodes.NOTHING_RUNS, sentence);
  }
}

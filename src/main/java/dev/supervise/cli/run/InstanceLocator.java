package dev.supervise.cli.run;

import dev.supervise.control.client.ProcessState;
import dev.supervise.control.client.SocketConnection;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Rejected;
import dev.supervise.control.protocol.SocketPlaces;
import dev.supervise.control.server.Declared;
import dev.supervise.control.server.EndedInstance;
import dev.supervise.dsl.compile.ScriptCache;
import dev.supervise.dsl.load.ScriptLoader;
import dev.supervise.dsl.mistake.ScriptMistakes;
import dev.supervise.dsl.words.LoadOptions;
import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.Untrusted;
import dev.supervise.run.ExitCodes;
import dev.supervise.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// Finds the running instance a client means: that of `-s SCRIPT`; else the one this process is a
/// child of (`SUPERVISE_SOCKET`); else that of `./app.groovy`.
public final class InstanceLocator {
  public static final String DEFAULT = "app.groovy";

  /// How long a child waits for the socket it was told of: it is opened just after the first start.
  private static final long OPENING_MILLIS = 3000;

  private final Map<String, String> environment;
  private final Deadline deadline;
  private final Set<String> passedOver = new LinkedHashSet<>();

  public InstanceLocator(Map<String, String> environment) {
    this(environment, new Deadline(Optional.empty()));
  }

  /// @param deadline for all there is to find and to ask, wherever that is
  public InstanceLocator(Map<String, String> environment, Deadline deadline) {
    this.environment = environment;
    this.deadline = deadline;
  }

  /// @throws CliError nothing is running there, or it does not let us in
  public Connection connect(Optional<String> script, String by) {
    String told = environment.getOrDefault(StateDirectory.SOCKET, "");
    if (script.isEmpty() && !told.isEmpty()) {
      return above(Path.of(told), by);
    }
    Optional<Path> state = StateDirectory.named(environment);
    if (script.isEmpty() && state.isPresent()) {
      return at(List.of(state.get()), by)
          .orElseThrow(() -> nothing("nothing is running with its state in " + state.get()));
    }
    return of(script.orElse(DEFAULT), script.isPresent(), by);
  }

  /// The same; where nothing is running, what the instance has left on disk.
  ///
  /// @throws CliError nothing is running there and nothing is left, or it does not let us in
  public Connection connectOrRead(Optional<String> script, String by) {
    try {
      return connect(script, by);
    } catch (CliError nothing) {
      boolean above =
          script.isEmpty() && !environment.getOrDefault(StateDirectory.SOCKET, "").isEmpty();
      if (nothing.code() != ExitCodes.NOTHING_RUNS || above) {
        throw nothing;
      }
      return left(script).orElseThrow(() -> nothing);
    }
  }

  /// In the first of the places where the instance may have kept its state and anything is left.
  private Optional<EndedInstance> left(Optional<String> named) {
    Optional<Path> state = StateDirectory.named(environment);
    if (named.isEmpty() && state.isPresent()) {
      // Whose it is, it says itself.
      return noted(state.get()).flatMap(script -> left(script, state.get()));
    }
    Path script = StateDirectory.real(Path.of(named.orElse(DEFAULT)));
    for (Path place : StateDirectory.places(script, environment)) {
      // Where it could not be noted whose it is, its name says it.
      if (noted(place).map(script::equals).orElse(true)) {
        Optional<EndedInstance> left = left(script, place);
        if (left.isPresent()) {
          return left;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Path> noted(Path state) {
    try {
      return StateDirectory.scriptOf(state);
    } catch (Untrusted e) {
      throw new CliError(ExitCodes.FAILED, StateDirectory.advised(e));
    } catch (IOException e) {
      throw unreadable(state, e);
    }
  }

  private static CliError unreadable(Path state, IOException e) {
    return new CliError(
        ExitCodes.FAILED,
        "what is left in " + state + " cannot be read: " + StateDirectory.reason(e));
  }

  private Optional<EndedInstance> left(Path script, Path state) {
    try {
      InstanceLock.owner(state)
          .ifPresent(owner -> {
            throw new CliError(
                ExitCodes.FAILED, "an instance runs (pid " + owner.pid() + ") and does not answer");
          });
      return EndedInstance.open(
          script, state, InstanceLock.unreturned(state), () -> declared(script));
    } catch (IOException e) {
      throw unreadable(state, e);
    } catch (StoreFailure e) {
      throw new CliError(ExitCodes.FAILED, String.valueOf(e.getMessage()));
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

  private Connection above(Path socket, String by) {
    for (long waited = 0; ; waited += 20) {
      try {
        return open(socket, by, Optional.empty());
      } catch (Untrusted e) {
        throw new CliError(ExitCodes.FAILED, StateDirectory.asOwner(e));
      } catch (IOException e) {
        if (waited >= OPENING_MILLIS || deadline.passed()) {
          throw nothing(
              "nobody answers at " + socket + " (SUPERVISE_SOCKET); -s SCRIPT names another");
        }
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  private Connection of(String name, boolean named, String by) {
    Path script = Path.of(name);
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
  /// @param script as it was named
  /// @throws CliError it does not let us in
  public Optional<Connection> running(Path script, String by) {
    return at(StateDirectory.places(script, environment), by)
        .map(connection -> same(connection, StateDirectory.real(script)));
  }

  /// The instance that keeps its state in one of these directories. A directory that is somebody
  /// else's, or spoilt, is no answer while an instance of ours answers for it.
  private Optional<Connection> at(List<Path> states, String by) {
    Optional<CliError> strange = Optional.empty();
    for (Path state : states) {
      List<Path> sockets = new ArrayList<>();
      try {
        StateDirectory.look(state);
        SocketPlaces.noted(state).ifPresent(sockets::add);
      } catch (Untrusted e) {
        CliError refusal = new CliError(ExitCodes.FAILED, StateDirectory.advised(e));
        strange = strange.or(() -> Optional.of(refusal));
      } catch (IOException e) {
        throw nothing(
            "its socket cannot be looked for in " + state + ": " + StateDirectory.reason(e));
      }
      sockets.addAll(SocketPlaces.sockets(state, environment));
      for (Path socket : new LinkedHashSet<>(sockets)) {
        Optional<Connection> connection = tried(socket, by, state);
        if (connection.isPresent()) {
          return connection;
        }
      }
    }
    if (strange.isPresent()) {
      throw strange.get();
    }
    return Optional.empty();
  }

  private Optional<Connection> tried(Path socket, String by, Path state) {
    try {
      return Optional.of(open(socket, by, Optional.of(state)));
    } catch (Untrusted e) {
      // Somebody who wants to be taken for ours, or is just in the way: ours is elsewhere, if it
      // is.
      passedOver.add(String.valueOf(e.getMessage()));
      return Optional.empty();
    } catch (IOException e) {
      // Nobody is there, or one that was killed was.
      return Optional.empty();
    }
  }

  /// One state directory may have been named for two scripts.
  private Connection same(Connection connection, Path script) {
    Path theirs = Path.of(connection.instance().script());
    if (theirs.equals(script)) {
      return connection;
    }
    long pid = connection.instance().pid();
    String state = connection.instance().stateDir();
    connection.close();
    throw nothing(
        "nothing is running for "
            + script.getFileName()
            + "; what runs with its state in "
            + state
            + " is "
            + theirs.getFileName()
            + " (pid "
            + pid
            + ")");
  }

  private Connection open(Path socket, String by, Optional<Path> state) throws IOException {
    try {
      return SocketConnection.open(socket, by, deadline.atMost(SocketConnection.PATIENCE));
    } catch (Rejected e) {
      throw new CliError(ExitCodes.FAILED, String.valueOf(e.getMessage()));
    } catch (SocketConnection.Silent e) {
      throw new CliError(
          ExitCodes.TIMED_OUT,
          e.getMessage()
              + state.flatMap(InstanceLock::owner).map(InstanceLocator::state).orElse(""));
    }
  }

  private static String state(ProcessIdentity owner) {
    return ": " + ProcessState.of(owner.pid());
  }

  private CliError nothing(String sentence) {
    return new CliError(
        ExitCodes.NOTHING_RUNS,
        passedOver.isEmpty()
            ? sentence
            : sentence + "; passed over: " + String.join("; ", passedOver));
  }
}

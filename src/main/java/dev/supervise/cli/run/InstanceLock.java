package dev.supervise.cli.run;

import dev.supervise.control.client.SocketConnection;
import dev.supervise.control.protocol.Instance;
import dev.supervise.control.protocol.SocketPlaces;
import dev.supervise.posix.Errno;
import dev.supervise.posix.Fd;
import dev.supervise.posix.FileLock;
import dev.supervise.posix.Libc;
import dev.supervise.posix.PrivateDirectory;
import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.Processes;
import dev.supervise.posix.Untrusted;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.SystemClock;
import dev.supervise.worker.process.LeftKeepers;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// One supervisor a state directory. It holds a lock there, and one of a name that follows from the
/// state directory in each of the directories that a socket may be in: so that whoever removes the
/// state directory of a running instance does not make room for a second. The system lets go of a
/// lock when its holders have died in whatever way. `pid` says who holds it; the lock file itself
/// says it so that it cannot be mistaken for a later process of that number.
///
/// The supervisor's keeper holds the lock in the state directory too. So after a `kill -9` of the
/// supervisor the next one waits here until everything attached is gone, and starts nothing beside
/// it.
final class InstanceLock implements Closeable {

  private static final String PID = "pid";

  /// How long a keeper may take to end what a dead supervisor left.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final long LOOK_AGAIN_MILLIS = 20;
  private static final long LOOK_FOR_STOPS_NANOS = 1_000_000_000L;

  private static final int LONGEST = 256;

  private static final Pattern HOLDER =
      Pattern.compile("([1-9][0-9]{0,6}) ([0-9]{1,18}) ([0-9a-f-]{1,64})\n");

  /// A lock that is held.
  ///
  /// @param descriptor what holds it; -1 where there is no such thing
  private record Held(PrivateDirectory directory, String name, Closeable lock, int descriptor) {}

  private final PrivateDirectory state;
  private final List<Held> beside = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private Optional<Held> own = Optional.empty();
  private volatile boolean signed;

  private InstanceLock(PrivateDirectory state) {
    this.state = state;
  }

  /// What holds the lock, for a keeper to hold it too; -1 where there is no such thing.
  int descriptor() {
    return own.map(Held::descriptor).orElse(-1);
  }

  /// Where the control socket is to be: in the best of the directories that can be used.
  Path socket() {
    return beside.stream()
        .map(held -> SocketPlaces.socket(held.directory.path(), state.path()))
        .filter(SocketPlaces::fits)
        .findFirst()
        .orElse(SocketPlaces.last(state.path()));
  }

  /// Where copies may lie of what the next supervisor must know of this one, so that it is there
  /// though the state directory is not: beside the locks.
  List<Path> copies() {
    return beside.stream()
        .map(held -> SocketPlaces.identities(held.directory.path(), state.path()))
        .toList();
  }

  /// The names in the state directory that are there while it is owned.
  Set<String> names() {
    return signed ? Set.of(StateDirectory.LOCK, PID) : Set.of(StateDirectory.LOCK);
  }

  /// What the operator should know of it, and that keeps nobody from starting.
  List<String> remarks() {
    return List.copyOf(remarks);
  }

  /// @param state looked at already
  /// @param runtime the directories a socket may be in; those that are not ours are passed over
  /// @throws CliError another supervisor is there, or the directory cannot be used
  static InstanceLock of(PrivateDirectory state, List<Path> runtime) {
    InstanceLock owned = new InstanceLock(state);
    try {
      // First those that nobody takes away: who is refused by them leaves the state as it is.
      for (Path each : runtime) {
        owned.beside(each);
      }
      owned.own = Optional.of(take(state, state, StateDirectory.LOCK));
      owned.sign();
      return owned;
    } catch (IOException e) {
      owned.release();
      throw new CliError(
          ExitCodes.FAILED, "cannot own " + state.path() + ": " + StateDirectory.reason(e));
    } catch (CliError e) {
      owned.release();
      throw e;
    }
  }

  private void beside(Path directory) throws IOException {
    if (!SocketPlaces.possible(directory)) {
      return;
    }
    try {
      PrivateDirectory runtime = PrivateDirectory.named(directory);
      beside.add(take(runtime, state, SocketPlaces.name(state.path()) + ".lock"));
      // Its lock may be gone and it may not: /tmp is swept.
      Optional<Instance> there =
          SocketConnection.whoIsAt(SocketPlaces.socket(directory, state.path()));
      if (there.isPresent()) {
        throw taken(state, Optional.of(there.get().pid()));
      }
    } catch (SocketConnection.Silent e) {
      // It is there, whatever keeps it from answering.
      throw taken(state, Optional.empty());
    } catch (AccessDeniedException e) {
      // Another user's, inherited through su: not meant for us.
      return;
    } catch (Untrusted e) {
      remarks.add(e.getMessage() + "; the control socket is not put there");
    } catch (IOException e) {
      remarks.add(
          directory
              + " cannot be used: "
              + StateDirectory.reason(e)
              + "; the control socket is not put there");
    }
  }

  /// Takes one lock. A holder that has died is waited for: its keeper is still ending what it had
  /// started.
  private static Held take(PrivateDirectory directory, PrivateDirectory state, String name)
      throws IOException {
    if (!Libc.supported()) {
      return portable(directory, state, name);
    }
    SystemClock clock = new SystemClock();
    long lookedForStops = 0;
    while (true) {
      Path file;
      try {
        file = directory.file(name);
      } catch (NoSuchFileException e) {
        if (!directory.present()) {
          throw e;
        }
        // Whoever held it has removed it between two looks at it.
        continue;
      }
      int lock = FileLock.take(file.toString());
      if (lock >= 0) {
        if (sameFile(lock, file)) {
          return new Held(directory, name, () -> Fd.close(lock), lock);
        }
        // Whoever held it has just removed it.
        Fd.close(lock);
      } else if (lock == -Errno.ENOENT && directory.present()) {
        continue;
      } else if (lock != -Errno.EAGAIN) {
        throw new IOException(directory.path().resolve(name) + ": " + Errno.words(-lock));
      } else {
        Optional<ProcessIdentity> holder = holder(directory, name);
        if (holder.isEmpty() || holder.get().alive()) {
          throw taken(state, holder.map(it -> (long) it.pid()));
        }
        if (clock.now() - lookedForStops >= LOOK_FOR_STOPS_NANOS) {
          lookedForStops = clock.now();
          refuseBehindStopped(state, holder.get());
        }
        if (clock.now() > PATIENCE.toNanos()) {
          throw new CliError(
              ExitCodes.FAILED,
              "the supervisor that owned "
                  + state.path()
                  + " (pid "
                  + holder.get().pid()
                  + ") is gone, but its keeper is still ending what it had started; nothing was"
                  + " started");
        }
      }
      LockSupport.parkNanos(lock >= 0 ? 1 : LOOK_AGAIN_MILLIS * 1_000_000);
    }
  }

  /// A keeper that is stopped ends nothing, however long it is waited for.
  private static void refuseBehindStopped(PrivateDirectory state, ProcessIdentity holder) {
    List<ProcessIdentity> stopped = LeftKeepers.stopped(state.path());
    if (stopped.isEmpty()) {
      return;
    }
    String pids = stopped.stream().map(it -> " " + it.pid()).collect(Collectors.joining());
    throw new CliError(
        ExitCodes.FAILED,
        "the supervisor that owned "
            + state.path()
            + " (pid "
            + holder.pid()
            + ") is gone, and its keeper, which is to end what it had started, is stopped"
            + " (SIGSTOP): pid"
            + pids
            + "; kill -CONT"
            + pids
            + " lets it go on, nothing was started");
  }

  private static boolean sameFile(int descriptor, Path file) {
    try {
      return Files.isSameFile(Path.of("/proc/self/fd/" + descriptor), file);
    } catch (IOException gone) {
      return false;
    }
  }

  private static Held portable(PrivateDirectory directory, PrivateDirectory state, String name)
      throws IOException {
    FileChannel channel = FileChannel.open(directory.file(name), StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      channel.close();
      throw taken(state, Optional.empty());
    }
    return new Held(directory, name, channel, -1);
  }

  /// Who owns a state directory now; empty where nobody does, or that cannot be told.
  static Optional<ProcessIdentity> owner(Path directory) {
    try {
      Optional<PrivateDirectory> state =
          Libc.supported() ? PrivateDirectory.find(directory) : Optional.empty();
      return state.isPresent()
          ? holder(state.get(), StateDirectory.LOCK).filter(ProcessIdentity::alive)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// When the last owner came, in milliseconds since 1970; empty where he left in order.
  ///
  /// @throws IOException it cannot be read
  static OptionalLong unreturned(Path directory) throws IOException {
    Optional<PrivateDirectory> state = PrivateDirectory.find(directory);
    Optional<Path> pid = state.isEmpty() ? Optional.empty() : state.get().find(PID);
    return pid.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Files.getLastModifiedTime(pid.get()).toMillis());
  }

  /// Whoever took the lock last; empty where the file does not say it.
  private static Optional<ProcessIdentity> holder(PrivateDirectory directory, String name)
      throws IOException {
    String text =
        directory
            .read(name, LONGEST)
            .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
            .orElse("");
    Matcher said = HOLDER.matcher(text);
    return said.matches()
        ? Optional.of(
                new ProcessIdentity(
                    Integer.parseInt(said.group(1)), Long.parseLong(said.group(2)), said.group(3)))
            .filter(ProcessIdentity::possible)
        : Optional.empty();
  }

  private static CliError taken(PrivateDirectory state, Optional<Long> holder) {
    return new CliError(
        ExitCodes.FAILED,
        "another supervisor"
            + holder.or(() -> signed(state)).map(pid -> " (pid " + pid + ")").orElse("")
            + " owns "
            + state.path()
            + "; stop it first, nothing was started");
  }

  private static Optional<Long> signed(PrivateDirectory state) {
    try {
      return state
          .read(PID, LONGEST)
          .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1).strip())
          .filter(text -> text.matches("[1-9][0-9]{0,6}"))
          .map(Long::valueOf);
    } catch (IOException e) {
      // It has the lock and has not written its number yet, or is just leaving.
      return Optional.empty();
    }
  }

  /// Says whose the locks are. That is for others to read: on a full disk they stay without.
  private void sign() {
    signed = false;
    try {
      // By renaming: whoever is refused meanwhile reads the old number or the new one, never half
      // of it.
      state.replace(
          PID, (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.ISO_8859_1));
      signed = true;
      if (Libc.supported()) {
        Optional<ProcessIdentity> us = ProcessIdentity.of(Processes.self());
        if (us.isPresent()) {
          String text = us.get().pid() + " " + us.get().startTicks() + " " + us.get().bootId();
          byte[] line = (text + "\n").getBytes(StandardCharsets.ISO_8859_1);
          for (Held each : held()) {
            each.directory.overwrite(each.name, line);
          }
        }
      }
    } catch (IOException e) {
      remarks.add(
          "who owns it cannot be noted in " + state.path() + ": " + StateDirectory.reason(e));
    }
  }

  /// The state directory was taken away and is there again: owns that one too.
  ///
  /// @throws IOException it cannot be owned
  /// @throws CliError another supervisor was quicker
  void renew() throws IOException {
    Path file = state.file(StateDirectory.LOCK);
    if (descriptor() < 0 || !sameFile(descriptor(), file)) {
      Optional<Held> before = own;
      own = Optional.of(take(state, state, StateDirectory.LOCK));
      if (before.isPresent()) {
        before.get().lock.close();
      }
    }
    sign();
  }

  private List<Held> held() {
    List<Held> all = new ArrayList<>(beside);
    own.ifPresent(all::add);
    return all;
  }

  /// Lets go. The files in the state directory stay, but for the pid.
  @Override
  public void close() throws IOException {
    try {
      state.remove(PID);
    } catch (NoSuchFileException | Untrusted e) {
      // It was taken away, or was never written for what stands there, which was told then.
      return;
    } finally {
      release();
    }
  }

  private void release() {
    for (Held each : held()) {
      try {
        if (!each.directory.path().equals(state.path())) {
          // While it is held: the next one who opens it sees that it has no name any more.
          each.directory.remove(each.name);
        }
        each.lock.close();
      } catch (IOException e) {
        // The system lets go of it when this process ends, which is now.
        continue;
      }
    }
  }
}

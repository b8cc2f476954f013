package dev.supervise.cli;

import dev.supervise.posix.Errno;
import dev.supervise.posix.Fd;
import dev.supervise.posix.FileLock;
import dev.supervise.posix.Libc;
import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.Processes;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One supervisor a state directory. The lock is on `lock`, and the system lets go of it when its
/// holders have died in whatever way; `pid` says who that is, `lock` itself says it so that it
/// cannot be mistaken for a later process of that number.
///
/// The supervisor's keeper holds the lock too. So after a `kill -9` of the supervisor the next one
/// waits here until everything attached is gone, and starts nothing beside it.
final class Ownership implements Closeable {
  /// How long a keeper may take to end what a dead supervisor left.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final long LOOK_AGAIN_MILLIS = 20;

  private final Closeable lock;
  private final int descriptor;
  private final Path pid;

  private Ownership(Closeable lock, int descriptor, Path pid) {
    this.lock = lock;
    this.descriptor = descriptor;
    this.pid = pid;
  }

  /// What holds the lock, for a keeper to hold it too; -1 where there is no such thing.
  int descriptor() {
    return descriptor;
  }

  /// @param directory exists
  /// @throws Refusal another supervisor is there, or the directory cannot be used
  static Ownership of(Path directory) {
    Path pid = directory.resolve("pid");
    try {
      Ownership owned = Libc.supported() ? locked(directory, pid) : portable(directory, pid);
      owned.sign();
      return owned;
    } catch (IOException e) {
      throw new Refusal(
          ExitCodes.FAILED, "cannot own " + directory + ": " + StateDirectory.reason(e));
    }
  }

  private static Ownership portable(Path directory, Path pid) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      channel.close();
      throw taken(directory);
    }
    return new Ownership(channel, -1, pid);
  }

  private static Ownership locked(Path directory, Path pid) throws IOException {
    Path file = directory.resolve("lock");
    int lock = FileLock.take(file.toString());
    for (long waited = 0; lock == -Errno.EAGAIN; waited += LOOK_AGAIN_MILLIS) {
      Optional<ProcessIdentity> holder = holder(file);
      if (holder.isEmpty() || holder.get().alive()) {
        throw taken(directory);
      }
      if (waited > PATIENCE.toMillis()) {
        throw new Refusal(
            ExitCodes.FAILED,
            "the supervisor that owned "
                + directory
                + " (pid "
                + holder.get().pid()
                + ") is gone, but its keeper is still ending what it had started; nothing was"
                + " started");
      }
      LockSupport.parkNanos(LOOK_AGAIN_MILLIS * 1_000_000);
      lock = FileLock.take(file.toString());
    }
    if (lock < 0) {
      throw new IOException(Errno.words(-lock));
    }
    int held = lock;
    Optional<ProcessIdentity> us = ProcessIdentity.of(Processes.self());
    if (us.isPresent()) {
      Files.writeString(
          file, us.get().pid() + " " + us.get().startTicks() + " " + us.get().bootId() + "\n");
    }
    return new Ownership(() -> Fd.close(held), held, pid);
  }

  /// Who owns a state directory now; empty where nobody does, or that cannot be told.
  static Optional<ProcessIdentity> owner(Path directory) {
    try {
      return Libc.supported()
          ? holder(directory.resolve("lock")).filter(ProcessIdentity::alive)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Whoever took the lock last; empty where the file does not say it.
  private static Optional<ProcessIdentity> holder(Path lock) throws IOException {
    Matcher said = HOLDER.matcher(Files.readString(lock, StandardCharsets.ISO_8859_1));
    return said.matches()
        ? Optional.of(
            new ProcessIdentity(
                Integer.parseInt(said.group(1)), Long.parseLong(said.group(2)), said.group(3)))
        : Optional.empty();
  }

  private static final Pattern HOLDER =
      Pattern.compile("([0-9]{1,7}) ([0-9]{1,18}) ([0-9a-f-]{1,64})\n");

  private static Refusal taken(Path directory) {
    String holder = "";
    try {
      holder = " (pid " + Files.readString(directory.resolve("pid")).strip() + ")";
    } catch (IOException e) {
      // It has the lock and has not written its number yet, or is just leaving.
    }
    return new Refusal(
        ExitCodes.FAILED,
        "another supervisor"
            + holder
            + " owns "
            + directory
            + "; stop it first, nothing was started");
  }

  private void sign() throws IOException {
    // By renaming: whoever is refused meanwhile reads the old number or the new one, never half of
    // it.
    Path fresh = pid.resolveSibling("pid.new");
    Files.writeString(fresh, ProcessHandle.current().pid() + "\n");
    Files.move(fresh, pid, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Lets go. The files stay, but for the pid.
  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(pid);
    } finally {
      lock.close();
    }
  }
}

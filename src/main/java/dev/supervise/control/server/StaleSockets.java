package dev.supervise.control.server;

import dev.supervise.control.protocol.SocketAddress;
import dev.supervise.control.protocol.SocketPlaces;
import dev.supervise.posix.Fd;
import dev.supervise.posix.FileLock;
import dev.supervise.posix.Libc;
import dev.supervise.posix.PrivateDirectory;
import dev.supervise.worker.process.LeftKeepers;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Takes away what instances have left that were killed and never started again: their sockets, and
/// what tells the next start of their processes once none of these lives.
final class StaleSockets {
  /// At a time: each start takes some.
  private static final int MOST = 100;

  /// Of those files each takes a look at all processes.
  private static final int MOST_RECORDS = 10;

  /// One that was just made may not be listened at yet.
  private static final Duration YOUNG = Duration.ofMinutes(1);

  private StaleSockets() {}

  /// @param now milliseconds since 1970
  static void sweep(PrivateDirectory directory, long now) throws IOException {
    int looked = 0;
    for (String name : directory.names("*.sock")) {
      if (++looked > MOST) {
        return;
      }
      Optional<Path> socket = directory.socket(name);
      if (socket.isPresent() && takeAway(directory, socket.get(), now)) {
        unlocked(directory, name.substring(0, name.length() - ".sock".length()) + ".lock");
      }
    }
  }

  /// @param now milliseconds since 1970
  /// @throws IOException also where not all processes can be looked at
  static void sweepRecords(PrivateDirectory directory, long now) throws IOException {
    int looked = 0;
    for (String name : directory.names("*" + SocketPlaces.IDENTITIES)) {
      Optional<Path> record = Libc.supported() ? directory.find(name) : Optional.empty();
      if (record.isEmpty()
          || now - Files.getLastModifiedTime(record.get()).toMillis() <= YOUNG.toMillis()) {
        continue;
      }
      if (++looked > MOST_RECORDS) {
        return;
      }
      String lock = name.substring(0, name.length() - SocketPlaces.IDENTITIES.length()) + ".lock";
      int held = FileLock.take(directory.file(lock).toString());
      if (held >= 0) {
        try {
          if (LeftKeepers.none(record.get())) {
            directory.remove(name);
          }
          directory.remove(lock);
        } finally {
          Fd.close(held);
        }
      }
    }
  }

  /// @return whether it is gone
  private static boolean takeAway(PrivateDirectory directory, Path socket, long now)
      throws IOException {
    try {
      long age = now - Files.getLastModifiedTime(socket).toMillis();
      if (age > YOUNG.toMillis() && !answers(socket)) {
        directory.remove(String.valueOf(socket.getFileName()));
        return true;
      }
      return false;
    } catch (NoSuchFileException e) {
      // Its instance has just ended, or another one sweeps as well.
      return false;
    }
  }

  /// The lock beside it goes too, if nobody holds it: whoever takes one looks afterwards whether it
  /// still has a name.
  private static void unlocked(PrivateDirectory directory, String name) throws IOException {
    Optional<Path> lock = Libc.supported() ? directory.find(name) : Optional.empty();
    if (lock.isPresent()) {
      int held = FileLock.take(lock.get().toString());
      if (held >= 0) {
        directory.remove(name);
        Fd.close(held);
      }
    }
  }

  private static boolean answers(Path socket) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        SocketAddress address = SocketAddress.of(socket)) {
      // Where its queue of callers is full, somebody has it open, and connecting would wait.
      channel.configureBlocking(false);
      boolean _ = channel.connect(address.address());
      return true;
    } catch (ConnectException e) {
      // Refused: nobody has it open any more.
      return false;
    } catch (SocketException e) {
      // It cannot be told, so it is left alone.
      return true;
    }
  }
}

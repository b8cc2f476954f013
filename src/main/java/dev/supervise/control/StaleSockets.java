package dev.supervise.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/// Takes away the sockets of instances that were killed and never started again.
final class StaleSockets {
  /// At a time: each start takes some.
  private static final int MOST = 100;

  /// One that was just made may not be listened at yet.
  private static final Duration YOUNG = Duration.ofMinutes(1);

  private StaleSockets() {}

  /// @param directory ours alone
  /// @param now milliseconds since 1970
  static void sweep(Path directory, long now) throws IOException {
    int looked = 0;
    try (DirectoryStream<Path> sockets = Files.newDirectoryStream(directory, "*.sock")) {
      for (Path socket : sockets) {
        if (++looked > MOST) {
          return;
        }
        takeAway(socket, now);
      }
    }
  }

  private static void takeAway(Path socket, long now) throws IOException {
    try {
      long age = now - Files.getLastModifiedTime(socket).toMillis();
      if (age > YOUNG.toMillis() && !answers(socket)) {
        Files.deleteIfExists(socket);
      }
    } catch (NoSuchFileException e) {
      // Its instance has just ended, or another one sweeps as well.
      return;
    }
  }

  private static boolean answers(Path socket) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      // Where its queue of callers is full, somebody has it open, and connecting would wait.
      channel.configureBlocking(false);
      boolean _ = channel.connect(UnixDomainSocketAddress.of(socket));
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

package dev.supervise.cli;

import dev.supervise.dsl.PortSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;

/// Free TCP ports for `freePort`, chosen by the system and held until [#close], so that no two
/// names of a script get the same. Used by the thread that loads.
final class FreePorts implements PortSource, AutoCloseable {
  private final Map<String, ServerSocket> held = new LinkedHashMap<>();

  @Override
  public synchronized int free(String name) {
    return held.computeIfAbsent(name, _ -> bound()).getLocalPort();
  }

  private static ServerSocket bound() {
    try {
      return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("no free TCP port: " + e.getMessage(), e);
    }
  }

  /// Lets go of the ports; from now on they are the children's to bind.
  @Override
  public synchronized void close() {
    try {
      for (ServerSocket socket : held.values()) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a port cannot be released", e);
    }
  }
}

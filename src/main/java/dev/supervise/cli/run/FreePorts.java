package dev.supervise.cli.run;

import dev.supervise.dsl.value.PortSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The TCP ports of an instance's `freePort`s, chosen by the system: a name keeps its number for
/// the life of the instance, whatever becomes of the scripts that say it, and no number has two
/// names. The number of a name that nothing uses may be taken by somebody else meanwhile; only then
/// the name gets another one when it comes back. Any thread.
final class FreePorts {
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Set<String> typed = new HashSet<>();

  /// The ports for one load of the script.
  ///
  /// @param used the names that what runs was declared with
  Load load(Set<String> used) {
    return new Load(used, false);
  }

  /// The ports for one typed line: what it names is in use from then on.
  Load line() {
    return new Load(Set.of(), true);
  }

  /// What is chosen for one load is bound until the load is over, so that nobody else takes it
  /// before it is a child's.
  final class Load implements PortSource, AutoCloseable {
    private final Set<String> used;
    private final boolean line;
    private final List<ServerSocket> held = new ArrayList<>();
    private boolean over;

    private Load(Set<String> used, boolean line) {
      this.used = used;
      this.line = line;
    }

    @Override
    public int free(String name) {
      synchronized (FreePorts.this) {
        Integer known = numbers.get(name);
        boolean kept = line || used.contains(name) || typed.contains(name);
        if (line) {
          typed.add(name);
        }
        if (known != null && (kept || holds(known))) {
          return known;
        }
        int number = hold(bound());
        while (numbers.containsValue(number)) {
          number = hold(bound());
        }
        numbers.put(name, number);
        return number;
      }
    }

    private boolean holds(int number) {
      if (held.stream().anyMatch(socket -> socket.getLocalPort() == number)) {
        return true;
      }
      try {
        hold(new ServerSocket(number, 1, InetAddress.getLoopbackAddress()));
        return true;
      } catch (IOException taken) {
        return false;
      }
    }

    /// A script that is left behind by its load may still ask; then nothing is held.
    private int hold(ServerSocket socket) {
      held.add(socket);
      int number = socket.getLocalPort();
      if (over) {
        release();
      }
      return number;
    }

    /// Lets go of the ports; from now on they are the children's to bind.
    @Override
    public void close() {
      synchronized (FreePorts.this) {
        over = true;
        release();
      }
    }

    private void release() {
      try {
        for (ServerSocket socket : held) {
          socket.close();
        }
        held.clear();
      } catch (IOException e) {
        throw new UncheckedIOException("a port cannot be released", e);
      }
    }
  }

  private static ServerSocket bound() {
    try {
      return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("no free TCP port: " + e.getMessage(), e);
    }
  }
}

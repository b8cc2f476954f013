package dev.supervise.worker.probe;

import dev.supervise.posix.Accounts;
import dev.supervise.posix.Processes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Who listens on TCP ports of this host, as `/proc` tells it: `net/tcp` has each socket with its
/// owner, `PID/fd` says who holds it. Another user's descriptors are not shown to everybody, and
/// those of other namespaces to nobody.
public final class Listeners {
  private static final String LISTENING = "0A";

  /// A socket that listens.
  ///
  /// @param process who holds it: the lowest pid; empty where that cannot be seen
  public record Listener(int user, OptionalInt process) {}

  private record Socket(int user, long inode) {}

  private Listeners() {}

  /// Those that accept connections to a port at one of the addresses. Empty where nothing is known.
  public static List<Listener> on(int port, List<InetAddress> addresses) {
    List<Socket> sockets = new ArrayList<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      read(Path.of(table)).stream()
          .skip(1)
          .forEach(line -> listening(line, port, addresses).ifPresent(sockets::add));
    }
    Map<Long, Integer> holders = sockets.isEmpty() ? Map.of() : holders(sockets);
    return sockets.stream()
        .map(socket -> {
          Integer pid = holders.get(socket.inode);
          return new Listener(socket.user, pid == null ? OptionalInt.empty() : OptionalInt.of(pid));
        })
        .distinct()
        .toList();
  }

  /// The columns, proc(5): `sl local_address rem_address st … … … uid timeout inode`.
  private static Optional<Socket> listening(String line, int port, List<InetAddress> addresses) {
    String[] columns = line.strip().split("\\s+");
    if (columns.length < 10 || !columns[3].equals(LISTENING)) {
      return Optional.empty();
    }
    int colon = columns[1].indexOf(':');
    InetAddress local = address(columns[1].substring(0, colon));
    return Integer.parseInt(columns[1].substring(colon + 1), 16) == port
            && (local.isAnyLocalAddress() || addresses.contains(local))
        ? Optional.of(new Socket(Integer.parseInt(columns[7]), Long.parseLong(columns[9])))
        : Optional.empty();
  }

  /// Words of four bytes, each as this machine keeps it in memory, read as a number.
  private static InetAddress address(String hex) {
    ByteBuffer bytes = ByteBuffer.allocate(hex.length() / 2).order(ByteOrder.nativeOrder());
    for (int i = 0; i < hex.length(); i += 8) {
      bytes.putInt(Integer.parseUnsignedInt(hex, i, i + 8, 16));
    }
    try {
      return InetAddress.getByAddress(bytes.array());
    } catch (UnknownHostException noAddress) {
      throw new IllegalStateException("/proc/net/tcp: " + hex, noAddress);
    }
  }

  /// The lowest pid that holds each socket. A server's own process is older than its workers.
  private static Map<Long, Integer> holders(List<Socket> sockets) {
    Map<String, Long> wanted = new LinkedHashMap<>();
    sockets.forEach(socket -> wanted.put("socket:[" + socket.inode + "]", socket.inode));
    Map<Long, Integer> holders = new LinkedHashMap<>();
    for (int pid : processes()) {
      for (String held : descriptors(pid)) {
        Long inode = wanted.get(held);
        if (inode != null) {
          holders.putIfAbsent(inode, pid);
        }
      }
      if (holders.size() == wanted.size()) {
        break;
      }
    }
    return holders;
  }

  private static List<Integer> processes() {
    List<Integer> pids = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path entry : entries) {
        pids.add(Integer.parseInt(entry.getFileName().toString()));
      }
    } catch (IOException e) {
      // No processes are shown: then nobody can be named.
      return List.of();
    }
    pids.sort(null);
    return pids;
  }

  private static List<String> descriptors(int pid) {
    List<String> held = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path entry : entries) {
        held.add(Files.readSymbolicLink(entry).toString());
      }
    } catch (IOException | DirectoryIteratorException e) {
      // It has ended meanwhile, closed one meanwhile, or is another's: what was read counts.
      return held;
    }
    return held;
  }

  private static List<String> read(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException none) {
      return List.of();
    }
  }

  /// A process as messages name it: `nginx (pid 812)`.
  public static String named(int pid) {
    if (pid == Processes.self()) {
      return "supervise itself (pid " + pid + ")";
    }
    String command;
    try {
      command = Files.readString(Path.of("/proc/" + pid + "/comm"), StandardCharsets.UTF_8).strip();
    } catch (IOException gone) {
      return "pid " + pid;
    }
    return command.replaceAll("\\p{Cntrl}", "?") + " (pid " + pid + ")";
  }

  /// A process that cannot be seen.
  public static String unseen(int user) {
    return user == Processes.effectiveUser()
        ? "a process that cannot be seen from here"
        : "a process of another user"
            + Accounts.user(user).map(account -> " (" + account.name() + ")").orElse("");
  }
}

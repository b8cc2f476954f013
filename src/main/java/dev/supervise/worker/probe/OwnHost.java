package dev.supervise.worker.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which host names and addresses are this machine's. No name server is asked: a name counts that
/// is `localhost`, or ends so, that is the machine's own, or that `/etc/hosts` gives an address of
/// this machine. Reads files.
final class OwnHost {
  private static final Path HOSTS = Path.of("/etc/hosts");
  private static final Path NAME = Path.of("/proc/sys/kernel/hostname");
  private static final List<String> LOCAL =
      List.of("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback");

  private OwnHost() {}

  /// @param host a name or an address as a probe gives it; one of IPv6 may stand in brackets
  static boolean is(String host) {
    String bare = host.replaceAll("^\\[|]$", "").toLowerCase(Locale.ROOT);
    String name = bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare;
    if (LOCAL.contains(name) || name.endsWith(".localhost")) {
      return true;
    }
    Optional<InetAddress> address = address(bare);
    return address.isPresent() ? isOwn(address.get()) : named(name).equals(name) || listed(name);
  }

  private static Optional<InetAddress> address(String text) {
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException aName) {
      return Optional.empty();
    }
  }

  /// An address of an interface, of loopback, or the one that stands for all of them.
  private static boolean isOwn(InetAddress address) {
    try {
      return address.isLoopbackAddress()
          || address.isAnyLocalAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false;
    }
  }

  /// The machine's name, without its domain where `name` has none.
  private static String named(String name) {
    String own = read(NAME).strip().toLowerCase(Locale.ROOT);
    int dot = own.indexOf('.');
    return dot > 0 && name.indexOf('.') < 0 ? own.substring(0, dot) : own;
  }

  private static boolean listed(String name) {
    for (String line : read(HOSTS).split("\n")) {
      String[] words = line.replaceFirst("#.*", "").strip().toLowerCase(Locale.ROOT).split("\\s+");
      if (words.length > 1 && Arrays.asList(words).subList(1, words.length).contains(name)) {
        return address(words[0]).map(OwnHost::isOwn).orElse(false);
      }
    }
    return false;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException none) {
      // A system without it says nothing about the name by it.
      return "";
    }
  }
}

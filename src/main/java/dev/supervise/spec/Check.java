package dev.supervise.spec;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// One question about a running unit, or several: does it do its work? Used by [Readiness] and by
/// [Liveness].
public sealed interface Check {
  /// Whether it, or something it is made of, is such.
  default boolean contains(Predicate<Check> such) {
    return such.test(this)
        || switch (this) {
          case AllOf(List<Check> checks) -> checks.stream().anyMatch(c -> c.contains(such));
          case AnyOf(List<Check> checks) -> checks.stream().anyMatch(c -> c.contains(such));
          case Tcp _, Http _, Exec _, LogLine _, File _, SdNotify _, Asked _, Called _ -> false;
        };
  }

  /// A TCP connection can be made.
  ///
  /// @param stale whether it is believed of this host, too, where it held before the run
  record Tcp(String host, int port, boolean stale) implements Check {
    public Tcp(String host, int port) {
      this(host, port, false);
    }

    public Tcp {
      if (host.isEmpty()) {
        throw new InvalidSpec("tcp without a host");
      }
      if (port < 1 || port > 65_535) {
        throw new InvalidSpec("tcp port " + port + " is not between 1 and 65535");
      }
    }
  }

  /// A GET is answered with a status between `from` and `to`, both included. Redirections are not
  /// followed.
  ///
  /// @param stale whether it is believed of this host, too, where it held before the run
  record Http(String url, int from, int to, boolean stale) implements Check {
    public Http(String url, int from, int to) {
      this(url, from, to, false);
    }

    public Http {
      if (from < 100 || to > 599 || from > to) {
        throw new InvalidSpec(
            "http status " + from + ".." + to + " is not a range between 100 and 599");
      }
      URI address;
      try {
        address = URI.create(url);
      } catch (IllegalArgumentException e) {
        throw new InvalidSpec("http '" + url + "' is not an address: " + e.getMessage());
      }
      String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
      if (!scheme.equals("http") && !scheme.equals("https")) {
        throw new InvalidSpec("http '" + url + "' does not begin with http:// or https://");
      }
      if (address.getHost() == null || address.getPort() == 0 || address.getPort() > 65_535) {
        throw new InvalidSpec("http '" + url + "' does not name a host and, if any, a port");
      }
      if (address.getRawUserInfo() != null) {
        throw new InvalidSpec("http '" + url + "': a user and password are never sent");
      }
    }
  }

  /// A command, in the unit's directory, environment and identity, exits with 0.
  record Exec(Command command) implements Check {}

  /// A line of the unit's output contains the pattern. Once seen in a run it stays true for that
  /// run.
  record LogLine(Pattern pattern) implements Check {}

  /// The file exists, and was made or changed since the start of the run began.
  ///
  /// @param path absolute, or relative to the unit's directory
  /// @param stale whether it counts however old it is
  record File(String path, boolean stale) implements Check {
    public File(String path) {
      this(path, false);
    }

    public File {
      if (path.isEmpty()) {
        throw new InvalidSpec("file: the path is empty");
      }
    }
  }

  /// The unit has sent `READY=1` to its `NOTIFY_SOCKET`; as a liveness probe: `WATCHDOG=1` since
  /// the try before.
  record SdNotify() implements Check {}

  /// A closure returns true. Called on a thread of its own, never on the loop.
  record Asked(Callable<Boolean> body, Origin origin) implements Check {}

  /// The function has called `ctx.ready()`.
  record Called() implements Check {}

  /// All of them hold.
  record AllOf(List<Check> checks) implements Check {
    public AllOf {
      checks = List.copyOf(checks);
      if (checks.isEmpty()) {
        throw new InvalidSpec("allOf without a probe");
      }
    }
  }

  /// At least one of them holds.
  record AnyOf(List<Check> checks) implements Check {
    public AnyOf {
      checks = List.copyOf(checks);
      if (checks.isEmpty()) {
        throw new InvalidSpec("anyOf without a probe");
      }
    }
  }
}

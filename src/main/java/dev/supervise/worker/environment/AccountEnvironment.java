package dev.supervise.worker.environment;

import dev.supervise.posix.Accounts;
import dev.supervise.posix.Processes;
import dev.supervise.worker.environment.ChildEnvironment.Layer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What belongs to a user in the environment, for a process that is run as one: it goes over what
/// is inherited, which is the supervisor's own user's, and under what the unit says.
public final class AccountEnvironment {
  /// Directories of one user, by the XDG base directory specification.
  private static final List<String> OWN_DIRECTORIES =
      List.of(
          "XDG_CONFIG_HOME",
          "XDG_CACHE_HOME",
          "XDG_DATA_HOME",
          "XDG_STATE_HOME",
          "XDG_RUNTIME_DIR");

  private AccountEnvironment() {}

  /// @param account empty for a number that the system knows no account of: it is at home in `/`,
  ///   and has no name
  public static Map<String, Layer> of(Optional<Accounts.User> account, int uid) {
    Map<String, Layer> layers = new LinkedHashMap<>();
    layers.put("HOME", is(account.map(Accounts.User::home).orElse(""), "/"));
    layers.put("USER", named(account));
    layers.put("LOGNAME", named(account));
    layers.put("SHELL", is(account.map(Accounts.User::shell).orElse(""), "/bin/sh"));
    if (uid != Processes.effectiveUser()) {
      OWN_DIRECTORIES.forEach(name -> layers.put(name, new Layer.Absent()));
    }
    return layers;
  }

  private static Layer is(String value, String otherwise) {
    return new Layer.Is(value.isEmpty() ? otherwise : value);
  }

  private static Layer named(Optional<Accounts.User> account) {
    return account.isEmpty() ? new Layer.Absent() : new Layer.Is(account.get().name());
  }
}

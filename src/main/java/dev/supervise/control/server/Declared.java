package dev.supervise.control.server;

import dev.supervise.spec.App;
import dev.supervise.text.Secrets;
import java.util.Optional;

/// What the script of an instance that does not run declares today.
///
/// @param app empty where the script cannot be loaded
/// @param why it cannot; empty where it can
/// @param secrets what it calls secret
public record Declared(Optional<App> app, String why, Secrets secrets) {
  public static Declared as(App app, Secrets secrets) {
    return new Declared(Optional.of(app), "", secrets);
  }

  public static Declared unknown(String why, Secrets secrets) {
    return new Declared(Optional.empty(), why, secrets);
  }
}

package dev.supervise.control;

import dev.supervise.spec.App;
import java.util.Optional;

/// What the script of an instance that does not run declares today.
///
/// @param app empty where the script cannot be loaded
/// @param why it cannot; empty where it can
public record Declared(Optional<App> app, String why) {
  public static Declared as(App app) {
    return new Declared(Optional.of(app), "");
  }

  public static Declared unknown(String why) {
    return new Declared(Optional.empty(), why);
  }
}

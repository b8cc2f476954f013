package dev.supervise.run;

/// What a unit that somebody waits for has to become.
enum Aim {
  /// Up, as an order to start it says.
  UP,
  /// Down, as an order to stop it says: it may be up again by now.
  STOPPED,
  DOWN,
  GONE,
  READY,
  DONE,
  REACHED;

  /// All units have to be so at the same moment, and who waits is told at once when one of them
  /// will not be. The others are orders: each unit counts once it has been there, and the answer
  /// speaks of all of them.
  boolean together() {
    return switch (this) {
      case READY, DONE, REACHED, DOWN -> true;
      case UP, STOPPED, GONE -> false;
    };
  }
}

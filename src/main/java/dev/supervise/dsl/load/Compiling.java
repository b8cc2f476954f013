package dev.supervise.dsl.load;

import java.util.Optional;

/// Which file of a load the compiler is at work on: its own stack may be deeper than the JVM shows,
/// and says nothing of that. Any thread.
final class Compiling {
  private volatile Optional<String> file = Optional.empty();

  /// From now on it is at work on that file, until it is told of another, or has [#ended].
  void begun(String path) {
    file = Optional.of(path);
  }

  void ended() {
    file = Optional.empty();
  }

  Optional<String> file() {
    return file;
  }
}

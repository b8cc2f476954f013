package dev.supervise.dsl;

import dev.supervise.spec.Origin;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Where a load is: with the compiler, or at a line of a script, as the stack tells. A frame
/// carries the name of the class a file was compiled to, not the path its user knows. Any thread.
final class ScriptFrames {
  private final Map<String, String> shown = new ConcurrentHashMap<>();
  private volatile Optional<String> withCompiler = Optional.empty();

  /// The compiler is at work on that file until it is told of another, or has [#compiled] it. Its
  /// own stack may be deeper than the JVM shows.
  void compiling(String path) {
    withCompiler = Optional.of(path);
  }

  void compiled() {
    withCompiler = Optional.empty();
  }

  /// The file that the compiler is at work on.
  Optional<String> withCompiler() {
    return withCompiler;
  }

  /// @param main the class that the file was compiled to
  void add(String main, String path) {
    shown.put(main.substring(main.lastIndexOf('.') + 1) + ".groovy", path);
  }

  /// The place in a script that is nearest to where the stack was taken.
  Optional<Origin> innermost(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      String path = frame.getFileName() == null ? null : shown.get(frame.getFileName());
      if (path != null && frame.getLineNumber() > 0) {
        return Optional.of(new Origin(path, frame.getLineNumber()));
      }
    }
    return Optional.empty();
  }
}

package dev.supervise.spec;

import java.util.Optional;

/// Which stack frames are a script's. A frame says the name of the class a file was compiled to,
/// not the path its user knows; but the classes of each file have a class loader of their own, and
/// that is named after the path. Pure.
public final class ScriptFrame {
  private static final String LOADER = "script ";

  private ScriptFrame() {}

  /// The name of the class loader of the classes a file was compiled to.
  ///
  /// @param shown the file's path as the user gave it
  public static String loader(String shown) {
    return LOADER + shown;
  }

  /// Where in a script a frame is.
  ///
  /// @return empty for a frame of other code, and for code of a script's class that stands on no
  ///   line of it
  public static Optional<Origin> of(StackTraceElement frame) {
    String loader = frame.getClassLoaderName();
    return loader != null && loader.startsWith(LOADER) && frame.getLineNumber() > 0
        ? Optional.of(new Origin(loader.substring(LOADER.length()), frame.getLineNumber()))
        : Optional.empty();
  }

  /// The place in a script that is nearest to where the stack was taken.
  public static Optional<Origin> innermost(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      Optional<Origin> place = of(frame);
      if (place.isPresent()) {
        return place;
      }
    }
    return Optional.empty();
  }
}

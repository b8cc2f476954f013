package dev.supervise.spec;

import java.nio.file.Path;

/// How the files that a script's state is kept in are named. Pure.
public final class FileNames {
  /// Beside the script.
  public static final String STATE = ".supervise";

  private static final String GROOVY = ".groovy";

  private FileNames() {}

  /// The directory below `.supervise` that one script's state is kept in: the script's file name
  /// without `.groovy`. Where that would name no directory of its own (`.groovy`), the whole name.
  public static String state(String scriptFile) {
    String name =
        scriptFile.endsWith(GROOVY)
            ? scriptFile.substring(0, scriptFile.length() - GROOVY.length())
            : scriptFile;
    return dots(name) ? scriptFile : name;
  }

  /// A state directory as listings show it: short where it stands beside the script.
  public static Path shown(Path state) {
    Path above = state.getParent();
    return above != null && above.endsWith(STATE)
        ? above.getFileName().resolve(state.getFileName())
        : state;
  }

  /// Where a unit of that full name logs that names no file.
  ///
  /// @param folder `log` of the state directory
  public static Path log(Path folder, String unit) {
    Path file = folder;
    for (String name : unit.split("/")) {
      // A unit may be called '..', and is not to log above the folder.
      file = file.resolve(dots(name) ? "dots-" + name : name);
    }
    return file.resolveSibling(file.getFileName() + ".log");
  }

  private static boolean dots(String name) {
    return name.chars().allMatch(c -> c == '.');
  }

  /// Where standard error goes that is kept apart: `web.err.log` for `web.log`.
  public static Path errors(Path log) {
    return between(log, ".err");
  }

  /// `web-2.log` for `web.log`; the file itself where there is but one instance.
  public static Path ofInstance(Path file, int instance) {
    return instance > 0 ? between(file, "-" + instance) : file;
  }

  private static Path between(Path file, String what) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return file.resolveSibling(
        dot <= 0 ? name + what : name.substring(0, dot) + what + name.substring(dot));
  }
}

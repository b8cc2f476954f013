package dev.supervise.dsl;

import java.io.File;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a script knows of where it stands: `scriptDir`, and `file('x')` beside it. Both mean the
/// file that says them, so that an include has its own, and hold everywhere: in every block that
/// has no word of that name, in methods, and in code that runs later, wherever supervise was
/// started.
///
/// A script's own variable or method of that name wins, as over a method of Groovy's.
final class ScriptPlace {
  static final String DIRECTORY = "scriptDir";
  static final String FILE = "file";

  /// With their purposes, for those who list what there is.
  static final Map<String, String> NAMES =
      Map.of(
          DIRECTORY, "The directory of the script that says it",
          FILE, "A file beside the script that says it");

  private final Path directory;

  private ScriptPlace(Path directory) {
    this.directory = directory;
  }

  static ScriptPlace of(SourceFile file) {
    return new ScriptPlace(Objects.requireNonNullElse(file.path().getParent(), Path.of("/")));
  }

  Path directory() {
    return directory;
  }

  /// `file('conf/app.json')`; an absolute path stays as it is.
  ///
  /// @throws Wrong for anything but one path
  File file(@Nullable Object[] arguments) {
    if (arguments.length != 1
        || !(arguments[0] instanceof CharSequence
            || arguments[0] instanceof File
            || arguments[0] instanceof Path)) {
      throw new Wrong("file takes one path: file('conf/app.json')");
    }
    return directory.resolve(String.valueOf(arguments[0])).normalize().toFile();
  }
}

package dev.supervise.dsl.script;

import dev.supervise.dsl.mistake.SourceFile;
import dev.supervise.dsl.value.WordError;
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
public final class ScriptPlace {
  public static final String DIRECTORY = "scriptDir";
  public static final String FILE = "file";

  /// With their purposes, for those who list what there is.
  public static final Map<String, String> NAMES =
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

  public Path directory() {
    return directory;
  }

  /// `file('conf/app.json')`; an absolute path stays as it is.
  ///
  /// @throws WordError for anything but one path
  public File file(@Nullable Object[] arguments) {
    if (arguments.length != 1
        || !(arguments[0] instanceof CharSequence
            || arguments[0] instanceof File
            || arguments[0] instanceof Path)) {
      throw new WordError("file takes one path: file('conf/app.json')");
    }
    return directory.resolve(String.valueOf(arguments[0])).normalize().toFile();
  }
}

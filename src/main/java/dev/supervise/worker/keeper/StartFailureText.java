package dev.supervise.worker.keeper;

import dev.supervise.posix.Errno;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.StartFailure;
import dev.supervise.spec.StartFailure.Step;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the keeper says of a start that failed, in words for people that name the thing at fault.
public final class StartFailureText {
  private static final int REQUEST = 1;
  private static final int INTERPRETER = 10;

  private StartFailureText() {}

  /// Whether [#of] reads a file to find the words.
  public static boolean looksIntoFile(int step) {
    return step == INTERPRETER;
  }

  public static StartFailure of(int step, int errno, SpawnRequest order, ProcessSpec spec) {
    String why = Errno.words(errno);
    String program = text(order.argv().getFirst());
    String dir = text(order.dir());
    return switch (step) {
      case REQUEST ->
          new StartFailure(Step.FORK, errno, "the keeper cannot take this start: " + why);
      case 2 -> new StartFailure(Step.FORK, errno, "the system refused a new process: " + why);
      case 3 -> new StartFailure(Step.SESSION, errno, "session or output: " + why);
      case 4 ->
          new StartFailure(
              Step.LIMITS,
              errno,
              "limits: "
                  + why
                  + (errno == Errno.EPERM ? " (only root may raise a hard limit)" : ""));
      case 5 ->
          new StartFailure(
              Step.NICE, errno, "nice " + order.nice() + ": " + why + below(order.nice()));
      case 6 ->
          new StartFailure(
              Step.USER,
              errno,
              "user '"
                  + spec.identity().user().orElse("")
                  + "'"
                  + spec.identity().group().map(group -> ", group '" + group + "'").orElse("")
                  + ": "
                  + why
                  + (errno == Errno.EPERM
                      ? " (only root may start a process as another user)"
                      : ""));
      case 7 -> new StartFailure(Step.DIR, errno, dir(errno, dir, why));
      case 8 -> new StartFailure(Step.LOOKUP, errno, lookup(program, dir, order));
      case 9 ->
          new StartFailure(
              Step.PERMISSION,
              errno,
              errno == Errno.EISDIR
                  ? "program '" + program + "' is a directory"
                  : "program '" + program + "' is not executable: " + why);
      case INTERPRETER ->
          new StartFailure(Step.INTERPRETER, errno, interpreter(program, order, why));
      default ->
          errno == Errno.E2BIG
              ? new StartFailure(Step.SIZE, errno, "program '" + program + "': " + why)
              : new StartFailure(Step.EXEC, errno, exec(program, errno, why));
    };
  }

  private static String below(int nice) {
    return nice < 0 ? " (only root may go below 0)" : "";
  }

  private static String dir(int errno, String dir, String why) {
    return switch (errno) {
      case Errno.ENOENT -> "dir '" + dir + "' does not exist";
      case Errno.ENOTDIR -> "dir '" + dir + "' is not a directory";
      default -> "dir '" + dir + "' cannot be entered: " + why;
    };
  }

  private static String lookup(String program, String dir, SpawnRequest order) {
    return program.contains("/")
        ? "program '" + program + "' does not exist" + (program.startsWith("/") ? "" : " in " + dir)
        : "program '" + program + "' not found in PATH (" + text(order.path()) + ")";
  }

  private static String exec(String program, int errno, String why) {
    return "program '"
        + program
        + "': "
        + why
        + (errno == Errno.ENOEXEC ? "; a script has to begin with #! and its interpreter" : "");
  }

  private static String interpreter(String program, SpawnRequest order, String why) {
    String named = shebang(program, order);
    return named.isEmpty()
        ? "program '" + program + "': the loader it asks for (ELF interpreter) is missing: " + why
        : "program '"
            + program
            + "': its interpreter '"
            + named
            + "' (first line) is missing or not"
            + " executable: "
            + why;
  }

  /// The interpreter in the first line of the program; empty where there is none to be read.
  private static String shebang(String program, SpawnRequest order) {
    for (Path file : candidates(program, order)) {
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
        String line = new String(in.readNBytes(256), StandardCharsets.UTF_8);
        if (line.startsWith("#!")) {
          return line.substring(2).strip().split("[ \t\r\n]", 2)[0];
        }
      } catch (IOException unreadable) {
        // Executable but not readable, or gone by now: the failure is told without the name.
        continue;
      }
    }
    return "";
  }

  private static java.util.List<Path> candidates(String program, SpawnRequest order) {
    Path dir = Path.of(text(order.dir()));
    return program.contains("/")
        ? java.util.List.of(dir.resolve(program))
        : java.util.Arrays.stream(text(order.path()).split(":"))
            .map(folder -> dir.resolve(folder).resolve(program))
            .filter(Files::isExecutable)
            .toList();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}

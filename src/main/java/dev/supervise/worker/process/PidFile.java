package dev.supervise.worker.process;

import dev.supervise.posix.OwnedFile;
import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Pid files: the three lines supervise writes, and whatever others have written.
///
/// Line 1 is the pid, line 2 the unit as JSON, line 3
/// `{"start_unix":N,"start_ticks":T,"boot_id":"…"}`. Only a file that names ticks and boot is
/// believed by itself; `start_unix` is for people. Any bytes are read without an exception.
///
/// A number in it may come to be signalled, so it is read only where nobody could have put it there
/// but us, root, or the user its unit runs as.
final class PidFile {
  private static final int LIMIT = 64 * 1024;
  private static final int PID_LIMIT = 4_194_304;

  /// How far a start told in seconds may be off: the clock's second and the tick are cut apart.
  private static final long SECONDS_OFF = 2;

  private static final Pattern PID = Pattern.compile("[ \\t]*([0-9]{1,7})[ \\t\\r]*");
  private static final Pattern START_UNIX = number("start_unix");
  private static final Pattern START_TICKS = number("start_ticks");
  private static final Pattern BOOT_ID =
      Pattern.compile("\"boot_id\"\\s{0,9}:\\s{0,9}\"([0-9a-fA-F-]{1,64})\"");

  private PidFile() {}

  /// What a pid file says.
  sealed interface Content {
    /// It says nothing that could be used, and why.
    record Nothing(String why) implements Content {}

    /// @param writer the user who said it, where it is neither us nor root: his word is taken for
    ///   his own processes only
    record Named(
        int pid,
        OptionalLong startUnix,
        OptionalLong startTicks,
        Optional<String> bootId,
        OptionalInt writer)
        implements Content {
      Named saidBy(int user) {
        return new Named(pid, startUnix, startTicks, bootId, OptionalInt.of(user));
      }

      /// Whether whoever said it may speak for that process.
      boolean speaksFor(ProcessIdentity process) {
        return writer.isEmpty() || process.user() == writer.getAsInt();
      }
    }
  }

  /// Whose pid files are believed, by number: of users, and of groups where the group may write.
  record Writers(Set<Integer> users, Set<Integer> groups) {
    /// Ourselves and root.
    static Writers usual() {
      return with(Processes.effectiveUser(), Processes.effectiveGroup());
    }

    /// Those, and a unit that runs as somebody else.
    static Writers with(int uid, int gid) {
      return new Writers(
          Set.copyOf(List.of(0, Processes.effectiveUser(), uid).stream().distinct().toList()),
          Set.copyOf(List.of(0, Processes.effectiveGroup(), gid).stream().distinct().toList()));
    }
  }

  static Content read(Path file) {
    return read(file, Writers.usual());
  }

  static Content read(Path file, Writers writers) {
    try {
      OwnedFile is = OwnedFile.read(file, writers.users, writers.groups, LIMIT);
      boolean others = is.owner() != 0 && is.owner() != Processes.effectiveUser();
      return parse(is.bytes()) instanceof Content.Named named && others
          ? named.saidBy(is.owner())
          : parse(is.bytes());
    } catch (OwnedFile.Doubtful e) {
      return new Content.Nothing(String.valueOf(e.getMessage()));
    } catch (NoSuchFileException e) {
      return new Content.Nothing("no such file or directory");
    } catch (IOException e) {
      return new Content.Nothing("cannot be read: " + e.getMessage());
    }
  }

  static Content parse(byte[] bytes) {
    String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\n", 4);
    Matcher first = PID.matcher(lines[0]);
    if (!first.matches()) {
      return new Content.Nothing(bytes.length == 0 ? "is empty" : "its first line is no pid");
    }
    int pid = Integer.parseInt(first.group(1));
    if (pid < 2 || pid > PID_LIMIT) {
      return new Content.Nothing("its first line, " + pid + ", is no pid");
    }
    String third = lines.length > 2 ? lines[2] : "";
    Matcher boot = BOOT_ID.matcher(third);
    return new Content.Named(
        pid,
        number(START_UNIX, third),
        number(START_TICKS, third),
        boot.find() ? Optional.of(boot.group(1)) : Optional.empty(),
        OptionalInt.empty());
  }

  private static Pattern number(String name) {
    return Pattern.compile("\"" + name + "\"\\s{0,9}:\\s{0,9}([0-9]{1,18})(?![0-9.eE])");
  }

  private static OptionalLong number(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    return found.find() ? OptionalLong.of(Long.parseLong(found.group(1))) : OptionalLong.empty();
  }

  /// The living process a file names, if everything it says of it is so. A bare pid is never
  /// enough, and one with less than ticks and boot only for a process of our own user.
  static Optional<ProcessIdentity> trusted(Content.Named named) {
    if (named.startUnix.isEmpty() && named.startTicks.isEmpty()) {
      return Optional.empty();
    }
    boolean whole = named.startTicks.isPresent() && named.bootId.isPresent();
    return ProcessIdentity.of(named.pid)
        .filter(named::speaksFor)
        .filter(it -> named.startTicks.isEmpty() || named.startTicks.getAsLong() == it.startTicks())
        .filter(it -> named.bootId.isEmpty() || named.bootId.get().equals(it.bootId()))
        .filter(it ->
            whole
                || named.startUnix.isEmpty()
                || Math.abs(named.startUnix.getAsLong() - it.startUnix()) <= SECONDS_OFF)
        .filter(it -> whole || it.user() == Processes.effectiveUser());
  }

  /// Writes it for its owner only, all at once: a reader finds the old file or the new one.
  ///
  /// @param unit one line of JSON
  static void write(Path file, ProcessIdentity identity, String unit) throws IOException {
    String text =
        identity.pid()
            + "\n"
            + unit
            + "\n{\"start_unix\":"
            + identity.startUnix()
            + ",\"start_ticks\":"
            + identity.startTicks()
            + ",\"boot_id\":\""
            + identity.bootId()
            + "\"}\n";
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Path fresh = file.resolveSibling("." + file.getFileName() + "." + identity.pid());
    Files.deleteIfExists(fresh);
    try {
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(fresh, text, StandardCharsets.UTF_8);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /// Removes it, if it still names that process: another run may have written its own meanwhile.
  static void remove(Path file, ProcessIdentity identity) throws IOException {
    if (read(file) instanceof Content.Named named
        && named.pid == identity.pid()
        && named.startTicks.equals(OptionalLong.of(identity.startTicks()))) {
      Files.deleteIfExists(file);
    }
  }
}

package dev.supervise.worker;

import dev.supervise.posix.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// What the next supervisor of a state directory must know of this one, however this one ends: the
/// marks of its keepers, by which everything they started is found, and its detached units. A file
/// `identities` of lines, for its owner only, that is added to and never changed while in use; it
/// is not forced to disk, because all it names ends with the machine. Thread-safe.
///
/// Any bytes in the file are read without an exception; a line that makes no sense says nothing.
final class Ledger {
  private static final String KEEPER = "keeper";
  private static final String DETACHED = "detached";
  private static final String ENDED = "ended";
  private static final String USER = "user";
  private static final String LEFT = "left";
  private static final int COMPACT_ABOVE = 1 << 20;

  /// A keeper of an earlier supervisor, or its guard.
  record KeeperEntry(ProcessIdentity identity, KeeperMark mark) {}

  /// A process that lived on although everything was to end.
  ///
  /// @param certain whether it was ours for certain
  record Left(ProcessIdentity identity, boolean certain) {}

  /// A detached unit's process.
  ///
  /// @param path the unit's full name
  /// @param mark what its processes carry; 0: nothing
  /// @param resumeId the unit's, kept over adoption
  /// @param source how it was found when it started: `exec:pid`, `pidfile:run/x.pid`
  record Kept(String path, ProcessIdentity identity, long mark, String resumeId, String source) {}

  private final Optional<Path> file;
  private final Consumer<String> warnings;
  private final Map<String, Kept> kept = new LinkedHashMap<>();
  private final Map<String, String> resumeIds = new HashMap<>();
  private final List<KeeperEntry> earlier = new ArrayList<>();
  private final List<KeeperEntry> ours = new ArrayList<>();
  private final Set<Integer> users = new TreeSet<>();
  private final List<Left> left = new ArrayList<>();
  private long size;

  private Ledger(Optional<Path> file, Consumer<String> warnings) {
    this.file = file;
    this.warnings = warnings;
  }

  /// Writes nothing and knows nothing.
  static Ledger none() {
    return new Ledger(Optional.empty(), _ -> {});
  }

  /// Reads what the last supervisor left; creates nothing.
  static Ledger open(Path directory, Consumer<String> warnings) {
    Path file = directory.resolve("identities");
    Ledger ledger = new Ledger(Optional.of(file), warnings);
    try {
      ledger.read(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      // The first supervisor here.
      return ledger;
    } catch (IOException e) {
      warnings.accept(
          file + " cannot be read, so nothing an earlier supervisor left is looked for: " + e);
    }
    return ledger;
  }

  /// Keepers of earlier supervisors, of this boot.
  synchronized List<KeeperEntry> earlier() {
    return List.copyOf(earlier);
  }

  synchronized List<Kept> kept() {
    return List.copyOf(kept.values());
  }

  synchronized Optional<Kept> kept(String path) {
    return Optional.ofNullable(kept.get(path));
  }

  /// Whom units of ours or of earlier supervisors ran as, besides ourselves, as far as is known.
  synchronized Set<Integer> users() {
    return Set.copyOf(users);
  }

  /// What an earlier supervisor left behind, and could do nothing about.
  synchronized List<Left> left() {
    return List.copyOf(left);
  }

  /// A unit runs as that user; on record before anything of it is started.
  synchronized void user(int user) {
    if (users.add(user)) {
      append(line(user));
    }
  }

  /// The resume id of a unit that was adopted, for its later runs.
  synchronized Optional<String> resumeId(String path) {
    return Optional.ofNullable(resumeIds.get(path));
  }

  /// Begins anew with a keeper of ours: what earlier ones left has been dealt with.
  ///
  /// @param keeper its processes
  synchronized void begin(List<ProcessIdentity> keeper, KeeperMark mark) {
    earlier.clear();
    kept.values().removeIf(entry -> !entry.identity.alive());
    left.removeIf(entry -> !entry.identity.alive());
    keeper.forEach(it -> ours.add(new KeeperEntry(it, mark)));
    rewrite();
  }

  /// Another keeper of ours, after the first was lost.
  synchronized void keeper(List<ProcessIdentity> keeper, KeeperMark mark) {
    for (ProcessIdentity it : keeper) {
      ours.add(new KeeperEntry(it, mark));
      append(line(it, mark));
    }
  }

  /// Our keepers have ended and left nothing but what is detached, and these.
  synchronized void close(List<Left> living) {
    ours.clear();
    left.clear();
    left.addAll(living);
    if (!kept.isEmpty() || !left.isEmpty()) {
      rewrite();
      return;
    }
    file.ifPresent(path -> {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        warnings.accept(path + " cannot be removed: " + e);
      }
    });
  }

  private void rewrite() {
    StringBuilder text = new StringBuilder();
    ours.forEach(entry -> text.append(line(entry.identity, entry.mark)));
    users.forEach(user -> text.append(line(user)));
    kept.values().forEach(entry -> text.append(line(entry)));
    left.forEach(entry -> text.append(line(entry)));
    size = text.length();
    file.ifPresent(path -> replace(path, text.toString()));
  }

  synchronized void keep(Kept entry) {
    kept.put(entry.path, entry);
    append(line(entry));
  }

  /// The unit's process has ended.
  synchronized void ended(String path) {
    if (kept.remove(path) != null) {
      append(ENDED + "\t" + path + "\n");
    }
  }

  private static String line(ProcessIdentity keeper, KeeperMark mark) {
    return String.join("\t", KEEPER, text(keeper), Long.toString(mark.base())) + "\n";
  }

  private static String line(int user) {
    return USER + "\t" + Integer.toUnsignedString(user) + "\n";
  }

  private static String line(Left entry) {
    return String.join("\t", LEFT, text(entry.identity), entry.certain ? "ours" : "unknown") + "\n";
  }

  private static String line(Kept entry) {
    return String.join(
            "\t",
            DETACHED,
            text(entry.identity),
            Long.toString(entry.mark),
            entry.resumeId,
            entry.path,
            escaped(entry.source))
        + "\n";
  }

  private static String text(ProcessIdentity identity) {
    return identity.pid() + "\t" + identity.startTicks() + "\t" + identity.bootId();
  }

  private static String escaped(String source) {
    return source.replaceAll("[\\t\\r\\n]", " ");
  }

  private void read(String text) {
    // What follows the last newline was cut off while it was written.
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
      try {
        read(line.split("\t", -1));
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        warnings.accept(file.map(Path::toString).orElse("") + ": a line makes no sense: " + line);
      }
    }
  }

  private void read(String[] fields) {
    switch (fields[0]) {
      case KEEPER -> {
        ProcessIdentity identity = identity(fields);
        if (identity.bootId().equals(ProcessIdentity.boot())) {
          earlier.add(new KeeperEntry(identity, new KeeperMark(Long.parseLong(fields[4]))));
        }
      }
      case USER -> users.add(Integer.parseUnsignedInt(fields[1]));
      case LEFT -> {
        ProcessIdentity identity = identity(fields);
        if (identity.alive()) {
          left.add(new Left(identity, fields[4].equals("ours")));
        }
      }
      case DETACHED -> {
        Kept entry =
            new Kept(fields[6], identity(fields), Long.parseLong(fields[4]), fields[5], fields[7]);
        kept.put(entry.path, entry);
        resumeIds.put(entry.path, entry.resumeId);
      }
      case ENDED -> kept.remove(fields[1]);
      default -> {
        if (!fields[0].isEmpty()) {
          throw new NumberFormatException(fields[0]);
        }
      }
    }
  }

  private static ProcessIdentity identity(String[] fields) {
    return new ProcessIdentity(Integer.parseInt(fields[1]), Long.parseLong(fields[2]), fields[3]);
  }

  private void append(String text) {
    size += text.length();
    if (size > COMPACT_ABOVE) {
      rewrite();
      return;
    }
    file.ifPresent(path -> {
      try {
        Files.writeString(path, text, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
      } catch (IOException e) {
        warnings.accept(path + " cannot be written; after a crash of supervise " + LOST + e);
      }
    });
  }

  private static final String LOST = "its processes may not be found by the next start: ";

  private void replace(Path path, String text) {
    Path fresh = path.resolveSibling("identities.new");
    try {
      Files.createDirectories(
          java.util.Objects.requireNonNull(path.getParent()),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.deleteIfExists(fresh);
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(fresh, text, StandardCharsets.UTF_8);
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      warnings.accept(path + " cannot be written; after a crash of supervise " + LOST + e);
    }
  }
}

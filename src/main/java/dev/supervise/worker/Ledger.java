package dev.supervise.worker;

import dev.supervise.posix.PrivateDirectory;
import dev.supervise.posix.ProcessIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.regex.Pattern;

/// What the next supervisor of a state directory must know of this one, however this one ends: the
/// marks of its keepers, by which everything they started is found, the users that units ran as,
/// its detached units, each named before it is started, and what lived on although it was to end. A
/// file `identities` of lines, for its owner only, that is added to and never changed while in use;
/// it is not forced to disk, because all it names ends with the machine. Thread-safe.
///
/// Copies of it lie elsewhere, for the case that the state directory is taken away while something
/// of it lives; what is read from a copy counts as much, and as little, as what is read from
/// itself.
///
/// Any bytes in the file are read without an exception. A line that no supervisor can have written
/// says nothing: a pid that is none, a mark that no keeper chooses.
final class Ledger {
  static final String NAME = "identities";

  private static final String KEEPER = "keeper";
  private static final String DETACHED = "detached";
  private static final String STARTING = "starting";
  private static final String ENDED = "ended";
  private static final String USER = "user";
  private static final String LEFT = "left";
  private static final String CERTAIN = "ours";
  private static final String UNCERTAIN = "unknown";

  /// Names that units may have.
  private static final Pattern PATH =
      Pattern.compile("(?:(?!\\.{1,2}(?:/|$))[A-Za-z0-9._-]+(?:/|$))++(?<!/)");

  /// Twice what it may grow to.
  private static final int LARGEST = 4 << 20;

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

  /// A detached unit that was about to be started when its supervisor was killed.
  private record Unborn(String path, long mark, String resumeId) {}

  private final List<Path> files;
  private final Consumer<String> warnings;
  private final Map<String, Kept> kept = new LinkedHashMap<>();
  private final Map<String, String> resumeIds = new HashMap<>();
  private final Map<String, Unborn> unborn = new LinkedHashMap<>();
  private final Set<KeeperEntry> earlier = new LinkedHashSet<>();
  private final List<KeeperEntry> ours = new ArrayList<>();
  private final Set<Integer> users = new TreeSet<>();
  private final Set<Left> left = new LinkedHashSet<>();
  private long size;
  private boolean written;
  private boolean closed;

  /// @param files itself, and then its copies; none: nothing is kept
  private Ledger(List<Path> files, Consumer<String> warnings) {
    this.files = files;
    this.warnings = warnings;
  }

  /// Writes nothing and knows nothing.
  static Ledger none() {
    return new Ledger(List.of(), _ -> {});
  }

  /// Reads what the last supervisor left; creates nothing.
  ///
  /// @param copies the files that say the same
  static Ledger open(Path directory, List<Path> copies, Consumer<String> warnings) {
    List<Path> files = new ArrayList<>(List.of(directory.resolve(NAME)));
    files.addAll(copies);
    return read(files, warnings);
  }

  /// Reads one copy alone.
  static Ledger copy(Path file, Consumer<String> warnings) {
    return read(List.of(file), warnings);
  }

  private static Ledger read(List<Path> files, Consumer<String> warnings) {
    Ledger ledger = new Ledger(files, warnings);
    // Itself last: what it says of a unit holds.
    for (Path file : files.reversed()) {
      try {
        Optional<PrivateDirectory> state = PrivateDirectory.find(directory(file));
        if (state.isPresent()) {
          state
              .get()
              .read(name(file), LARGEST)
              .ifPresent(bytes -> ledger.read(file, new String(bytes, StandardCharsets.UTF_8)));
        }
      } catch (IOException e) {
        warnings.accept(
            file
                + " cannot be read, so nothing an earlier supervisor left is looked for: "
                + e.getMessage());
      }
    }
    return ledger;
  }

  private static Path directory(Path file) {
    return file.toAbsolutePath().resolveSibling("");
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /// Whether units were being started when the last supervisor was killed.
  synchronized boolean unsettled() {
    return !unborn.isEmpty();
  }

  /// Settles what became of those that were being started when the last supervisor was killed.
  ///
  /// @param leaders the process that leads the run with this mark, if one lives
  synchronized void settle(LongFunction<Optional<ProcessIdentity>> leaders) {
    for (Unborn unit : unborn.values()) {
      leaders
          .apply(unit.mark)
          .ifPresent(leader -> {
            kept.put(unit.path, new Kept(unit.path, leader, unit.mark, unit.resumeId, "exec:pid"));
            resumeIds.put(unit.path, unit.resumeId);
          });
    }
    unborn.clear();
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

  /// Whether there is a file that another supervisor would need.
  synchronized boolean inUse() {
    return written && !ours.isEmpty();
  }

  /// Begins anew with a keeper of ours: what earlier ones left has been dealt with, as far as it
  /// could be.
  ///
  /// @param keeper its processes
  /// @param living what of it lives on
  /// @param more whether there may be more: the earlier keepers stay on record
  synchronized void begin(
      List<ProcessIdentity> keeper, KeeperMark mark, List<Left> living, boolean more) {
    if (!more) {
      earlier.clear();
    }
    kept.values().removeIf(entry -> !entry.identity.alive());
    left.removeIf(entry -> !entry.identity.alive());
    left.addAll(living);
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

  /// Our keepers have ended and left nothing but what is detached, and these. Nothing is written
  /// any more after that.
  ///
  /// @param more whether there may be more: all keepers stay on record, and the file in any case
  synchronized void close(List<Left> living, boolean more) {
    if (!more) {
      ours.clear();
      earlier.clear();
    }
    left.clear();
    left.addAll(living);
    if (more || !kept.isEmpty() || !left.isEmpty()) {
      rewrite();
      closed = true;
      return;
    }
    closed = true;
    for (Path file : files) {
      try {
        Optional<PrivateDirectory> state = PrivateDirectory.find(directory(file));
        if (state.isPresent()) {
          state.get().remove(name(file));
        }
      } catch (IOException e) {
        warnings.accept(file + " cannot be removed: " + e.getMessage());
      }
    }
  }

  /// Writes all of it anew: also where the file was taken away.
  synchronized void rewrite() {
    StringBuilder text = new StringBuilder();
    earlier.forEach(entry -> text.append(line(entry.identity, entry.mark)));
    ours.forEach(entry -> text.append(line(entry.identity, entry.mark)));
    users.forEach(user -> text.append(line(user)));
    kept.values().forEach(entry -> text.append(line(entry)));
    left.forEach(entry -> text.append(line(entry)));
    unborn.values().forEach(unit -> text.append(line(unit)));
    size = text.length();
    if (!closed) {
      replace(text.toString());
    }
  }

  /// A detached unit is about to be started.
  ///
  /// @param mark what its processes will carry; with 0 they could not be told, and nothing is noted
  synchronized void starting(String path, long mark, String resumeId) {
    if (KeeperMark.mayBe(mark)) {
      Unborn unit = new Unborn(path, mark, resumeId);
      unborn.put(path, unit);
      append(line(unit));
    }
  }

  synchronized void keep(Kept entry) {
    unborn.remove(entry.path);
    kept.put(entry.path, entry);
    append(line(entry));
  }

  /// The unit's process has ended, or never was one.
  synchronized void ended(String path) {
    boolean was = kept.remove(path) != null;
    if (unborn.remove(path) != null || was) {
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
    return String.join("\t", LEFT, text(entry.identity), entry.certain ? CERTAIN : UNCERTAIN)
        + "\n";
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

  private static String line(Unborn unit) {
    return String.join(
            "\t",
            STARTING,
            Long.toString(unit.mark),
            ProcessIdentity.boot(),
            unit.resumeId,
            unit.path)
        + "\n";
  }

  private static String text(ProcessIdentity identity) {
    return identity.pid() + "\t" + identity.startTicks() + "\t" + identity.bootId();
  }

  private static String escaped(String source) {
    return source.replaceAll("[\\t\\r\\n]", " ");
  }

  private void read(Path file, String text) {
    int senseless = 0;
    // What follows the last newline was cut off while it was written.
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
      try {
        read(line.split("\t", -1));
      } catch (IllegalArgumentException | ArithmeticException | ArrayIndexOutOfBoundsException e) {
        senseless++;
      }
    }
    if (senseless > 0) {
      warnings.accept(
          file
              + ": "
              + (senseless == 1 ? "a line says" : senseless + " lines say")
              + " what supervise never writes, and nothing was done about it");
    }
  }

  private void read(String[] fields) {
    switch (fields[0]) {
      case KEEPER -> {
        KeeperEntry entry = new KeeperEntry(identity(fields), new KeeperMark(number(fields[4])));
        claim(fields.length == 5);
        if (entry.identity.bootId().equals(ProcessIdentity.boot())) {
          earlier.add(entry);
        }
      }
      case USER -> {
        claim(fields.length == 2);
        users.add(user(fields[1]));
      }
      case LEFT -> {
        ProcessIdentity identity = identity(fields);
        claim(fields.length == 5 && (fields[4].equals(CERTAIN) || fields[4].equals(UNCERTAIN)));
        if (identity.alive()) {
          left.add(new Left(identity, fields[4].equals(CERTAIN)));
        }
      }
      case DETACHED -> {
        ProcessIdentity identity = identity(fields);
        long mark = number(fields[4]);
        claim(fields.length == 8 && (mark == 0 || KeeperMark.mayBe(mark)));
        // After another boot the mark may be that of a stranger's run.
        long valid = identity.bootId().equals(ProcessIdentity.boot()) ? mark : 0;
        Kept entry = new Kept(path(fields[6]), identity, valid, id(fields[5]), fields[7]);
        unborn.remove(entry.path);
        kept.put(entry.path, entry);
        resumeIds.put(entry.path, entry.resumeId);
      }
      case STARTING -> {
        Unborn unit = new Unborn(path(fields[4]), number(fields[1]), id(fields[3]));
        claim(fields.length == 5 && KeeperMark.mayBe(unit.mark));
        if (fields[2].equals(ProcessIdentity.boot())) {
          unborn.put(unit.path, unit);
        }
      }
      case ENDED -> {
        kept.remove(fields[1]);
        unborn.remove(fields[1]);
      }
      default -> claim(fields[0].isEmpty());
    }
  }

  private static ProcessIdentity identity(String[] fields) {
    ProcessIdentity identity =
        new ProcessIdentity(Math.toIntExact(number(fields[1])), number(fields[2]), fields[3]);
    claim(identity.possible());
    return identity;
  }

  /// Digits only: no sign, nothing that needs more than a long has.
  private static long number(String text) {
    claim(text.matches("[0-9]{1,19}"));
    return Long.parseLong(text);
  }

  /// All 32 bits.
  private static int user(String text) {
    claim(text.matches("[0-9]{1,10}"));
    return Integer.parseUnsignedInt(text);
  }

  private static String path(String text) {
    claim(text.length() <= 4096 && PATH.matcher(text).matches());
    return text;
  }

  private static String id(String text) {
    claim(text.matches("[A-Za-z0-9-]{0,64}"));
    return text;
  }

  private static void claim(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException("no such line");
    }
  }

  private void append(String text) {
    size += text.length();
    if (size > COMPACT_ABOVE) {
      rewrite();
      return;
    }
    if (closed) {
      return;
    }
    for (Path file : files) {
      try (FileChannel end = PrivateDirectory.create(directory(file)).append(name(file))) {
        end.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      } catch (IOException e) {
        // Half a line may stand there: the next time all of it is written.
        size = COMPACT_ABOVE;
        unwritten(file, e);
      }
    }
  }

  private static final String LOST =
      "after a crash of supervise its processes may not be found by the next start: ";

  private static final String LOST_COPY =
      "if the state directory is taken away, and supervise and its keeper are killed, their"
          + " processes may not be found by the next start: ";

  private void replace(String text) {
    for (Path file : files) {
      boolean itself = file.equals(files.getFirst());
      try {
        PrivateDirectory.create(directory(file))
            .replace(name(file), text.getBytes(StandardCharsets.UTF_8));
        written |= itself;
      } catch (IOException e) {
        written &= !itself;
        unwritten(file, e);
      }
    }
  }

  private void unwritten(Path file, IOException why) {
    warnings.accept(
        file
            + " cannot be written; "
            + (file.equals(files.getFirst()) ? LOST : LOST_COPY)
            + why.getMessage());
  }
}

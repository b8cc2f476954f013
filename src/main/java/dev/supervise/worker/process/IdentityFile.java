package dev.supervise.worker.process;

import dev.supervise.posix.ProcessIdentity;
import dev.supervise.worker.keeper.KeeperMark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
/// file `identities` of lines, for its owner only; it is not forced to disk, because all it names
/// ends with the machine. Thread-safe.
///
/// A line is written into room that the file has already (see [PreallocatedFile]). When the room is
/// used up all is written anew, without what lives no more. What could not be written is tried
/// again.
///
/// Copies of it lie elsewhere, for the case that the state directory is taken away while something
/// of it lives; what is read from a copy counts as much, and as little, as what is read from
/// itself.
///
/// Any bytes in the file are read without an exception. A line that no supervisor can have written
/// says nothing: a pid that is none, a mark that no keeper chooses.
final class IdentityFile {
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

  /// Far more than lives at a time.
  private static final int LARGEST = 4 << 20;

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

  private final List<PreallocatedFile> files;
  private final Consumer<String> warnings;
  private final Consumer<Runnable> later;
  private final Map<String, Kept> kept = new LinkedHashMap<>();
  private final Map<String, String> resumeIds = new HashMap<>();
  private final Map<String, Unborn> unborn = new LinkedHashMap<>();
  private final Set<KeeperEntry> earlier = new LinkedHashSet<>();
  private final List<KeeperEntry> ours = new ArrayList<>();
  private final Set<Integer> users = new TreeSet<>();
  private final Set<Left> left = new LinkedHashSet<>();

  /// Lost keepers of ours that left nothing.
  private final Set<ProcessIdentity> over = new HashSet<>();

  private boolean closed;

  /// A file that could not be written will be tried again.
  private boolean retrying;

  /// @param files itself, and then its copies; none: nothing is kept
  private IdentityFile(List<Path> files, Consumer<String> warnings, Consumer<Runnable> later) {
    this.files = files.stream().map(PreallocatedFile::new).toList();
    this.warnings = warnings;
    this.later = later;
  }

  /// Writes nothing and knows nothing.
  static IdentityFile none() {
    return new IdentityFile(List.of(), _ -> {}, _ -> {});
  }

  /// Reads what the last supervisor left; creates nothing.
  ///
  /// @param copies the files that say the same
  /// @param later runs something when a while has passed, unless all has ended before
  static IdentityFile open(
      Path directory, List<Path> copies, Consumer<String> warnings, Consumer<Runnable> later) {
    List<Path> files = new ArrayList<>(List.of(directory.resolve(NAME)));
    files.addAll(copies);
    return read(files, warnings, later);
  }

  /// Reads one file alone, or a copy, and is not to be written.
  static IdentityFile copy(Path file, Consumer<String> warnings) {
    return read(List.of(file), warnings, _ -> {});
  }

  private static IdentityFile read(
      List<Path> files, Consumer<String> warnings, Consumer<Runnable> later) {
    IdentityFile ledger = new IdentityFile(files, warnings, later);
    // Itself last: what it says of a unit holds.
    for (PreallocatedFile file : ledger.files.reversed()) {
      try {
        file.read(LARGEST)
            .ifPresent(
                bytes -> ledger.read(file.path(), new String(bytes, StandardCharsets.UTF_8)));
      } catch (IOException e) {
        warnings.accept(
            file.path()
                + " cannot be read, so nothing an earlier supervisor left is looked for: "
                + e.getMessage());
      }
    }
    return ledger;
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
    return !files.isEmpty() && files.getFirst().present() && !ours.isEmpty();
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
    left.addAll(living);
    keeper.forEach(it -> ours.add(new KeeperEntry(it, mark)));
    rewrite();
  }

  /// Another keeper of ours, after the first was lost.
  synchronized void keeper(List<ProcessIdentity> keeper, KeeperMark mark) {
    keeper.forEach(it -> ours.add(new KeeperEntry(it, mark)));
    rewrite();
  }

  /// A keeper of ours was lost, and nothing of what it had started lives but what is detached: it
  /// need not be looked for.
  synchronized void over(List<ProcessIdentity> keeper) {
    over.addAll(keeper);
  }

  /// A mark is kept for as long as something detached carries it.
  private void prune() {
    ours.removeIf(entry -> over.contains(entry.identity) && !carried(entry.mark));
    over.retainAll(ours.stream().map(KeeperEntry::identity).toList());
    kept.values().removeIf(entry -> !entry.identity.alive());
    left.removeIf(entry -> !entry.identity.alive());
  }

  private boolean carried(KeeperMark keeper) {
    return kept.values().stream().anyMatch(it -> keeper.run(it.mark).isPresent())
        || unborn.values().stream().anyMatch(it -> keeper.run(it.mark).isPresent());
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
    over.clear();
    left.clear();
    left.addAll(living);
    if (more || !kept.isEmpty() || !left.isEmpty()) {
      rewrite();
      closed = true;
      return;
    }
    closed = true;
    for (PreallocatedFile file : files) {
      try {
        file.remove();
      } catch (IOException e) {
        warnings.accept(file.path() + " cannot be removed: " + e.getMessage());
      }
    }
  }

  /// Writes all of it anew: also where the file was taken away.
  synchronized void rewrite() {
    prune();
    StringBuilder text = new StringBuilder();
    earlier.forEach(entry -> text.append(line(entry.identity, entry.mark)));
    ours.forEach(entry -> text.append(line(entry.identity, entry.mark)));
    users.forEach(user -> text.append(line(user)));
    kept.values().forEach(entry -> text.append(line(entry)));
    left.forEach(entry -> text.append(line(entry)));
    unborn.values().forEach(unit -> text.append(line(unit)));
    if (closed) {
      return;
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    files.forEach(file -> write(file, bytes));
  }

  private synchronized void again() {
    retrying = false;
    if (files.stream().anyMatch(PreallocatedFile::failed)) {
      rewrite();
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
    // What follows the last newline, or stands before room, was cut off while it was written.
    for (String all : text.substring(0, text.lastIndexOf('\n') + 1).split("\n")) {
      String line = all.substring(all.lastIndexOf('\0') + 1);
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
    byte[] line = text.getBytes(StandardCharsets.UTF_8);
    if (!closed && !files.stream().allMatch(file -> file.add(line))) {
      // With it, because it is on record here already.
      rewrite();
    }
  }

  private static final String LOST =
      "after a crash of supervise its processes may not be found by the next start: ";

  private static final String LOST_COPY =
      "if the state directory is taken away, and supervise and its keeper are killed, their"
          + " processes may not be found by the next start: ";

  private void write(PreallocatedFile file, byte[] all) {
    boolean failed = file.failed();
    try {
      file.write(all);
      if (failed) {
        warnings.accept(file.path() + " is whole again");
      }
    } catch (IOException e) {
      if (!failed) {
        warnings.accept(
            file.path()
                + " cannot be written; "
                + (file.equals(files.getFirst()) ? LOST : LOST_COPY)
                + e.getMessage());
      }
      if (!retrying) {
        retrying = true;
        later.accept(this::again);
      }
    }
  }
}

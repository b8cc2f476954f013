package dev.supervise.spec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds units that would write the same file: as a log, as standard error kept apart, as an older
/// log set aside, as a pid file; also where one file's name is another one's directory, and files
/// that supervise keeps for itself. Pure; cost grows with the declared units, not with the sizes of
/// pools or the numbers of instances.
///
/// What is only known at a start (a `dir` that is a closure) is not looked at. Devices may be
/// shared: nothing below `/dev` and `/proc` counts.
public final class FileClaims {
  private static final Pattern SET_ASIDE = Pattern.compile("(.+)\\.([1-9][0-9]{0,3})");
  private static final Pattern MEMBER = Pattern.compile("(.+)-([1-9][0-9]{0,5})(\\.[^.]*)?");

  /// Something about the files that cannot work.
  ///
  /// @param label kind and name of the unit: `process 'web'`
  /// @param message what is wrong, without place and unit
  public record Problem(Origin origin, String label, String message) {}

  /// @param keep how many set-aside files stand beside it
  /// @param instances how many there are of it, numbered from 1; 0: the one
  private record Claim(
      Path path, String what, String label, Origin origin, int keep, int instances) {
    String place() {
      return origin.line() == 0 ? "" : " (" + origin + ")";
    }
  }

  private final Path logs;
  private final Map<Path, Claim> single = new HashMap<>();

  /// Files with instances, by the name that their numbers are put into.
  private final Map<Path, Claim> families = new HashMap<>();

  /// The directories of all files, with one that lies below.
  private final Map<Path, Claim> directories = new HashMap<>();

  private final List<Problem> problems = new ArrayList<>();

  private FileClaims(Path logs) {
    this.logs = logs;
  }

  /// @param logs where units log that name no file, in the directory of supervise's own files
  public static List<Problem> of(App app, Path logs) {
    FileClaims claims = new FileClaims(logs);
    claims.unit("", app.root());
    for (TaskSpec task : app.tasks()) {
      claims.log(
          FileNames.log(logs, "tasks/" + task.name()),
          (Logs.Captured) Logs.DEFAULT,
          "task '" + task.name() + "'",
          task.origin(),
          0);
    }
    return claims.problems;
  }

  private void unit(String path, UnitSpec spec) {
    switch (spec) {
      case FunctionSpec function ->
          log(
              FileNames.log(logs, path),
              (Logs.Captured) Logs.DEFAULT,
              label(path, spec),
              function.origin(),
              0);
      case ProcessSpec process -> process(path, process);
      case SupervisorSpec supervisor -> {
        switch (supervisor.members()) {
          case Members.Listed(List<UnitSpec> units) -> {
            for (UnitSpec unit : units) {
              unit(path.isEmpty() ? unit.name() : path + "/" + unit.name(), unit);
            }
          }
          case Members.Pool(UnitSpec template, int _) -> pool(path, supervisor, template);
        }
      }
    }
  }

  /// Its children are called by numbers and log below its name.
  private void pool(String path, SupervisorSpec pool, UnitSpec template) {
    if (template instanceof ProcessSpec process) {
      if (process.logs() instanceof Logs.Captured captured && named(captured)) {
        problem(
            pool,
            path,
            "its children would all write the log '"
                + captured.file()
                + "'; leave file out, and each has its own, log/"
                + path
                + "/1.log and so on");
      }
      process
          .presence()
          .pidFile()
          .ifPresent(file ->
              problem(
                  pool,
                  path,
                  "its children would all write the pid file '"
                      + file
                      + "'; declare processes with pid files one by one, or with instances"));
    }
    claim(
        new Claim(FileNames.log(logs, path + "/1"), "log", label(path, pool), pool.origin(), 0, 0));
  }

  private void process(String path, ProcessSpec process) {
    Optional<Path> dir =
        process.dir() instanceof Value.Fixed(String text)
            ? Optional.of(Path.of(process.base()).resolve(text))
            : Optional.empty();
    String label = label(path, process);
    if (process.logs() instanceof Logs.Captured captured) {
      if (captured.file().isEmpty()) {
        log(FileNames.log(logs, path), captured, label, process.origin(), process.instances());
      } else if (named(captured) && (Path.of(captured.file()).isAbsolute() || dir.isPresent())) {
        Path file = dir.orElse(Path.of("/")).resolve(captured.file()).normalize();
        log(file, captured, label, process.origin(), process.instances());
      }
    }
    Optional<String> pidFile = process.presence().pidFile();
    if (pidFile.isPresent() && (Path.of(pidFile.get()).isAbsolute() || dir.isPresent())) {
      Path file = dir.orElse(Path.of("/")).resolve(pidFile.get()).normalize();
      claim(new Claim(file, "pid file", label, process.origin(), 0, process.instances()));
    }
  }

  private void log(Path file, Logs.Captured how, String label, Origin origin, int instances) {
    claim(new Claim(file, "log", label, origin, how.keep(), instances));
    if (how.separate()) {
      claim(
          new Claim(FileNames.errors(file), "log of errors", label, origin, how.keep(), instances));
    }
  }

  private static boolean named(Logs.Captured captured) {
    return !captured.file().isEmpty()
        && !captured.file().startsWith("/dev/")
        && !captured.file().startsWith("/proc/");
  }

  private void claim(Claim claim) {
    Path state = logs.getParent();
    if (state != null && claim.path.startsWith(state) && !claim.path.startsWith(logs)) {
      problems.add(
          new Problem(
              claim.origin,
              claim.label,
              "its "
                  + claim.what
                  + " would be among the files that supervise keeps for itself, "
                  + claim.path
                  + "; give it another place"));
      return;
    }
    Claim same = same(claim);
    Claim above = same == null ? above(claim) : null;
    Claim below = same == null && above == null ? below(claim) : null;
    if (same != null) {
      refuse(claim, same, "its " + claim.what + " would be written over " + owner(claim, same));
    } else if (above != null) {
      refuse(claim, above, "its " + claim.what + " would lie below " + owner(claim, above));
    } else if (below != null) {
      refuse(claim, below, owner(claim, below) + " would lie below its " + claim.what);
    } else {
      (claim.instances > 0 ? families : single).put(claim.path, claim);
      for (Path folder = claim.path.getParent(); folder != null; folder = folder.getParent()) {
        if (directories.putIfAbsent(folder, claim) != null) {
          break;
        }
      }
    }
  }

  private static String owner(Claim claim, Claim other) {
    return claim.label.equals(other.label)
        ? "its own " + other.what
        : "the " + other.what + " of " + other.label;
  }

  private void refuse(Claim claim, Claim other, String what) {
    problems.add(
        new Problem(
            claim.origin,
            claim.label,
            what
                + (claim.label.equals(other.label) ? "" : other.place())
                + ", "
                + (claim.path.equals(other.path) ? claim.path : claim.path + " and " + other.path)
                + "; give one of them another name"));
  }

  /// The claim on the same file, in whatever way it comes by it.
  private @Nullable Claim same(Claim claim) {
    if (claim.instances > 0) {
      Claim family = families.get(claim.path);
      // The first few stand for all: further ones differ in a digit only.
      for (int i = 1; family == null && i <= Math.min(claim.instances, 9); i++) {
        family = owner(FileNames.ofInstance(claim.path, i));
      }
      return family;
    }
    Claim owner = owner(claim.path);
    for (int i = 1; owner == null && i <= claim.keep; i++) {
      owner = single.get(claim.path.resolveSibling(claim.path.getFileName() + "." + i));
    }
    return owner;
  }

  private @Nullable Claim owner(Path file) {
    Claim owner = single.get(file);
    if (owner == null) {
      owner = family(file);
    }
    if (owner == null) {
      Matcher aside = SET_ASIDE.matcher(String.valueOf(file.getFileName()));
      if (aside.matches()) {
        Path newest = file.resolveSibling(aside.group(1));
        Claim log = single.get(newest);
        log = log == null ? family(newest) : log;
        owner = log != null && Integer.parseInt(aside.group(2)) <= log.keep ? log : null;
      }
    }
    return owner;
  }

  private @Nullable Claim family(Path file) {
    Matcher member = MEMBER.matcher(String.valueOf(file.getFileName()));
    if (!member.matches()) {
      return null;
    }
    String suffix = member.group(3) == null ? "" : member.group(3);
    Claim family = families.get(file.resolveSibling(member.group(1) + suffix));
    return family != null && Integer.parseInt(member.group(2)) <= family.instances ? family : null;
  }

  /// The claim on a file that would have to be a directory of this one.
  private @Nullable Claim above(Claim claim) {
    for (Path folder = claim.path.getParent();
        folder != null && !directories.containsKey(folder);
        folder = folder.getParent()) {
      Claim owner = owner(folder);
      if (owner != null) {
        return owner;
      }
    }
    return null;
  }

  /// The claim on a file for which this one would have to be a directory.
  private @Nullable Claim below(Claim claim) {
    Claim below = directories.get(claim.path);
    for (int i = 1; below == null && i <= claim.keep; i++) {
      below = directories.get(claim.path.resolveSibling(claim.path.getFileName() + "." + i));
    }
    for (int i = 1; below == null && i <= Math.min(claim.instances, 1000); i++) {
      below = directories.get(FileNames.ofInstance(claim.path, i));
    }
    return below;
  }

  private void problem(UnitSpec unit, String path, String message) {
    problems.add(new Problem(unit.origin(), label(path, unit), message));
  }

  private static String label(String path, UnitSpec unit) {
    return unit.kind() + " '" + path + "'";
  }
}

package dev.supervise.worker.process;

import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.Processes;
import dev.supervise.spec.Detector;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.worker.Launch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/// Looks for the process of a unit that nobody saw starting, by the unit's detectors in their
/// order. The first that finds a process which may be believed decides.
///
/// What a detector says is a number, and a number alone is not believed. It is looked up at once,
/// and from then on the process is known by its start. A foreign pid file with nothing but a number
/// may be as old as the disk: it counts only for a process that carries the mark of the very run
/// that was just launched. A command's answer is of this moment, and `pid` is the user's own word:
/// those count for any process of our user.
final class Detection {
  /// What was found.
  sealed interface Finding {
    /// @param source the detector, as listings name it
    record Found(ProcessIdentity identity, String source) implements Finding {}

    /// @param why every detector, and what it said
    record NotFound(String why) implements Finding {}
  }

  private final KeeperWorker worker;
  private final ProcessSpec spec;
  private final Launch launch;
  private final Path directory;
  private final long mark;
  private final Optional<ProcessIdentity> launcher;
  private Optional<CommandOutput> asked = Optional.empty();
  private boolean cancelled;

  /// @param mark what the processes of the run carry; 0: nothing does
  /// @param launcher what was launched; empty where nothing was, and a process of an earlier
  ///   supervisor is looked for
  Detection(
      KeeperWorker worker,
      ProcessSpec spec,
      Launch launch,
      Path directory,
      long mark,
      Optional<ProcessIdentity> launcher) {
    this.worker = worker;
    this.spec = spec;
    this.launch = launch;
    this.directory = directory;
    this.mark = mark;
    this.launcher = launcher;
  }

  /// Asks each detector once. Blocks for as long as commands take, unless cancelled.
  Finding look() {
    List<String> why = new ArrayList<>();
    for (Detector detector : spec.presence().detect()) {
      synchronized (this) {
        if (cancelled) {
          return new Finding.NotFound("stopped meanwhile");
        }
      }
      switch (ask(detector)) {
        case Finding.Found found -> {
          return found;
        }
        case Finding.NotFound(String reason) -> why.add(detector.source() + ": " + reason);
      }
    }
    return new Finding.NotFound("not-found: " + String.join("; ", why));
  }

  /// Ends a look that is under way, and all that may follow. Any thread.
  void cancel() {
    Optional<CommandOutput> running;
    synchronized (this) {
      cancelled = true;
      running = asked;
    }
    running.ifPresent(CommandOutput::cancel);
  }

  private Finding ask(Detector detector) {
    return switch (detector) {
      case Detector.PidFile(String path) -> file(detector, directory.resolve(path));
      case Detector.Exec exec -> command(exec);
      case Detector.Pid(int pid) ->
          process(pid, detector.source(), this::allowed, "is of another user");
    };
  }

  private Finding file(Detector detector, Path path) {
    return switch (PidFile.read(path, SpawnRequestBuilder.writers(spec.identity()))) {
      case PidFile.Content.Nothing(String why) -> new Finding.NotFound(why);
      case PidFile.Content.Named named -> {
        Optional<ProcessIdentity> trusted = PidFile.trusted(named);
        if (trusted.isPresent() && free(trusted.get())) {
          yield new Finding.Found(trusted.get(), detector.source());
        }
        boolean bare = named.startTicks().isEmpty() && named.startUnix().isEmpty();
        yield bare
            ? process(
                named.pid(),
                detector.source(),
                identity -> named.speaksFor(identity) && ofThisRun(identity),
                launcher.isPresent()
                    ? "is not of this run"
                    : "is told by its number alone, which may be another's by now")
            : new Finding.NotFound("pid " + named.pid() + " is not the process it was");
      }
    };
  }

  private Finding command(Detector.Exec exec) {
    CommandOutput output = CommandOutput.begin(worker, spec, exec.command(), launch);
    boolean late;
    synchronized (this) {
      asked = Optional.of(output);
      late = cancelled;
    }
    if (late) {
      output.cancel();
    }
    CommandOutput.Answer answer = output.await();
    synchronized (this) {
      asked = Optional.empty();
    }
    if (!answer.failure().isEmpty()) {
      return new Finding.NotFound(answer.failure());
    }
    Finding last = new Finding.NotFound("printed no pid");
    for (String line : answer.text().split("\n")) {
      OptionalInt pid = pid(line.strip());
      if (pid.isPresent()) {
        last = process(pid.getAsInt(), exec.source(), this::ofThisTime, "is older than this start");
        if (last instanceof Finding.Found) {
          return last;
        }
      }
    }
    return last;
  }

  private static OptionalInt pid(String text) {
    return text.matches("[0-9]{1,7}")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }

  private Finding process(
      int pid, String source, Predicate<ProcessIdentity> believed, String otherwise) {
    Optional<ProcessIdentity> found =
        pid < 2 || pid == Processes.self() || worker.helpers().contains(pid)
            ? Optional.empty()
            : ProcessIdentity.of(pid);
    if (found.isEmpty()) {
      return new Finding.NotFound("no process " + pid);
    }
    if (!believed.test(found.get())) {
      return new Finding.NotFound("pid " + pid + " " + otherwise);
    }
    return free(found.get())
        ? new Finding.Found(found.get(), source)
        : new Finding.NotFound("pid " + pid + " belongs to another unit");
  }

  private boolean free(ProcessIdentity identity) {
    return !worker.followed(identity);
  }

  /// Whether we may act on it at all.
  private boolean allowed(ProcessIdentity identity) {
    int us = Processes.effectiveUser();
    return us == 0 || identity.user() == us;
  }

  boolean ofThisRun(ProcessIdentity identity) {
    if (launcher.isEmpty()) {
      return false;
    }
    // Without marks: at least not older than what was launched.
    return mark == 0
        ? allowed(identity) && identity.startTicks() >= launcher.get().startTicks()
        : Descendants.isOf(identity.pid(), launcher.get(), mark, worker::credible);
  }

  private boolean ofThisTime(ProcessIdentity identity) {
    return ofThisRun(identity)
        || allowed(identity)
            && (launcher.isEmpty() || identity.startTicks() >= launcher.get().startTicks());
  }
}

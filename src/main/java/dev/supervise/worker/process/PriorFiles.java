package dev.supervise.worker.process;

import dev.supervise.spec.Hook;
import dev.supervise.spec.HookPhase;
import dev.supervise.spec.Lifecycle;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import dev.supervise.worker.function.BlockingTasks;
import dev.supervise.worker.function.DelayedHook;
import dev.supervise.worker.probe.Probes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/// How the files that probes wait for were before a run began, its `preStart` hooks included: as
/// long as one is just the same, it is no sign of the run. No clock is asked, whose steps would
/// decide, or that would differ from the file's own. Any thread.
public final class PriorFiles {
  /// What makes a file another one, or a changed one: device, inode, and the time of the last
  /// change of anything about it, which no program can set.
  public record Stamp(Map<String, Object> attributes) {
    public static final Stamp NONE = new Stamp(Map.of());

    /// As it is now; [#NONE] when it is not there.
    public static Stamp of(Path file) {
      try {
        return new Stamp(Map.copyOf(Files.readAttributes(file, "unix:dev,ino,ctime")));
      } catch (IOException notThere) {
        return NONE;
      }
    }
  }

  private record Seen(long run, Map<Path, Stamp> stamps) {}

  private final Map<String, Seen> byUnit = new ConcurrentHashMap<>();

  /// Begins a hook; before the first `preStart` hook of a run that waits for files note is taken of
  /// them, which may take its time.
  ///
  /// @param dir what the files are relative to; where it is refused the hook says so itself
  HookRun noted(
      BlockingTasks errands,
      Lifecycle lifecycle,
      Directory dir,
      Hook hook,
      Launch launch,
      HookReports reports,
      Supplier<HookRun> begin) {
    Seen seen = byUnit.get(launch.path());
    boolean first =
        hook.phase() == HookPhase.PRE_START
            && (seen == null || seen.run() != launch.run())
            && !Probes.files(lifecycle, Path.of("/")).isEmpty();
    return first
        ? DelayedHook.after(
            errands,
            KeeperWorker.PREPARATION_LIMIT,
            () -> note(lifecycle, dir, launch),
            "the files that its probes wait for could not be looked at within "
                + KeeperWorker.PREPARATION_LIMIT.toSeconds()
                + " s",
            reports,
            begin)
        : begin.get();
  }

  /// A unit's directory.
  interface Directory {
    Path get() throws SpawnRequestBuilder.Refused;
  }

  private void note(Lifecycle lifecycle, Directory dir, Launch launch) {
    List<Path> files;
    try {
      files = Probes.files(lifecycle, dir.get());
    } catch (SpawnRequestBuilder.Refused refused) {
      return;
    }
    Map<Path, Stamp> stamps = new HashMap<>();
    files.forEach(file -> stamps.put(file, Stamp.of(file)));
    byUnit.put(launch.path(), new Seen(launch.run(), stamps));
  }

  /// How files were before a run; one that nobody took note of, as it is now. What was remembered
  /// is forgotten by this.
  public Function<Path, Stamp> before(Launch launch) {
    Seen seen = byUnit.remove(launch.path());
    Map<Path, Stamp> known = seen != null && seen.run() == launch.run() ? seen.stamps() : Map.of();
    return file -> {
      Stamp stamp = known.get(file);
      return stamp == null ? Stamp.of(file) : stamp;
    };
  }
}

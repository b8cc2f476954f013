package dev.supervise.worker.function;

import dev.supervise.spec.Hook;
import dev.supervise.spec.HookPhase;
import dev.supervise.spec.Lifecycle;
import dev.supervise.text.DurationText;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import dev.supervise.worker.StartRefused;
import dev.supervise.worker.probe.FileStamp;
import dev.supervise.worker.probe.Probes;
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
  private record Seen(long run, Map<Path, FileStamp> stamps) {}

  private final Map<String, Seen> byUnit = new ConcurrentHashMap<>();

  /// Begins a hook; before the first `preStart` hook of a run that waits for files note is taken of
  /// them, which may take its time.
  ///
  /// @param dir what the files are relative to; where it is refused the hook says so itself
  public HookRun noted(
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
            BlockingTasks.LIMIT,
            () -> note(lifecycle, dir, launch),
            "the files that its probes wait for could not be looked at within "
                + DurationText.exact(BlockingTasks.LIMIT),
            reports,
            begin)
        : begin.get();
  }

  /// A unit's directory.
  public interface Directory {
    Path get() throws StartRefused;
  }

  private void note(Lifecycle lifecycle, Directory dir, Launch launch) {
    List<Path> files;
    try {
      files = Probes.files(lifecycle, dir.get());
    } catch (StartRefused refused) {
      return;
    }
    Map<Path, FileStamp> stamps = new HashMap<>();
    files.forEach(file -> stamps.put(file, FileStamp.of(file)));
    byUnit.put(launch.path(), new Seen(launch.run(), stamps));
  }

  /// How files were before a run; one that nobody took note of, as it is now. What was remembered
  /// is forgotten by this.
  public Function<Path, FileStamp> before(Launch launch) {
    Seen seen = byUnit.remove(launch.path());
    Map<Path, FileStamp> known =
        seen != null && seen.run() == launch.run() ? seen.stamps() : Map.of();
    return file -> {
      FileStamp stamp = known.get(file);
      return stamp == null ? FileStamp.of(file) : stamp;
    };
  }
}

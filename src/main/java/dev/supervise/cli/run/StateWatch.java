package dev.supervise.cli.run;

import dev.supervise.posix.DirectoryWatch;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Notices that the state directory of a running instance was taken away, or something in it that
/// others rely on (`rm -rf .supervise`, `git clean -fdx`), and has it made again. On a thread of
/// its own, which sleeps until the system wakes it.
final class StateWatch implements AutoCloseable {
  /// Whoever removes it removes name by name: what came back meanwhile would be in his way.
  private static final int QUIET_MILLIS = 500;

  /// Where the system does not tell, or it could not be made again.
  private static final int UNTOLD_MILLIS = 60_000;

  /// What belongs to the instance, and makes it again.
  interface Instance {
    /// The names in the directory that are to be there now.
    Set<String> names();

    /// Makes them again, in a directory that is there.
    ///
    /// @return what is lost for good, a sentence each
    List<String> renew() throws IOException;
  }

  private final StateDirectory state;
  private final Instance instance;
  private final Consumer<String> warnings;
  private final DirectoryWatch watch;
  private final Thread thread;
  private StateDirectory.Made seen;
  private boolean told = true;
  private boolean failing;

  private StateWatch(
      StateDirectory state, Instance instance, Consumer<String> warnings, DirectoryWatch watch) {
    this.state = state;
    this.seen = state.made();
    this.instance = instance;
    this.warnings = warnings;
    this.watch = watch;
    this.thread =
        Threads.aside(
            "supervise-state",
            this::serve,
            thrown -> warnings.accept(state.path() + " is watched no more: " + thrown));
  }

  /// Begins to watch.
  ///
  /// @throws IllegalStateException the system has no watch to give
  /// @throws dev.supervise.vital.NoThread it has no thread to give
  static StateWatch begin(StateDirectory state, Instance instance, Consumer<String> warnings) {
    StateWatch begun = new StateWatch(state, instance, warnings, new DirectoryWatch());
    begun.watch();
    try {
      Threads.start(begun.thread);
    } catch (NoThread e) {
      begun.watch.close();
      throw e;
    }
    return begun;
  }

  private void serve() {
    while (true) {
      DirectoryWatch.News news = watch.await(told && !failing ? -1 : UNTOLD_MILLIS);
      while (news == DirectoryWatch.News.LOST) {
        news = watch.await(QUIET_MILLIS);
      }
      if (news == DirectoryWatch.News.CLOSED) {
        return;
      }
      look();
    }
  }

  private void look() {
    List<String> missing = missing();
    if (!missing.isEmpty()) {
      renew(missing);
    } else if (failing) {
      failing = false;
      warnings.accept("the state directory " + state.path() + " is there again as it was");
    }
    watch();
  }

  private void watch() {
    told =
        watch.add(state.path()) == 0
            && state.above().map(watch::add).filter(answer -> answer < 0).isEmpty();
  }

  /// `.` for the directory itself. What somebody who needed it at once has had made again was taken
  /// away too.
  private List<String> missing() {
    StateDirectory.Made made = state.made();
    if (!state.present() || made.whole() != seen.whole()) {
      return List.of(".");
    }
    List<String> missing = new ArrayList<>();
    if (!state.logPresent() || made.log() != seen.log()) {
      missing.add(StateDirectory.LOG);
    }
    for (String name : instance.names()) {
      if (!name.equals(StateDirectory.LOG)
          && !Files.exists(state.path().resolve(name), LinkOption.NOFOLLOW_LINKS)) {
        missing.add(name);
      }
    }
    return missing;
  }

  private void renew(List<String> missing) {
    boolean whole = missing.contains(".");
    Path path = state.path();
    String what =
        whole
            ? "the state directory " + path + " was taken away while supervise runs"
            : String.join(", ", missing)
                + (missing.size() == 1 ? " was" : " were")
                + " taken away from "
                + path
                + " while supervise runs";
    try {
      state.renew();
      seen = state.made();
      List<String> lost = new ArrayList<>(instance.renew());
      if (whole || missing.contains(StateDirectory.LOG)) {
        lost.add("what the logs held is gone");
      }
      warnings.accept(
          what
              + "; "
              + (whole || missing.size() == 1 ? "it is" : "they are")
              + " there again"
              + (lost.isEmpty() ? "" : "; " + String.join("; ", lost)));
      failing = false;
    } catch (IOException e) {
      unmade(what, StateDirectory.reason(e));
    } catch (CliError e) {
      unmade(what, e.sentence());
    }
  }

  /// Told once, however often it is tried.
  private void unmade(String what, String why) {
    if (!failing) {
      failing = true;
      warnings.accept(
          what + " and cannot be made again: " + why + "; the tree runs on, nothing is kept");
    }
  }

  @Override
  public void close() {
    watch.close();
    try {
      thread.join(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

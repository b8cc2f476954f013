package dev.supervise;

import dev.supervise.run.ExitCodes;
import dev.supervise.run.Outcome;
import dev.supervise.vital.Threads;
import dev.supervise.worker.process.ProcessWorker;
import dev.supervise.worker.process.StrayChildren;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The last part of an engine's life, when tree and tasks are down: ends what functions and typed
/// lines have started by themselves, and the keeper, and tells how it all ended. On a vital thread
/// of its own that is there from the beginning, because at the end there may be none to be had;
/// whoever follows the outcome may take that thread's time.
final class Ending {
  private final Supplier<ProcessWorker> processes;
  private final Consumer<String> warnings;
  private final CompletableFuture<Outcome> told;
  private final Thread thread;
  private @Nullable Down down;
  private volatile boolean hurried;

  /// How tree and tasks ended.
  ///
  /// @param deaf how many tasks do not end
  private record Down(Outcome tree, int deaf) {}

  /// @param warnings named there is what had to be ended
  /// @param told completed with the outcome
  Ending(
      Supplier<ProcessWorker> processes,
      Consumer<String> warnings,
      CompletableFuture<Outcome> told) {
    this.processes = processes;
    this.warnings = warnings;
    this.told = told;
    this.thread = Threads.vital("supervise-end", Threads.DEEP, this::serve);
  }

  /// @throws dev.supervise.vital.NoThread it cannot be had
  void begin() {
    Threads.start(thread);
  }

  /// That is how it ended; the first word counts.
  ///
  /// @param deaf how many tasks do not end
  synchronized void with(Outcome tree, int deaf) {
    if (down == null) {
      down = new Down(tree, deaf);
      notifyAll();
    }
  }

  /// No grace any more. Any thread.
  void hurry() {
    hurried = true;
  }

  /// Where it has not come to an end by itself, there is none to be told.
  void close() {
    if (!Thread.currentThread().equals(thread)) {
      thread.interrupt();
    }
  }

  private void serve() {
    try {
      Down how = awaited();
      ProcessWorker worker = processes.get();
      StrayChildren.Found strays = worker.endStrays(() -> hurried);
      told.complete(outcome(how, strays, worker.end(), worker.leftRunning()));
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Down awaited() throws InterruptedException {
    while (down == null) {
      wait();
    }
    return down;
  }

  /// @param left the processes that could not be ended
  /// @param detached those that were not to be
  private Outcome outcome(
      Down how, StrayChildren.Found strays, List<String> left, Map<String, Integer> detached) {
    strays
        .ended()
        .forEach(it ->
            warnings.accept(it + " was started by a function or a typed line, and was ended"));
    List<String> more = new ArrayList<>();
    if (how.deaf > 0) {
      more.add(
          how.deaf
              + (how.deaf == 1 ? " task hears" : " tasks hear")
              + " neither ctx.cancelled nor an interrupt");
    }
    strays.left().forEach(it -> more.add(it + ", started by a function or a typed line"));
    more.addAll(left);
    List<String> leftovers = new ArrayList<>(how.tree.leftovers());
    leftovers.addAll(more);
    return new Outcome(
        !more.isEmpty() && how.tree.exitCode() == ExitCodes.FINE
            ? ExitCodes.FAILED
            : how.tree.exitCode(),
        !more.isEmpty() && how.tree.cause().isEmpty() ? "not everything ended" : how.tree.cause(),
        leftovers,
        detached.entrySet().stream()
            .map(unit -> unit.getKey() + " (detached, pid " + unit.getValue() + ")")
            .toList());
  }
}

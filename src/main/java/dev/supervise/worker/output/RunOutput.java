package dev.supervise.worker.output;

import dev.supervise.posix.Fd;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/// The output of one run: one pipe, or one for each of its two streams. Does to all what [Capture]
/// does to one, and calls back when it is done to all.
public final class RunOutput {
  private final List<Capture> pipes;

  /// @param pipes one, or that of standard output and that of standard error
  public RunOutput(List<Capture> pipes) {
    this.pipes = List.copyOf(pipes);
  }

  /// Somebody else is to see what is read, each stream apart. Before [#open].
  public void watched(Supplier<OutputTap> streams) {
    pipes.forEach(pipe -> pipe.watched(streams.get()));
  }

  /// @param descriptors filled with the ends to give to the program
  /// @return how many, or a negative error number; then none is open
  public int open(int[] descriptors) {
    for (int i = 0; i < pipes.size(); i++) {
      int end = pipes.get(i).open();
      if (end < 0) {
        for (int opened = 0; opened < i; opened++) {
          Fd.close(descriptors[opened]);
        }
        return end;
      }
      descriptors[i] = end;
    }
    return pipes.size();
  }

  public void drain(Runnable then) {
    each(Capture::drain, then);
  }

  public void finish(Runnable then) {
    each(Capture::finish, then);
  }

  public void abandon() {
    pipes.forEach(Capture::abandon);
  }

  private void each(BiConsumer<Capture, Runnable> step, Runnable then) {
    if (pipes.size() == 1) {
      step.accept(pipes.getFirst(), then);
      return;
    }
    int[] left = {pipes.size()};
    for (Capture pipe : pipes) {
      step.accept(
          pipe,
          () -> {
            if (--left[0] == 0) {
              then.run();
            }
          });
    }
  }
}

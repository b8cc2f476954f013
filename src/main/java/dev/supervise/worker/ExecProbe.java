package dev.supervise.worker;

import dev.supervise.spec.Command;
import dev.supervise.spec.Exit;
import dev.supervise.spec.StartFailure;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Holds when a command, run in the unit's directory, environment and identity, exits with 0. When
/// the try is over, for whatever reason, all that the command started is killed, and no second copy
/// is started before nothing of the first is left.
final class ExecProbe implements Probe {
  /// Starts commands beside a run.
  interface Beside {
    /// @param reports of the command's own run, any thread, possibly before this returns
    /// @return kills all of it; does nothing once it is over
    Runnable start(Command command, Reports reports);
  }

  private final ProbeThreads threads;
  private final Beside beside;
  private final Command command;
  private final AtomicBoolean living = new AtomicBoolean();

  ExecProbe(ProbeThreads threads, Beside beside, Command command) {
    this.threads = threads;
    this.beside = beside;
    this.command = command;
  }

  @Override
  public Runnable attempt(Consumer<Answer> told) {
    if (!living.compareAndSet(false, true)) {
      told.accept(Answer.not("exec: its command of an earlier try was killed and is not gone yet"));
      return () -> {};
    }
    Attempt attempt = new Attempt(told);
    attempt.begin();
    return attempt::cancel;
  }

  private final class Attempt implements Reports {
    private final Consumer<Answer> told;
    private Runnable kill = () -> {};
    private Runnable limit = () -> {};
    private boolean answered;
    private boolean killing;

    Attempt(Consumer<Answer> told) {
      this.told = told;
    }

    void begin() {
      Runnable killing = beside.start(command, this);
      boolean already;
      synchronized (this) {
        kill = killing;
        already = this.killing;
        if (!answered) {
          limit = threads.later(ProbeThreads.TRY_LIMIT, this::late);
        }
      }
      if (already) {
        killing.run();
      }
    }

    void cancel() {
      synchronized (this) {
        answered = true;
        limit.run();
      }
      kill();
    }

    private void late() {
      kill();
      answer(
          Answer.not(
              "exec: took longer than "
                  + ProbeThreads.TRY_LIMIT.toSeconds()
                  + " s and was killed"));
    }

    private void kill() {
      Runnable how;
      synchronized (this) {
        killing = true;
        how = kill;
      }
      how.run();
    }

    private void answer(Answer answer) {
      synchronized (this) {
        if (answered) {
          return;
        }
        answered = true;
        limit.run();
      }
      told.accept(answer);
    }

    @Override
    public void up(long run, int pid, long startTicks) {
      boolean unwanted;
      synchronized (this) {
        unwanted = killing;
      }
      if (unwanted) {
        kill();
      }
    }

    @Override
    public void notUp(long run, StartFailure failure) {
      living.set(false);
      answer(Answer.not("exec: " + failure.message()));
    }

    @Override
    public void ended(long run, Exit exit, Remains remains) {
      if (remains.count() == 0) {
        living.set(false);
      } else {
        kill();
      }
      answer(exit.code() == 0 ? Answer.HOLDS : Answer.not("exec: " + exit.phrase()));
    }

    @Override
    public void gone(long run) {
      living.set(false);
    }

    @Override
    public void stepFailed(long run, int step, String message) {}
  }
}

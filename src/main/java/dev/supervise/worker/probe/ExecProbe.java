package dev.supervise.worker.probe;

import dev.supervise.spec.Command;
import dev.supervise.spec.Exit;
import dev.supervise.spec.StartFailure;
import dev.supervise.text.DurationText;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Survivors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Holds when a command, run in the unit's directory, environment and identity, exits with 0. When
/// the try is over, for whatever reason, all that the command started is killed, and no second copy
/// is started before nothing of the first is left.
public final class ExecProbe implements Probe {
  /// Starts commands beside a run.
  public interface Beside {
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
  public Runnable attempt(Consumer<ProbeResult> told) {
    if (!living.compareAndSet(false, true)) {
      told.accept(
          ProbeResult.not("exec: its command of an earlier try was killed and is not gone yet"));
      return () -> {};
    }
    Attempt attempt = new Attempt(told);
    attempt.begin();
    return attempt::cancel;
  }

  private final class Attempt implements Reports {
    private final Consumer<ProbeResult> told;
    private Runnable kill = () -> {};
    private Runnable limit = () -> {};
    private boolean answered;
    private boolean killing;

    Attempt(Consumer<ProbeResult> told) {
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
          ProbeResult.not(
              "exec: took longer than "
                  + DurationText.exact(ProbeThreads.TRY_LIMIT)
                  + " and was killed"));
    }

    private void kill() {
      Runnable how;
      synchronized (this) {
        killing = true;
        how = kill;
      }
      how.run();
    }

    private void answer(ProbeResult answer) {
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
      answer(ProbeResult.not("exec: " + failure.message()));
    }

    @Override
    public void ended(long run, Exit exit, Survivors remains) {
      if (remains.count() == 0) {
        living.set(false);
      } else {
        kill();
      }
      answer(exit.code() == 0 ? ProbeResult.HOLDS : ProbeResult.not("exec: " + exit.phrase()));
    }

    @Override
    public void gone(long run) {
      living.set(false);
    }

    @Override
    public void stepFailed(long run, int step, String message) {}
  }
}

package dev.supervise.worker.probe;

import dev.supervise.spec.Check;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Tries a check again and again, never two tries at once. What it touches is under its lock;
/// nothing is told while that is held.
final class ProbeLoop {
  private final Check check;
  private final List<Probe> probes;
  private final Duration every;
  private final boolean onlyWhenTold;
  private final ProbeThreads threads;
  private final Predicate<ProbeResult> answered;

  private @Nullable ProbeAttempt round;
  private Runnable cancelNext = () -> {};
  private boolean again;
  private boolean ended;

  /// @param every the pause after a try
  /// @param onlyWhenTold no try is made but the first and those asked for by [#poke]
  /// @param answered told each answer, on any thread; says whether to go on
  ProbeLoop(
      Check check,
      List<Probe> probes,
      Duration every,
      boolean onlyWhenTold,
      ProbeThreads threads,
      Predicate<ProbeResult> answered) {
    this.check = check;
    this.probes = probes;
    this.every = every;
    this.onlyWhenTold = onlyWhenTold;
    this.threads = threads;
    this.answered = answered;
  }

  void begin(Duration delay) {
    synchronized (this) {
      if (!ended) {
        cancelNext = threads.later(delay, this::next);
      }
    }
  }

  /// Something has changed: tries at once, or once more after the try that is under way.
  void poke() {
    synchronized (this) {
      if (round != null) {
        again = true;
        return;
      }
    }
    next();
  }

  void end() {
    ProbeAttempt open;
    synchronized (this) {
      ended = true;
      cancelNext.run();
      open = round;
      round = null;
    }
    if (open != null) {
      open.cancel();
    }
  }

  private void next() {
    ProbeAttempt fresh;
    synchronized (this) {
      if (ended || round != null) {
        return;
      }
      cancelNext.run();
      again = false;
      fresh = new ProbeAttempt(check, probes, this::heard);
      round = fresh;
    }
    fresh.begin();
  }

  private void heard(ProbeResult answer) {
    synchronized (this) {
      if (ended) {
        return;
      }
    }
    boolean goOn = answered.test(answer);
    synchronized (this) {
      round = null;
      if (!goOn) {
        ended = true;
      }
      if (ended || onlyWhenTold && !again) {
        return;
      }
      cancelNext = threads.later(again ? Duration.ZERO : every, this::next);
    }
  }
}

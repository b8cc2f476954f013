package dev.supervise.worker.probe;

import dev.supervise.spec.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One try of a whole check: all that it is made of is tried side by side, and what is still under
/// way once the answer is known is cancelled.
final class ProbeAttempt {
  private final Check check;
  private final List<Probe> probes;
  private final Consumer<ProbeResult> told;
  private final @Nullable ProbeResult[] answers;
  private final List<Runnable> cancels = new ArrayList<>();
  private boolean over;

  /// @param probes one for each simple part of the check, in the order they stand in it
  ProbeAttempt(Check check, List<Probe> probes, Consumer<ProbeResult> told) {
    this.check = check;
    this.probes = probes;
    this.told = told;
    this.answers = new @Nullable ProbeResult[probes.size()];
  }

  void begin() {
    for (int i = 0; i < probes.size(); i++) {
      int index = i;
      Runnable cancel = probes.get(i).attempt(answer -> heard(index, answer));
      boolean late;
      synchronized (this) {
        late = over;
        cancels.add(cancel);
      }
      if (late) {
        cancel.run();
        return;
      }
    }
  }

  void cancel() {
    end().forEach(Runnable::run);
  }

  private List<Runnable> end() {
    synchronized (this) {
      over = true;
      List<Runnable> open = List.copyOf(cancels);
      cancels.clear();
      return open;
    }
  }

  private void heard(int index, ProbeResult answer) {
    ProbeResult whole;
    synchronized (this) {
      if (over) {
        return;
      }
      answers[index] = answer;
      whole = CombinedResult.by(check, answers);
      if (whole == null) {
        return;
      }
    }
    end().forEach(Runnable::run);
    told.accept(whole);
  }
}

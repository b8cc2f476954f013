package dev.supervise.vital;

import dev.supervise.spec.FunctionContext;
import java.time.Duration;

/// What a call of users' code sees of its supervisor, until it is abandoned: from then on nothing
/// it still does has an effect.
public abstract class FencedContext implements FunctionContext {
  /// To be called first by all that users' code calls.
  ///
  /// @throws IllegalStateException it was abandoned and may not act any more
  protected abstract void fence();

  /// Whether it was asked to end.
  protected abstract boolean ending();

  /// Its sleep was interrupted. That has done its work: [#cancelled] tells it from now on.
  protected void woken() {}

  @Override
  public final boolean cancelled() {
    fence();
    return ending();
  }

  @Override
  public final void sleep(Duration duration) {
    if (cancelled()) {
      return;
    }
    Carriers.stir();
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      woken();
      fence();
    }
  }
}

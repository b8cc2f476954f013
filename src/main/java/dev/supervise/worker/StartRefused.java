package dev.supervise.worker;

import dev.supervise.spec.StartFailure;
import dev.supervise.spec.StartFailure.Step;

/// Why a start cannot even be asked for.
public final class StartRefused extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient StartFailure failure;

  public StartRefused(Step step, int errno, String message) {
    super(message, null, false, false);
    failure = new StartFailure(step, errno, message);
  }

  public StartFailure failure() {
    return failure;
  }
}

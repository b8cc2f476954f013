package dev.supervise.spec;

/// When in a run's life a hook is called.
public enum HookPhase {
  /// Before the spawn.
  PRE_START("preStart"),
  /// When the unit is up, and ready where it declares that.
  POST_START("postStart"),
  /// Before the first step of a stop that was asked for.
  PRE_STOP("preStop"),
  /// When nothing of the run lives any more, however it ended.
  POST_STOP("postStop");

  private final String word;

  HookPhase(String word) {
    this.word = word;
  }

  /// As scripts write it, and as `SUPERVISE_PHASE` says it.
  public String word() {
    return word;
  }
}

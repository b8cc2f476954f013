package dev.supervise.run;

/// There is no tree yet that could be looked at.
public final class NoTree extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  NoTree() {
    super("no tree has been started");
  }
}

package dev.supervise.control.protocol;

import java.io.IOException;

/// Why there is no connection: an instance is there and does not serve us, as it said itself.
public final class Rejected extends IOException {
  private static final long serialVersionUID = 1L;

  public Rejected(String why) {
    super(why);
  }
}

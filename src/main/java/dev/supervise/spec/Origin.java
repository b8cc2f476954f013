package dev.supervise.spec;

/// Where a piece of a specification was written: the script's path as the user gave it and the
/// line, counted from 1. Line 0 means that no script line is known (a unit declared from Java).
public record Origin(String file, int line) {
  /// For specifications that come from no script.
  public static final Origin NONE = new Origin("", 0);

  /// `app.groovy:12`, the form every message to users begins with; empty for [#NONE].
  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line;
  }
}

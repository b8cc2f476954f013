package dev.supervise.cli;

import dev.supervise.control.protocol.Instance;
import dev.supervise.control.protocol.NotRunning;
import dev.supervise.render.TimeText;
import java.nio.file.Path;
import java.time.ZoneId;

/// Since when an instance has not run and how it ended, in a sentence. Pure.
final class Ends {
  private Ends() {}

  /// @param now milliseconds since 1970
  static String text(Instance instance, long now) {
    NotRunning end = instance.notRunning().orElseThrow();
    String when = new TimeText(ZoneId.systemDefault(), now).text(end.since());
    String script = String.valueOf(Path.of(instance.script()).getFileName());
    if (end.unheard()) {
      return script
          + " is not running: it was started at "
          + when
          + " and ended without a word, before anything was written to its journal"
          + (end.heard() > 0 ? ": what that says is older" : "");
    }
    return end.wordless()
        ? script + " is not running: it ended without a word, last sign of it at " + when
        : script + " is not running since " + when + ": " + end.how();
  }
}

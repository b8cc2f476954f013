package dev.supervise.repl;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Query;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.Selector;
import dev.supervise.verb.Options;
import dev.supervise.verb.QueryCall;
import dev.supervise.verb.Usage;
import dev.supervise.verb.Verb;
import java.util.List;

/// `mute` and `unmute`: whose output is shown on this terminal. Files and other terminals are not
/// concerned.
final class MuteVerb implements Verb {
  private final Muted muted;
  private final boolean on;

  /// @param on mute, not unmute
  MuteVerb(Muted muted, boolean on) {
    this.muted = muted;
    this.on = on;
  }

  @Override
  public String name() {
    return on ? "mute" : "unmute";
  }

  @Override
  public String purpose() {
    return on
        ? "hide what units write; without a name: say whose"
        : "show it again; without a name: everybody's";
  }

  @Override
  public List<Usage> usages() {
    return List.of(Usage.of("[NAME...]"));
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    List<String> words = options.words();
    if (!on) {
      muted.unmute(words);
    } else if (!words.isEmpty()) {
      if (QueryCall.ask(connection, new Query.Tree(Selector.of(words.toArray(String[]::new))))
          instanceof Answer.Refusal refusal) {
        return QueryCall.refused(refusal, out);
      }
      muted.mute(words);
    }
    out.line(
        muted.names().isEmpty() ? "nobody is muted" : "muted: " + String.join(", ", muted.names()));
    return ExitCodes.FINE;
  }
}

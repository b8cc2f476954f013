package dev.supervise.verb;

import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Query;
import dev.supervise.run.Request;
import dev.supervise.run.Selector;
import dev.supervise.spec.Signals;
import dev.supervise.text.Nearest;
import java.util.List;
import java.util.OptionalInt;

/// `signal HUP web`.
final class SignalVerb implements Verb {
  @Override
  public String name() {
    return "signal";
  }

  @Override
  public String purpose() {
    return "send a signal to units' main processes, or to their groups";
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.of(
            "SIGNAL NAME...",
            Option.flag("to the whole process group, not only to the main process", "--group"),
            Option.LABEL));
  }

  @Override
  public Operand operand() {
    return Operand.SIGNAL;
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    List<String> given = options.words(1, Integer.MAX_VALUE, "a signal and a unit");
    OptionalInt signal = Signals.number(given.getFirst());
    if (signal.isEmpty()) {
      String near = Nearest.to(given.getFirst().replaceFirst("^(?i)SIG", ""), Signals.names());
      throw new Options.Wrong(
          "no signal '"
              + given.getFirst()
              + "'"
              + (near.isEmpty()
                  ? "; allowed are names like TERM and numbers up to 64"
                  : " (did you mean '" + near + "'?)"));
    }
    Selector which = new Selector(given.subList(1, given.size()), options.labels());
    if (which.all()) {
      throw new Options.Wrong("which unit? Say signal " + given.getFirst() + " NAME");
    }
    return QueryCall.order(
        connection,
        new Query.Order(new Request.Signal(which, signal.getAsInt(), options.has("--group"))),
        out);
  }
}

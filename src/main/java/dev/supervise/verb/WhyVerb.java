package dev.supervise.verb;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Document;
import dev.supervise.control.protocol.Explanation;
import dev.supervise.control.protocol.Query;
import dev.supervise.render.EventText;
import dev.supervise.render.TimeText;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.Selector;
import dev.supervise.run.SystemClock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/// `why api`: the chain of causes that brought a unit to where it is, with the last lines of what
/// failed.
final class WhyVerb implements Verb {
  @Override
  public String name() {
    return "why";
  }

  @Override
  public String purpose() {
    return "what led a unit to where it is";
  }

  @Override
  public List<Usage> usages() {
    return List.of(Usage.of("[NAME...]", Option.LABEL, Option.JSON));
  }

  @Override
  public boolean readsThePast(Options options) {
    return true;
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    Selector which = new Selector(options.words(), options.labels());
    return switch (QueryCall.ask(connection, new Query.Why(which))) {
      case Answer.Explained(List<Explanation> units) -> {
        if (options.has("--json")) {
          out.line(Document.of(connection.instance(), Map.of("units", units)));
        } else {
          TimeText moments = new TimeText(ZoneId.systemDefault(), new SystemClock().timeOfDay());
          for (int i = 0; i < units.size(); i++) {
            if (i > 0) {
              out.line("");
            }
            out.lines(
                EventText.why(
                    units.get(i), connection.instance().notRunning(), moments, out.canvas()));
          }
        }
        yield ExitCodes.FINE;
      }
      case Answer.Refusal refusal -> QueryCall.refused(refusal, out);
      case Answer other -> QueryCall.unexpected(other, out);
    };
  }
}

package dev.supervise.repl;

import dev.supervise.control.Answer;
import dev.supervise.control.Connection;
import dev.supervise.control.Document;
import dev.supervise.control.Explanation;
import dev.supervise.control.Query;
import dev.supervise.control.Which;
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
  public String usage() {
    return "[NAME...] [-l KEY=VALUE] [--json]";
  }

  @Override
  public String purpose() {
    return "what led a unit to where it is";
  }

  @Override
  public List<String> options() {
    return List.of("-l", "--json");
  }

  @Override
  public boolean readsThePast(List<String> words) {
    return true;
  }

  @Override
  public int run(Connection connection, List<String> words, Out out) throws InterruptedException {
    Options options = Options.of(words, List.of("--json"), List.of("-l"));
    Which which = new Which(options.words(), options.labels());
    return switch (Exchange.ask(connection, new Query.Why(which))) {
      case Answer.Explained(List<Explanation> units) -> {
        if (options.has("--json")) {
          out.line(Document.of(connection.instance(), Map.of("units", units)));
        } else {
          Moments moments = new Moments(ZoneId.systemDefault(), new SystemClock().timeOfDay());
          for (int i = 0; i < units.size(); i++) {
            if (i > 0) {
              out.line("");
            }
            out.lines(
                Histories.why(
                    units.get(i), connection.instance().notRunning(), moments, out.canvas()));
          }
        }
        yield 0;
      }
      case Answer.Refusal refusal -> Exchange.refused(refusal, out);
      case Answer other -> Exchange.unexpected(other, out);
    };
  }
}

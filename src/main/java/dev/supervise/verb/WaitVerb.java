package dev.supervise.verb;

import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Query;
import dev.supervise.control.protocol.Selector;
import dev.supervise.run.Until;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `wait api --for ready --timeout 30s`; without a name: everything that is wanted.
final class WaitVerb implements Verb {
  @Override
  public String name() {
    return "wait";
  }

  @Override
  public String usage() {
    return "[NAME...] [--for ready|done|down] [--timeout 30s] [-l KEY=VALUE]";
  }

  @Override
  public String purpose() {
    return "wait until units are ready (or done, or down); exit 124 when it takes too long";
  }

  @Override
  public List<String> options() {
    return List.of("--for", "--timeout", "-l");
  }

  @Override
  public int run(Connection connection, List<String> words, Out out) throws InterruptedException {
    Options options = Options.of(words, List.of(), options());
    Until until =
        switch (options.value("--for").orElse("ready")) {
          case "ready" -> Until.READY;
          case "done" -> Until.DONE;
          case "down" -> Until.DOWN;
          default ->
              throw new Options.Wrong(
                  "--for " + options.value("--for").orElse("") + ": allowed are ready, done, down");
        };
    Selector which = new Selector(options.words(), options.labels());
    Optional<Duration> limit = options.span("--timeout");
    return QueryCall.order(
        connection,
        new Query.Await(which, until, limit),
        Progress.units(which, until),
        "",
        limit,
        out);
  }
}

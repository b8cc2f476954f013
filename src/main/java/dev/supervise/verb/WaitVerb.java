package dev.supervise.verb;

import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Query;
import dev.supervise.run.Selector;
import dev.supervise.run.Until;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// `wait api --for ready --timeout 30s`; without a name: everything that is wanted.
final class WaitVerb implements Verb {
  @Override
  public String name() {
    return "wait";
  }

  @Override
  public String purpose() {
    return "wait until units are ready (or done, or down); exit 124 when it takes too long";
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.of(
            "[NAME...]",
            Option.of("ready|done|down", "what is waited for; ready by default", "--for"),
            Option.TIMEOUT,
            Option.LABEL));
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    Until until = Until.valueOf(options.value("--for").orElse("ready").toUpperCase(Locale.ROOT));
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

package dev.supervise.verb;

import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Query;
import dev.supervise.run.Request;
import dev.supervise.run.Selector;
import dev.supervise.run.Until;
import java.util.List;
import java.util.function.Function;

/// `start`, `stop`, `restart`: an order to units that have to be named.
final class OrderVerb implements Verb {
  private final String name;
  private final String purpose;
  private final Function<Selector, Request.Order> order;
  private final Until until;

  private OrderVerb(
      String name, String purpose, Function<Selector, Request.Order> order, Until until) {
    this.name = name;
    this.purpose = purpose;
    this.order = order;
    this.until = until;
  }

  static Verb start() {
    return new OrderVerb(
        "start",
        "start units and what they need; wait until they run",
        Request.Start::new,
        Until.READY);
  }

  static Verb stop() {
    return new OrderVerb(
        "stop", "stop units and nothing else; say who needs them", Request.Stop::new, Until.DOWN);
  }

  static Verb restart() {
    return new OrderVerb(
        "restart", "stop and start again, with fresh counters", Request.Restart::new, Until.READY);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String purpose() {
    return purpose;
  }

  @Override
  public List<Usage> usages() {
    return List.of(Usage.of("NAME...", Option.LABEL, Option.TIMEOUT));
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    Selector which = new Selector(options.words(), options.labels());
    if (which.all()) {
      throw new Options.Wrong("which unit? Say " + name + " NAME, or -l KEY=VALUE");
    }
    return QueryCall.order(
        connection,
        new Query.Order(order.apply(which)),
        Progress.units(which, until),
        "the " + name,
        options.span("--timeout"),
        out);
  }
}

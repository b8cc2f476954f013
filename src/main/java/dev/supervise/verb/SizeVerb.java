package dev.supervise.verb;

import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Query;
import dev.supervise.run.Request;
import dev.supervise.run.Selector;
import java.util.List;
import java.util.Optional;

/// `scale workers 5`, `add workers`, `remove workers`: how many there are of something.
final class SizeVerb implements Verb {
  private enum Change {
    SCALE,
    ADD,
    REMOVE
  }

  private final Change change;

  private SizeVerb(Change change) {
    this.change = change;
  }

  static Verb scale() {
    return new SizeVerb(Change.SCALE);
  }

  static Verb add() {
    return new SizeVerb(Change.ADD);
  }

  static Verb remove() {
    return new SizeVerb(Change.REMOVE);
  }

  @Override
  public String name() {
    return switch (change) {
      case SCALE -> "scale";
      case ADD -> "add";
      case REMOVE -> "remove";
    };
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.of(
            switch (change) {
              case SCALE -> "NAME N";
              case ADD -> "NAME [N]";
              case REMOVE -> "NAME";
            }));
  }

  @Override
  public String purpose() {
    return switch (change) {
      case SCALE -> "give a pool, or a process with instances, another size";
      case ADD -> "add one child to a pool, or one instance, or N";
      case REMOVE -> "take the newest child or instance away, or any other unit out of the tree";
    };
  }

  @Override
  public Operand operand() {
    return change == Change.REMOVE ? Operand.UNITS : Operand.POOLS;
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    Request.Order order =
        switch (change) {
          case SCALE -> {
            List<String> given = options.words(2, 2, "a name and a size");
            yield new Request.Scale(
                given.get(0), Options.number("size", given.get(1), 0, 10_000_000));
          }
          case ADD -> {
            List<String> given = options.words(1, 2, "a pool, and how many");
            int count = given.size() < 2 ? 1 : Options.number("count", given.get(1), 1, 10_000_000);
            yield new Request.Add(given.get(0), count);
          }
          case REMOVE -> new Request.Remove(options.words(1, 1, "a pool or a unit").get(0));
        };
    return QueryCall.order(
        connection,
        new Query.Order(order),
        Progress.moving(Selector.of(options.words().getFirst())),
        "it",
        Optional.empty(),
        out);
  }
}

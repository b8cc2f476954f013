package dev.supervise.verb;

import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Query;
import dev.supervise.run.Selector;
import java.util.Optional;

/// `reload`: the tree becomes what its script declares now.
final class ReloadVerb implements Verb {
  @Override
  public String name() {
    return "reload";
  }

  @Override
  public String purpose() {
    return "load the script again and restart what changed; wait until it is up";
  }

  @Override
  public Operand operand() {
    return Operand.NOTHING;
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    options.words(0, 0, "nothing");
    return QueryCall.order(
        connection,
        new Query.Reload(),
        Progress.moving(Selector.ALL),
        "the reload",
        Optional.empty(),
        out);
  }
}

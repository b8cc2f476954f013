package dev.supervise.verb;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Instance;
import dev.supervise.control.protocol.Query;
import dev.supervise.render.Listings;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.Selector;
import dev.supervise.run.UnitSnapshot;
import java.util.List;

/// `graph`, `graph --state NAME`: the tree, or one unit's states, as a diagram's source.
final class GraphVerb implements Verb {
  @Override
  public String name() {
    return "graph";
  }

  @Override
  public String purpose() {
    return "the tree, or the states of one unit, as Mermaid (or Graphviz)";
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.of(
            "[NAME]",
            Option.of("NAME", "the states of this unit instead of the tree", "--state"),
            Option.flag("for Graphviz instead of Mermaid", "--dot")));
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    boolean state = options.has("--state");
    List<String> operand =
        options.words(0, state ? 0 : 1, state ? "--state NAME alone" : "at most one unit");
    List<String> names = state ? options.all("--state") : operand;
    Answer answer =
        QueryCall.ask(connection, new Query.Tree(new Selector(names, java.util.Map.of())));
    if (!(answer instanceof Answer.Tree(Instance instance, List<UnitSnapshot> units))) {
      return QueryCall.refused(answer, out);
    }
    if (units.size() != 1) {
      throw new Options.Wrong(
          "'" + names.getFirst() + "' means " + units.size() + " units; name one of them");
    }
    String script = instance.script().substring(instance.script().lastIndexOf('/') + 1);
    out.lines(
        Listings.graph(
            units.getFirst(), script.isEmpty() ? "root" : script, state, options.has("--dot")));
    return ExitCodes.FINE;
  }
}

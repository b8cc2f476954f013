package dev.supervise.verb;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Instance;
import dev.supervise.control.protocol.Query;
import dev.supervise.control.protocol.Selector;
import dev.supervise.control.protocol.UnitView;
import dev.supervise.render.Listings;
import java.util.List;

/// `graph`, `graph --state NAME`: the tree, or one unit's states, as a diagram's source.
final class GraphVerb implements Verb {
  @Override
  public String name() {
    return "graph";
  }

  @Override
  public String usage() {
    return "[--state NAME] [--dot]";
  }

  @Override
  public String purpose() {
    return "the tree, or the states of one unit, as Mermaid (or Graphviz)";
  }

  @Override
  public List<String> options() {
    return List.of("--state", "--dot");
  }

  @Override
  public int run(Connection connection, List<String> words, Out out) throws InterruptedException {
    Options options = Options.of(words, List.of("--dot"), List.of("--state"));
    boolean state = options.has("--state");
    List<String> names =
        state
            ? options.value("--state").stream().toList()
            : options.words(0, 1, "at most one unit");
    Answer answer =
        QueryCall.ask(connection, new Query.Tree(new Selector(names, java.util.Map.of())));
    if (!(answer instanceof Answer.Tree(Instance instance, List<UnitView> units))) {
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
    return 0;
  }
}

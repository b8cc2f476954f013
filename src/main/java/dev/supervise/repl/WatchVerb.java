package dev.supervise.repl;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Query;
import dev.supervise.render.Listings;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.Selector;
import dev.supervise.verb.Options;
import dev.supervise.verb.QueryCall;
import dev.supervise.verb.Usage;
import dev.supervise.verb.Verb;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `watch tree`: a listing that is drawn anew every second, until Ctrl-C.
final class WatchVerb implements Verb {
  private static final long STEP_MILLIS = 1000;

  private @Nullable Console console;

  void on(Console console) {
    this.console = console;
  }

  @Override
  public String name() {
    return "watch";
  }

  @Override
  public String purpose() {
    return "the tree, or ps, drawn anew every second until Ctrl-C";
  }

  @Override
  public List<Usage> usages() {
    return List.of(Usage.of("[tree | ps] [NAME...]"));
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    List<String> words = options.words();
    Console screen = console;
    if (screen == null) {
      out.problem("watch needs a terminal");
      return ExitCodes.FAILED;
    }
    boolean table = !words.isEmpty() && words.getFirst().equals("ps");
    List<String> names =
        !words.isEmpty() && (table || words.getFirst().equals("tree"))
            ? words.subList(1, words.size())
            : words;
    Selector which = Selector.of(names.toArray(String[]::new));
    screen.hold(true);
    try {
      while (true) {
        Answer answer = QueryCall.ask(connection, new Query.Tree(which));
        if (answer instanceof Answer.Refusal refusal) {
          screen.hold(false);
          return QueryCall.refused(refusal, out);
        }
        if (answer instanceof Answer.Tree(var instance, var units)) {
          String script = instance.script().substring(instance.script().lastIndexOf('/') + 1);
          screen.page(
              table
                  ? Listings.table(units, out.canvas())
                  : Listings.tree(units, script, out.canvas()),
              "^C ends");
        }
        Thread.sleep(STEP_MILLIS);
      }
    } finally {
      screen.hold(false);
    }
  }
}

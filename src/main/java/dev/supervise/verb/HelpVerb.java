package dev.supervise.verb;

import dev.supervise.control.protocol.Connection;
import dev.supervise.render.Table;
import dev.supervise.run.ExitCodes;
import dev.supervise.text.Nearest;
import dev.supervise.text.Printable;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/// `help` and `?`.
public final class HelpVerb implements Verb {
  private final Supplier<Collection<Verb>> verbs;

  /// @param verbs all, this one included
  public HelpVerb(Supplier<Collection<Verb>> verbs) {
    this.verbs = verbs;
  }

  @Override
  public String name() {
    return "help";
  }

  @Override
  public List<String> aliases() {
    return List.of("?");
  }

  @Override
  public String purpose() {
    return "this list, or how to say one verb";
  }

  @Override
  public List<Usage> usages() {
    return List.of(Usage.of("[VERB]"));
  }

  @Override
  public int run(Connection connection, Options options, Out out) {
    List<String> words = options.words(0, 1, "one verb");
    if (!words.isEmpty()) {
      return one(words.getFirst(), out);
    }
    Table table = new Table(Table.Column.text("VERB").giving(), Table.Column.text("DOES").giving());
    verbs
        .get()
        .forEach(
            verb -> table.row((verb.name() + " " + verb.usage()).stripTrailing(), verb.purpose()));
    out.lines(table.lines(out.canvas()));
    out.line("");
    out.line(
        "Anything else is Groovy with the live tree in scope: unit('api').state, units*.name,");
    out.line("process('probe') { command 'sleep 100' }, def x = 1; _ is the last value.");
    out.line(":verb forces a verb, = expr forces Groovy. Tab completes; the right arrow takes the");
    out.line("pale text. Ctrl-C clears the line or ends what runs; Ctrl-D leaves.");
    return ExitCodes.FINE;
  }

  private int one(String name, Out out) {
    for (Verb verb : verbs.get()) {
      if (verb.name().equals(name) || verb.aliases().contains(name)) {
        out.lines(HelpText.of("", verb, List.of()));
        return ExitCodes.FINE;
      }
    }
    String near = Nearest.to(name, verbs.get().stream().map(Verb::name).toList());
    out.problem(
        "no verb '"
            + Printable.line(name)
            + "'"
            + (near.isEmpty() ? "" : " (did you mean '" + near + "'?)"));
    return ExitCodes.WRONG;
  }
}

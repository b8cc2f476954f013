package dev.supervise.repl;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Feed;
import dev.supervise.control.protocol.FeedItem;
import dev.supervise.control.protocol.Following;
import dev.supervise.control.protocol.Query;
import dev.supervise.render.OutputFormat;
import dev.supervise.run.ExitCodes;
import dev.supervise.verb.DownVerb;
import dev.supervise.verb.DumpVerb;
import dev.supervise.verb.HelpVerb;
import dev.supervise.verb.Pulse;
import dev.supervise.verb.QueryCall;
import dev.supervise.verb.Verb;
import dev.supervise.verb.Verbs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Carries out one line after the other over a connection: verbs here, Groovy in the instance. For
/// one thread.
public final class Commands {
  private final Connection connection;
  private final Map<String, Verb> verbs = new LinkedHashMap<>();
  private final Map<String, Verb> spellings = new LinkedHashMap<>();
  private final Grammar grammar;
  private volatile boolean broughtDown;

  /// @param more verbs beside those that every client has
  public Commands(Connection connection, List<Verb> more) {
    this.connection = connection;
    List<Verb> all = new ArrayList<>(Verbs.all());
    all.addAll(more);
    all.add(new DumpVerb());
    all.add(new HelpVerb(verbs::values));
    for (Verb verb : all) {
      verbs.put(verb.name(), verb);
      spellings.put(verb.name(), verb);
      verb.aliases().forEach(alias -> spellings.put(alias, verb));
    }
    grammar = new Grammar(spellings.keySet());
  }

  /// Whether a line has ended the instance.
  boolean broughtDown() {
    return broughtDown;
  }

  Grammar grammar() {
    return grammar;
  }

  Collection<Verb> verbs() {
    return verbs.values();
  }

  Optional<Verb> named(String name) {
    return Optional.ofNullable(spellings.get(name));
  }

  Connection connection() {
    return connection;
  }

  /// Whether a text is Groovy that goes on in the next line.
  public boolean goesOn(String text) {
    return grammar.open(text);
  }

  /// A text of several lines as it is carried out, piece by piece.
  public List<Grammar.Piece> cut(String text) {
    return grammar.cut(text);
  }

  /// Carries out what was typed or pasted, up to the first piece that fails; says then how much of
  /// it was left out.
  ///
  /// @return one of [ExitCodes]: WRONG for what is not understood, FAILED for Groovy that failed,
  ///   else the verb's
  public int run(String text, Verb.Out out) throws InterruptedException {
    List<Grammar.Piece> pieces = grammar.cut(text);
    for (int i = 0; i < pieces.size(); i++) {
      int code = piece(pieces.get(i).text(), out);
      if (code != ExitCodes.FINE) {
        int left = pieces.size() - i - 1;
        if (left > 0) {
          String first = pieces.get(i + 1).text().lines().findFirst().orElse("").strip();
          out.problem(
              "not carried out: "
                  + first
                  + (left > 1 ? ", and " + (left - 1) + " more after it" : ""));
        }
        return code;
      }
    }
    return ExitCodes.FINE;
  }

  private int piece(String text, Verb.Out out) throws InterruptedException {
    return switch (grammar.read(text)) {
      case Line.Nothing() -> ExitCodes.FINE;
      case Line.Command(String name, List<String> words) -> {
        Verb verb = spellings.get(name);
        int code = verb == null ? ExitCodes.WRONG : Verbs.run(verb, connection, words, out);
        broughtDown |= code == ExitCodes.FINE && verb instanceof DownVerb;
        yield code;
      }
      case Line.Groovy(String groovy) -> groovy(groovy, hidden(text), out);
      case Line.Wrong(String why) -> {
        out.problem(why);
        yield ExitCodes.WRONG;
      }
    };
  }

  /// The verb that a line which is no Groovy was meant to be.
  private Optional<Grammar.Misspelt> misspelt(String text) throws InterruptedException {
    Optional<Grammar.Misspelt> verb = grammar.misspelt(text);
    return verb.isPresent()
            && QueryCall.ask(connection, new Query.Complete("")) instanceof Answer.Texts(var names)
            && !names.contains(verb.get().verb())
        ? verb
        : Optional.empty();
  }

  /// What begins with a blank is written down nowhere, as in a shell.
  private static boolean hidden(String text) {
    return !text.isEmpty() && Character.isWhitespace(text.charAt(0));
  }

  private int groovy(String text, boolean hidden, Verb.Out out) throws InterruptedException {
    OutputFormat canvas = out.canvas();
    try (Following following =
        connection.follow(
            new Feed.Typed(text, hidden, canvas.columns(), canvas.colour(), canvas.unicode()))) {
      Pulse pulse = new Pulse(connection);
      while (true) {
        Optional<FeedItem> next = QueryCall.next(following, pulse);
        if (next.isEmpty()) {
          continue;
        }
        switch (next.get()) {
          case FeedItem.Said(String line) -> out.line(line);
          case FeedItem.Dropped(long count) ->
              out.problem(count + " lines left out: they came too fast");
          case FeedItem.End(String why, boolean misread) -> {
            if (why.isEmpty()) {
              return ExitCodes.FINE;
            }
            if (misread) {
              misspelt(text).ifPresent(verb -> out.problem(verb.sentence()));
            }
            out.problem(why);
            return pulse.givenUp()
                ? ExitCodes.TIMED_OUT
                : misread ? ExitCodes.WRONG : ExitCodes.FAILED;
          }
          case FeedItem.Changed _, FeedItem.Line _ -> {}
          case FeedItem.Happened _ -> {}
        }
      }
    }
  }
}

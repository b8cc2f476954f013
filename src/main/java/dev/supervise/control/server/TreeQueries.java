package dev.supervise.control.server;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Outstanding;
import dev.supervise.control.protocol.Query;
import dev.supervise.control.protocol.Selector;
import dev.supervise.run.Lookup;
import dev.supervise.run.NoTree;
import dev.supervise.run.Outcome;
import dev.supervise.run.Reply;
import dev.supervise.run.Request;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.run.Until;
import dev.supervise.text.Printable;
import dev.supervise.text.Secrets;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// Answers what is asked of the tree itself, for one client. Any thread; nothing here waits.
final class TreeQueries {
  private static final Timer TIMER = new Timer();

  private final InstanceApi desk;
  private final String by;
  private final Set<CompletableFuture<Reply>> replies = ConcurrentHashMap.newKeySet();

  /// @param by in whose name
  TreeQueries(InstanceApi desk, String by) {
    this.desk = desk;
    this.by = by;
  }

  CompletableFuture<Answer> answer(Query.OfTree query) {
    return switch (query) {
      case Query.Tree(Selector which) -> look(which).thenApply(this::tree);
      case Query.Start(Selector which) -> each(which, Request.Start::new);
      case Query.Stop(Selector which) -> each(which, Request.Stop::new);
      case Query.Restart(Selector which) -> each(which, Request.Restart::new);
      case Query.Signal(Selector which, int signal, boolean group) -> signal(which, signal, group);
      case Query.Scale(String name, int size) -> order(new Request.Scale(name, size));
      case Query.Add(String pool, int count) -> order(new Request.Grow(pool, count));
      case Query.Remove(String name) -> remove(name);
      case Query.Await(Selector which, var until, Optional<Duration> timeout) ->
          within(timeout, which, until, each(which, names -> new Request.Await(names, until)));
      case Query.Env() -> environment();
      case Query.Down(boolean kill) -> down(kill);
    };
  }

  // ---- looking ----

  /// What a [Selector] means now, or why it means nothing.
  sealed interface Found {
    record Units(List<UnitSnapshot> units) implements Found {}

    record None(Answer.Refusal why) implements Found {}
  }

  CompletableFuture<Found> look(Selector which) {
    return desk.engine()
        .look(which.names())
        .thenApplyAsync(
            sight ->
                switch (sight) {
                  case Lookup.Units(List<UnitSnapshot> units) -> found(units, which.labels());
                  case Lookup.NoSuchUnit(String why) -> new Found.None(new Answer.NoSuchUnit(why));
                },
            AnswerThreads.THREADS)
        .exceptionally(failure -> new Found.None(unasked(failure)));
  }

  /// Why the tree could not be asked.
  static Answer.Refusal unasked(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return switch (cause) {
      case NoTree _ -> new Answer.Refused("nothing has been started yet: onStart is under way");
      case NoThread none -> new Answer.Failed("cannot be answered now: " + none.getMessage());
      default -> new Answer.Failed("internal error: " + cause);
    };
  }

  private Found found(List<UnitSnapshot> units, Map<String, String> labels) {
    Secrets secrets = desk.secrets();
    List<UnitSnapshot> wanted = labels.isEmpty() ? units : carrying(units, labels);
    return wanted.isEmpty() && !labels.isEmpty()
        ? new Found.None(
            new Answer.NoSuchUnit("no unit is labelled " + Printable.line(text(labels))))
        : new Found.Units(wanted.stream().map(unit -> unit.masked(secrets)).toList());
  }

  /// The units that carry all of the labels, in the order of the tree; none of them below another
  /// of them is left out.
  static List<UnitSnapshot> carrying(List<UnitSnapshot> units, Map<String, String> labels) {
    List<UnitSnapshot> found = new ArrayList<>();
    for (UnitSnapshot unit : units) {
      if (unit.labels().entrySet().containsAll(labels.entrySet())) {
        found.add(unit);
      }
      found.addAll(carrying(unit.children(), labels));
    }
    return found.stream().distinct().toList();
  }

  static String text(Map<String, String> labels) {
    List<String> pairs = new ArrayList<>();
    labels.forEach((key, value) -> pairs.add(key + "=" + value));
    return String.join(", ", pairs);
  }

  private Answer tree(Found found) {
    return switch (found) {
      case Found.Units(var units) -> new Answer.Tree(desk.instance(), units);
      case Found.None(var why) -> why;
    };
  }

  // ---- ordering ----

  /// A request about the units a [Selector] means; names go to the loop as they are, so that
  /// nothing can change between their being understood and the request.
  private CompletableFuture<Answer> each(Selector which, Function<List<String>, Request> request) {
    if (which.labels().isEmpty()) {
      return order(request.apply(which.names()));
    }
    return look(which)
        .thenCompose(found ->
            switch (found) {
              case Found.Units(var units) ->
                  order(request.apply(units.stream().map(UnitSnapshot::path).toList()));
              case Found.None(var why) -> CompletableFuture.completedFuture(why);
            });
  }

  private CompletableFuture<Answer> order(Request request) {
    CompletableFuture<Reply> reply = desk.engine().ask(request, by);
    replies.add(reply);
    reply.whenComplete((_, _) -> replies.remove(reply));
    CompletableFuture<Answer> answer = reply.thenCompose(this::answer);
    answer.whenComplete((_, _) -> {
      if (answer.isCancelled()) {
        reply.cancel(false);
      }
    });
    return answer;
  }

  private CompletableFuture<Answer> answer(Reply reply) {
    Secrets secrets = desk.secrets();
    return switch (reply) {
      case Reply.Done(String text) -> done(new Answer.Done(secrets.shown(text)));
      case Reply.Refused(String why) -> done(new Answer.Refused(secrets.shown(why)));
      case Reply.NoSuchUnit(String why) -> done(new Answer.NoSuchUnit(secrets.shown(why)));
      case Reply.Failed(String why, List<String> units) when units.isEmpty() ->
          done(new Answer.Failed(secrets.shown(why)));
      // Not on the loop: the last lines come from a file.
      case Reply.Failed(String why, List<String> units) ->
          new HistoryQueries(desk)
              .lastLines(units)
              .thenApply(lines -> new Answer.Failed(secrets.shown(why) + quoted(lines, secrets)));
    };
  }

  private static CompletableFuture<Answer> done(Answer answer) {
    return CompletableFuture.completedFuture(answer);
  }

  /// Last lines of units, below a sentence.
  private static String quoted(Map<String, List<String>> lines, Secrets secrets) {
    StringBuilder text = new StringBuilder();
    lines.forEach((path, last) ->
        last.forEach(
            line -> text.append("\n  ").append(path).append(" | ").append(secrets.shown(line))));
    return text.toString();
  }

  private CompletableFuture<Answer> signal(Selector which, int signal, boolean group) {
    return look(which)
        .thenCompose(found ->
            switch (found) {
              case Found.None(var why) -> CompletableFuture.completedFuture(why);
              case Found.Units(var units) -> {
                CompletableFuture<Answer> all =
                    CompletableFuture.completedFuture(new Answer.Done("nothing to signal"));
                for (UnitSnapshot unit : units) {
                  all =
                      all.thenCompose(before ->
                          before instanceof Answer.Refusal
                              ? CompletableFuture.completedFuture(before)
                              : order(new Request.SignalUnit(unit.path(), signal, group)));
                }
                yield all;
              }
            });
  }

  private CompletableFuture<Answer> remove(String name) {
    return look(Selector.of(name))
        .thenCompose(found ->
            switch (found) {
              case Found.None(var why) -> CompletableFuture.completedFuture(why);
              case Found.Units(var units) ->
                  oneOf(units, name)
                      ? order(new Request.Remove(name))
                      : order(new Request.Grow(name, -1));
            });
  }

  /// Whether a name means one unit that is itself, and no number of others.
  private static boolean oneOf(List<UnitSnapshot> units, String name) {
    UnitSnapshot unit = units.getFirst();
    return units.size() == 1
        && !unit.kind().equals("pool")
        && (unit.path().equals(name) || unit.path().endsWith("/" + name));
  }

  private CompletableFuture<Answer> within(
      Optional<Duration> timeout, Selector which, Until until, CompletableFuture<Answer> answer) {
    if (timeout.isEmpty()) {
      return answer;
    }
    Duration limit = timeout.get();
    CompletableFuture<Optional<Answer>> limited = answer.thenApply(Optional::of);
    Runnable cancel = TIMER.after(limit, () -> limited.complete(Optional.empty()));
    limited.whenComplete((_, _) -> cancel.run());
    CompletableFuture<Answer> told =
        limited.thenCompose(it ->
            it.map(CompletableFuture::completedFuture)
                .orElseGet(() ->
                    desk.engine()
                        .look(which.names())
                        .thenApplyAsync(
                            sight -> late(limit, which, until, sight), AnswerThreads.THREADS)
                        .exceptionally(_ -> late(limit))));
    told.whenComplete((_, _) -> answer.cancel(false));
    return told;
  }

  private static Answer late(Duration limit) {
    return Answer.TimedOut.within(limit, "");
  }

  private Answer late(Duration limit, Selector which, Until until, Lookup sight) {
    if (!(sight instanceof Lookup.Units(List<UnitSnapshot> all))) {
      return late(limit);
    }
    Secrets secrets = desk.secrets();
    List<UnitSnapshot> wanted = which.labels().isEmpty() ? all : carrying(all, which.labels());
    List<Outstanding.Unit> open =
        Outstanding.of(
            wanted.stream().map(unit -> unit.masked(secrets)).toList(), until, !which.all());
    Set<String> told = new HashSet<>();
    Outstanding.told(open).forEach(unit -> told.add(unit.path()));
    Map<String, List<String>> lines = new LinkedHashMap<>();
    wanted.forEach(unit -> lastLines(unit, told, secrets, lines));
    return Answer.TimedOut.within(
        limit, (open.isEmpty() ? "" : ": " + Outstanding.text(open)) + quoted(lines, secrets));
  }

  private static void lastLines(
      UnitSnapshot unit, Set<String> of, Secrets secrets, Map<String, List<String>> lines) {
    if (of.contains(unit.path())) {
      lines.put(unit.path(), unit.known().tail().lines(secrets));
    }
    unit.children().forEach(child -> lastLines(child, of, secrets, lines));
  }

  private CompletableFuture<Answer> environment() {
    return desk.engine()
        .environment()
        .handle((variables, failure) -> {
          if (failure != null) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            return new Answer.Failed(desk.secrets().shown(String.valueOf(cause.getMessage())));
          }
          Map<String, String> all = new LinkedHashMap<>(variables);
          all.putAll(desk.environment().get());
          return new Answer.Environment(all);
        });
  }

  private CompletableFuture<Answer> down(boolean kill) {
    Secrets secrets = desk.secrets();
    CompletableFuture<Outcome> outcome = desk.engine().outcome().copy();
    return desk.engine()
        .ask(new Request.Shutdown(kill), by)
        .thenCompose(_ -> outcome)
        .thenApply(over ->
            new Answer.Over(
                over.exitCode(),
                secrets.shown(over.cause()),
                over.leftovers().stream().map(secrets::shown).toList(),
                over.detached().stream().map(secrets::shown).toList()));
  }

  /// Withdraws everything that is open.
  void close() {
    replies.forEach(reply -> reply.cancel(false));
  }
}

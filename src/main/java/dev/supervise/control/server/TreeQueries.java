package dev.supervise.control.server;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Outstanding;
import dev.supervise.control.protocol.Query;
import dev.supervise.run.Lookup;
import dev.supervise.run.NoTree;
import dev.supervise.run.Outcome;
import dev.supervise.run.Reply;
import dev.supervise.run.Request;
import dev.supervise.run.Selector;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.run.Until;
import dev.supervise.text.Secrets;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Timer;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

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
      case Query.Tree(Selector which) ->
          desk.engine()
              .look(which)
              .thenApplyAsync(this::tree, AnswerThreads.THREADS)
              .exceptionally(TreeQueries::unasked);
      case Query.Order(Request.Down down) -> down(down);
      case Query.Order(Request.Order request) -> order(request);
      case Query.Await(Selector which, var until, Optional<Duration> timeout) ->
          within(timeout, which, until, order(new Request.Await(which, until)));
      case Query.Env() -> environment();
    };
  }

  // ---- looking ----

  private Answer tree(Lookup found) {
    return switch (found) {
      case Lookup.Units(var units) -> new Answer.Tree(desk.instance(), masked(units));
      case Lookup.NoSuchUnit(String why) -> new Answer.NoSuchUnit(why);
    };
  }

  private List<UnitSnapshot> masked(List<UnitSnapshot> units) {
    Secrets secrets = desk.secrets();
    return units.stream().map(unit -> unit.masked(secrets)).toList();
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

  // ---- ordering ----

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
                        .look(which)
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
    if (!(sight instanceof Lookup.Units(List<UnitSnapshot> wanted))) {
      return late(limit);
    }
    Secrets secrets = desk.secrets();
    List<Outstanding.Unit> open = Outstanding.of(masked(wanted), until, !which.all());
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

  private CompletableFuture<Answer> down(Request.Down request) {
    Secrets secrets = desk.secrets();
    CompletableFuture<Outcome> outcome = desk.engine().outcome().copy();
    return desk.engine()
        .ask(request, by)
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

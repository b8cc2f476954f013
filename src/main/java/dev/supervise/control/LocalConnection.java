package dev.supervise.control;

import dev.supervise.run.Outcome;
import dev.supervise.run.Reply;
import dev.supervise.run.Request;
import dev.supervise.run.Sight;
import dev.supervise.run.Status;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.run.Until;
import dev.supervise.spec.Mask;
import dev.supervise.spec.Spans;
import dev.supervise.store.Journal;
import dev.supervise.store.JournalEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A [Connection] within the instance's own process; the server's clients end up in one each.
final class LocalConnection implements Connection {
  private final Desk desk;
  private final String by;
  private final Set<CompletableFuture<Answer>> open = ConcurrentHashMap.newKeySet();
  private final Set<CompletableFuture<Reply>> replies = ConcurrentHashMap.newKeySet();
  private final Set<Following> followings = ConcurrentHashMap.newKeySet();
  private Optional<Evaluator.Session> session = Optional.empty();

  LocalConnection(Desk desk, String by) {
    this.desk = desk;
    this.by = by;
  }

  @Override
  public Instance instance() {
    return desk.instance();
  }

  @Override
  public String toString() {
    return by;
  }

  @Override
  public CompletableFuture<Answer> ask(Query query) {
    CompletableFuture<Answer> answer =
        switch (query) {
          case Query.OfTree tree -> ofTree(tree);
          case Query.OfPast past -> ofPast(past);
          case Query.OfLines lines -> ofLines(lines);
          case Query.OfTasks tasks -> TaskDesk.answer(desk, tasks);
          case Query.OfSchedules schedules -> ScheduleDesk.answer(desk, schedules);
          case Query.Plan() -> desk.script().plan();
          case Query.Reload() -> desk.script().reload(by);
        };
    CompletableFuture<Answer> guarded = answer.exceptionally(LocalConnection::defect);
    open.add(answer);
    answer.whenComplete((_, _) -> open.remove(answer));
    // Cancelling what the caller holds must reach what the loop watches.
    guarded.whenComplete((_, _) -> {
      if (guarded.isCancelled()) {
        answer.cancel(false);
      }
    });
    return guarded;
  }

  private static Answer defect(Throwable thrown) {
    return thrown instanceof java.util.concurrent.CancellationException
        ? new Answer.Refused("withdrawn")
        : new Answer.Failed("internal error: " + thrown);
  }

  private CompletableFuture<Answer> ofTree(Query.OfTree query) {
    return switch (query) {
      case Query.Tree(Which which) -> look(which).thenApply(this::tree);
      case Query.Start(Which which) -> each(which, Request.Start::new);
      case Query.Stop(Which which) -> each(which, Request.Stop::new);
      case Query.Restart(Which which) -> each(which, Request.Restart::new);
      case Query.Signal(Which which, int signal, boolean group) -> signal(which, signal, group);
      case Query.Scale(String name, int size) -> order(new Request.Scale(name, size));
      case Query.Add(String pool, int count) -> order(new Request.Grow(pool, count));
      case Query.Remove(String name) -> remove(name);
      case Query.Await(Which which, var until, Optional<Duration> timeout) ->
          within(timeout, which, until, each(which, names -> new Request.Await(names, until)));
      case Query.Env() -> environment();
      case Query.Down(boolean kill) -> down(kill);
    };
  }

  // ---- the past ----

  private CompletableFuture<Answer> ofPast(Query.OfPast query) {
    Past past = new Past(desk);
    return switch (query) {
      case Query.Events(Which which, long _, int _) when which.all() ->
          past.events((Query.Events) query, List.of(), false);
      case Query.Events events ->
          seen(
              events.which(),
              units -> past.events(events, units, false),
              _ -> past.events(events, List.of(), true));
      case Query.Why(Which which) ->
          seen(
              which,
              past::why,
              why ->
                  which.names().size() == 1
                      ? past.whyGone(which.names().getFirst(), why)
                      : CompletableFuture.completedFuture(why));
      case Query.Show(Which which, boolean effective) ->
          seen(which, units -> done(past.show(units, effective)), LocalConnection::done);
      case Query.Logs(Which which, Duration age) ->
          seen(which, units -> done(past.logs(units, age)), LocalConnection::done);
      case Query.Use(Which which) ->
          seen(which, units -> done(past.use(units)), LocalConnection::done);
    };
  }

  private static CompletableFuture<Answer> done(Answer answer) {
    return CompletableFuture.completedFuture(answer);
  }

  private CompletableFuture<Answer> seen(
      Which which,
      Function<List<UnitSnapshot>, CompletableFuture<Answer>> units,
      Function<Answer.Refusal, CompletableFuture<Answer>> none) {
    return desk.engine()
        .look(which.names())
        .thenComposeAsync(
            sight ->
                switch (sight) {
                  case Sight.NoSuchUnit(String why) -> none.apply(new Answer.NoSuchUnit(why));
                  case Sight.Units(List<UnitSnapshot> all) -> {
                    List<UnitSnapshot> wanted =
                        which.labels().isEmpty() ? all : Views.carrying(all, which.labels());
                    yield wanted.isEmpty()
                        ? none.apply(
                            new Answer.NoSuchUnit("no unit is labelled " + text(which.labels())))
                        : units.apply(wanted);
                  }
                },
            Clerks.THREADS);
  }

  // ---- typed lines ----

  /// Off the caller's thread: the first one loads Groovy.
  private CompletableFuture<Answer> ofLines(Query.OfLines query) {
    return CompletableFuture.supplyAsync(
        () ->
            new Answer.Texts(
                switch (query) {
                  case Query.Complete(String text) -> session().complete(text);
                  case Query.Dump() -> desk.evaluator().dump();
                }),
        Clerks.THREADS);
  }

  private synchronized Evaluator.Session session() {
    Evaluator.Session known =
        session.orElseGet(
            // Who asks and is asked are the same: what a line does is done in its typist's name.
            () -> desk.evaluator().open(this, by));
    session = Optional.of(known);
    return known;
  }

  private Pending run(Feed.Typed line, Runnable wake) {
    desk.engine().typed(line.text(), by);
    AtomicReference<Runnable> interrupt = new AtomicReference<>(() -> {});
    Pending pending = new Pending(wake, () -> interrupt.get().run());
    interrupt.set(session().run(line, pending::offer));
    followings.add(pending);
    return pending;
  }

  // ---- looking ----

  /// What a [Which] means now, or why it means nothing.
  private sealed interface Found {
    record Units(List<UnitView> units) implements Found {}

    record None(Answer.Refusal why) implements Found {}
  }

  private CompletableFuture<Found> look(Which which) {
    return desk.engine()
        .look(which.names())
        .thenApplyAsync(
            sight ->
                switch (sight) {
                  case Sight.Units(List<UnitSnapshot> units) -> found(units, which.labels());
                  case Sight.NoSuchUnit(String why) -> new Found.None(new Answer.NoSuchUnit(why));
                },
            Clerks.THREADS)
        .exceptionally(_ ->
            new Found.None(
                new Answer.Refused("nothing has been started yet: onStart is under way")));
  }

  private Found found(List<UnitSnapshot> units, Map<String, String> labels) {
    Mask mask = desk.mask().get();
    List<UnitView> views = new ArrayList<>(units.size());
    for (UnitSnapshot unit : units) {
      views.add(Views.of(unit, mask));
    }
    if (labels.isEmpty()) {
      return new Found.Units(views);
    }
    List<UnitView> labelled = Views.labelled(views, labels);
    return labelled.isEmpty()
        ? new Found.None(new Answer.NoSuchUnit("no unit is labelled " + text(labels)))
        : new Found.Units(labelled);
  }

  private static String text(Map<String, String> labels) {
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

  /// A request about the units a [Which] means; names go to the loop as they are, so that nothing
  /// can change between their being understood and the request.
  private CompletableFuture<Answer> each(Which which, Function<List<String>, Request> request) {
    if (which.labels().isEmpty()) {
      return order(request.apply(which.names()));
    }
    return look(which)
        .thenCompose(found ->
            switch (found) {
              case Found.Units(var units) ->
                  order(request.apply(units.stream().map(UnitView::path).toList()));
              case Found.None(var why) -> CompletableFuture.completedFuture(why);
            });
  }

  private CompletableFuture<Answer> order(Request request) {
    CompletableFuture<Reply> reply = desk.engine().ask(request, by);
    replies.add(reply);
    reply.whenComplete((_, _) -> replies.remove(reply));
    CompletableFuture<Answer> answer = reply.thenApply(this::answer);
    answer.whenComplete((_, _) -> {
      if (answer.isCancelled()) {
        reply.cancel(false);
      }
    });
    return answer;
  }

  private Answer answer(Reply reply) {
    Mask mask = desk.mask().get();
    return switch (reply) {
      case Reply.Done(String text) -> new Answer.Done(mask.of(text));
      case Reply.Refused(String why) -> new Answer.Refused(mask.of(why));
      case Reply.NoSuchUnit(String why) -> new Answer.NoSuchUnit(mask.of(why));
      case Reply.Failed(String why) -> new Answer.Failed(mask.of(why));
    };
  }

  private CompletableFuture<Answer> signal(Which which, int signal, boolean group) {
    return look(which)
        .thenCompose(found ->
            switch (found) {
              case Found.None(var why) -> CompletableFuture.completedFuture(why);
              case Found.Units(var units) -> {
                CompletableFuture<Answer> all =
                    CompletableFuture.completedFuture(new Answer.Done("nothing to signal"));
                for (UnitView unit : units) {
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
    return look(Which.of(name))
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
  private static boolean oneOf(List<UnitView> units, String name) {
    UnitView unit = units.getFirst();
    return units.size() == 1
        && !unit.kind().equals("pool")
        && (unit.path().equals(name) || unit.path().endsWith("/" + name));
  }

  private CompletableFuture<Answer> within(
      Optional<Duration> timeout, Which which, Until until, CompletableFuture<Answer> answer) {
    if (timeout.isEmpty()) {
      return answer;
    }
    Duration limit = timeout.get();
    CompletableFuture<Optional<Answer>> limited =
        answer
            .thenApply(Optional::of)
            .completeOnTimeout(Optional.empty(), limit.toNanos(), TimeUnit.NANOSECONDS);
    CompletableFuture<Answer> told =
        limited.thenCompose(it ->
            it.map(CompletableFuture::completedFuture)
                .orElseGet(() -> look(which).thenApply(found -> late(limit, until, found))));
    told.whenComplete((_, _) -> answer.cancel(false));
    return told;
  }

  private static Answer late(Duration limit, Until until, Found found) {
    List<String> open = new ArrayList<>();
    if (found instanceof Found.Units(var units)) {
      units.forEach(unit -> open(unit, until, open));
    }
    String which =
        open.stream().limit(5).collect(Collectors.joining("; "))
            + (open.size() > 5 ? " and " + (open.size() - 5) + " more" : "");
    return new Answer.TimedOut(
        "not within " + Spans.text(limit) + (which.isEmpty() ? "" : ": " + which));
  }

  /// Who is not what is waited for, and what instead.
  private static void open(UnitView unit, Until until, List<String> found) {
    boolean there =
        switch (until) {
          case READY -> unit.ready() || unit.status() == Status.FINISHED;
          case DONE -> unit.status() == Status.FINISHED;
          case DOWN -> unit.pid() == 0 && unit.status() != Status.RUNNING;
        };
    if (unit.children().isEmpty() && !there && unit.status() != Status.PENDING) {
      String more = unit.status() == Status.RUNNING && !unit.ready() ? ", not ready" : "";
      found.add("'" + unit.path() + "' is " + unit.status().word() + more);
    }
    unit.children().forEach(child -> open(child, until, found));
  }

  private CompletableFuture<Answer> environment() {
    return desk.engine()
        .environment()
        .handle((variables, failure) -> {
          if (failure != null) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            return new Answer.Failed(desk.mask().get().of(String.valueOf(cause.getMessage())));
          }
          Map<String, String> all = new LinkedHashMap<>(variables);
          all.putAll(desk.environment().get());
          return new Answer.Environment(all);
        });
  }

  private CompletableFuture<Answer> down(boolean kill) {
    Mask mask = desk.mask().get();
    CompletableFuture<Outcome> outcome = desk.engine().outcome().copy();
    return desk.engine()
        .ask(new Request.Shutdown(kill), by)
        .thenCompose(_ -> outcome)
        .thenApply(over ->
            new Answer.Over(
                over.exitCode(),
                mask.of(over.cause()),
                over.leftovers().stream().map(mask::of).toList()));
  }

  // ---- following ----

  @Override
  public Following follow(Feed feed) {
    return follow(feed, () -> {});
  }

  /// @param wake see [Pending]
  Pending follow(Feed feed, Runnable wake) {
    return switch (feed) {
      case Feed.Changes(Which units) -> follow(feed, units, wake);
      case Feed.Lines(Which units) -> follow(feed, units, wake);
      case Feed.Events(Which units) -> kept(followPast(path(units), wake));
      case Feed.Typed line -> run(line, wake);
    };
  }

  private Pending follow(Feed feed, Which which, Runnable wake) {
    return kept(desk.hub().follow(feed, path(which), wake));
  }

  private Pending kept(Pending pending) {
    followings.add(pending);
    return pending;
  }

  private Pending followPast(Predicate<String> path, Runnable wake) {
    Optional<Journal> journal = desk.engine().journal();
    Pending[] self = new Pending[1];
    Journal.Follower follower =
        new Journal.Follower() {
          @Override
          public void wrote(JournalEntry entry) {
            if (path.test(entry.path())) {
              self[0].offer(new Item.Happened(Past.event(entry)));
            }
          }

          @Override
          public void over() {
            self[0].offer(new Item.End("the instance has ended"));
          }
        };
    Pending pending = new Pending(wake, () -> journal.ifPresent(each -> each.unfollow(follower)));
    self[0] = pending;
    journal.ifPresentOrElse(
        each -> each.follow(follower),
        () -> pending.offer(new Item.End("this instance keeps no journal")));
    return pending;
  }

  /// Units that come later under a name belong to it; labels are those of now.
  private Predicate<String> path(Which which) {
    if (which.all()) {
      return _ -> true;
    }
    if (which.labels().isEmpty()) {
      return path -> which.names().stream().anyMatch(name -> means(name, path));
    }
    return switch (look(which).join()) {
      case Found.None _ -> _ -> false;
      case Found.Units(var units) -> {
        List<String> paths = units.stream().map(UnitView::path).toList();
        yield path -> paths.stream().anyMatch(named -> below(named, path));
      }
    };
  }

  private static boolean below(String named, String path) {
    return path.equals(named) || named.isEmpty() || path.startsWith(named + "/");
  }

  /// Whether a path is what a user's name means: the unit, one of its instances, or below it.
  private static boolean means(String name, String path) {
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      String unit = path.substring(0, end);
      String family = unit.replaceFirst("-[0-9]+$", "");
      if (unit.equals(name)
          || family.equals(name)
          || unit.endsWith("/" + name)
          || family.endsWith("/" + name)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    followings.forEach(Following::close);
    synchronized (this) {
      session.ifPresent(Evaluator.Session::close);
    }
    open.forEach(answer -> answer.cancel(false));
    replies.forEach(reply -> reply.cancel(false));
  }
}

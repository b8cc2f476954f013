package dev.supervise.control.server;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Feed;
import dev.supervise.control.protocol.FeedItem;
import dev.supervise.control.protocol.Following;
import dev.supervise.control.protocol.Instance;
import dev.supervise.control.protocol.Query;
import dev.supervise.control.protocol.Subscription;
import dev.supervise.run.Lookup;
import dev.supervise.run.Selector;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.store.Journal;
import dev.supervise.store.JournalEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;

/// A [Connection] within the instance's own process; the server's clients end up in one each.
public final class LocalConnection implements Connection {
  private final InstanceApi desk;
  private final String by;
  private final Set<CompletableFuture<Answer>> open = ConcurrentHashMap.newKeySet();
  private final TreeQueries tree;
  private final Set<Subscription> followings = ConcurrentHashMap.newKeySet();
  private Optional<Evaluator.Session> session = Optional.empty();

  /// @param by who asks, for the journal: `repl`, `cli pid 4711`
  public LocalConnection(InstanceApi desk, String by) {
    this.desk = desk;
    this.by = by;
    this.tree = new TreeQueries(desk, by);
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
          case Query.OfTree ofTree -> tree.answer(ofTree);
          case Query.OfPast past -> ofPast(past);
          case Query.OfLines lines -> ofLines(lines);
          case Query.OfTasks tasks -> TaskQueries.answer(desk, tasks);
          case Query.OfSchedules schedules -> ScheduleQueries.answer(desk, schedules);
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

  // ---- the past ----

  private CompletableFuture<Answer> ofPast(Query.OfPast query) {
    HistoryQueries past = new HistoryQueries(desk);
    return switch (query) {
      case Query.Events(Selector which, long _, int _) when which.all() ->
          past.events((Query.Events) query, List.of());
      case Query.Events events ->
          seen(
              events.which(),
              units -> past.events(events, units.stream().map(UnitSnapshot::path).toList()),
              why -> events.which().labels().isEmpty() ? gone(past, events) : done(why));
      case Query.Why(Selector which) ->
          seen(
              which,
              past::why,
              why ->
                  which.names().size() == 1
                      ? past.whyGone(which.names().getFirst(), why)
                      : CompletableFuture.completedFuture(why));
      case Query.Show(Selector which, boolean effective) ->
          seen(which, units -> done(past.show(units, effective)), LocalConnection::done);
      case Query.Logs(Selector which, Duration age) ->
          seen(which, units -> done(past.logs(units, age)), LocalConnection::done);
      case Query.Use(Selector which) ->
          seen(which, units -> done(past.use(units)), LocalConnection::done);
    };
  }

  /// Of units some of which are there no more: each name means what is there, or else what the
  /// journal knows.
  private CompletableFuture<Answer> gone(HistoryQueries past, Query.Events query) {
    CompletableFuture<HistoryQueries.Paths> all =
        CompletableFuture.completedFuture(new HistoryQueries.Paths(List.of(), Optional.empty()));
    for (String name : query.which().names()) {
      CompletableFuture<HistoryQueries.Paths> one =
          desk.engine()
              .look(Selector.of(name))
              .thenComposeAsync(
                  sight ->
                      switch (sight) {
                        case Lookup.Units(List<UnitSnapshot> units) ->
                            CompletableFuture.completedFuture(
                                new HistoryQueries.Paths(
                                    units.stream().map(UnitSnapshot::path).toList(),
                                    Optional.empty()));
                        case Lookup.NoSuchUnit(String why) -> past.named(name, why);
                      },
                  AnswerThreads.THREADS);
      all = all.thenCombine(one, HistoryQueries.Paths::and);
    }
    return all.thenCompose(found ->
        found
            .unknown()
            .<CompletableFuture<Answer>>map(why -> done(new Answer.NoSuchUnit(why)))
            .orElseGet(() -> past.events(query, found.paths())));
  }

  private static CompletableFuture<Answer> done(Answer answer) {
    return CompletableFuture.completedFuture(answer);
  }

  private CompletableFuture<Answer> seen(
      Selector which,
      Function<List<UnitSnapshot>, CompletableFuture<Answer>> units,
      Function<Answer.Refusal, CompletableFuture<Answer>> none) {
    return desk.engine()
        .look(which)
        .thenComposeAsync(
            sight ->
                switch (sight) {
                  case Lookup.NoSuchUnit(String why) -> none.apply(new Answer.NoSuchUnit(why));
                  case Lookup.Units(List<UnitSnapshot> found) -> units.apply(found);
                },
            AnswerThreads.THREADS)
        .exceptionally(TreeQueries::unasked);
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
        AnswerThreads.THREADS);
  }

  private synchronized Evaluator.Session session() {
    Evaluator.Session known =
        session.orElseGet(
            // Who asks and is asked are the same: what a line does is done in its typist's name.
            () -> desk.evaluator().open(this, by));
    session = Optional.of(known);
    return known;
  }

  private Subscription run(Feed.Typed line, Runnable wake) {
    desk.engine().typed(line.hidden() ? "a line of Groovy" : line.text(), by);
    AtomicReference<Runnable> interrupt = new AtomicReference<>(() -> {});
    Subscription pending = new Subscription(wake, () -> interrupt.get().run());
    interrupt.set(session().run(line, pending::offer));
    return kept(pending);
  }

  // ---- following ----

  @Override
  public Following follow(Feed feed) {
    return follow(feed, () -> {});
  }

  /// @param wake see [Subscription]
  Subscription follow(Feed feed, Runnable wake) {
    return switch (feed) {
      case Feed.Changes(Selector units) -> follow(feed, units, wake);
      case Feed.Lines(Selector units) -> follow(feed, units, wake);
      case Feed.Events(Selector units) -> kept(followPast(path(units), wake));
      case Feed.Typed line -> run(line, wake);
    };
  }

  private Subscription follow(Feed feed, Selector which, Runnable wake) {
    return kept(desk.hub().follow(feed, path(which), wake));
  }

  private Subscription kept(Subscription pending) {
    followings.removeIf(Subscription::closed);
    followings.add(pending);
    return pending;
  }

  private Subscription followPast(Predicate<String> path, Runnable wake) {
    Optional<Journal> journal = desk.engine().journal();
    Subscription[] self = new Subscription[1];
    Journal.Follower follower =
        new Journal.Follower() {
          @Override
          public void wrote(JournalEntry entry) {
            if (path.test(entry.path())) {
              self[0].offer(new FeedItem.Happened(new HistoryQueries(desk).event(entry)));
            }
          }

          @Override
          public void over() {
            self[0].offer(new FeedItem.End("the instance has ended"));
          }
        };
    Subscription pending =
        new Subscription(wake, () -> journal.ifPresent(each -> each.unfollow(follower)));
    self[0] = pending;
    journal.ifPresentOrElse(
        each -> each.follow(follower),
        () -> pending.offer(new FeedItem.End("this instance keeps no journal")));
    return pending;
  }

  /// Units that come later under a name belong to it; labels are those of now.
  private Predicate<String> path(Selector which) {
    if (which.all()) {
      return _ -> true;
    }
    if (which.labels().isEmpty()) {
      return path -> which.names().stream().anyMatch(name -> means(name, path));
    }
    Lookup found = desk.engine().look(which).exceptionally(_ -> new Lookup.Units(List.of())).join();
    return switch (found) {
      case Lookup.NoSuchUnit _ -> _ -> false;
      case Lookup.Units(var units) -> {
        List<String> paths = units.stream().map(UnitSnapshot::path).toList();
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
    tree.close();
  }
}

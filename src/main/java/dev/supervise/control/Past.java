package dev.supervise.control;

import dev.supervise.Engine;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.FileNames;
import dev.supervise.spec.Printable;
import dev.supervise.spec.Secrets;
import dev.supervise.store.Journal;
import dev.supervise.store.JournalEntry;
import dev.supervise.worker.LogBook;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// Answers what is asked about the past of units, and what they are made of.
final class Past {
  /// Entries of a unit's own past that an explanation shows.
  private static final int ENTRIES = 40;

  private final Desk desk;

  Past(Desk desk) {
    this.desk = desk;
  }

  /// @param found the units a query is about
  /// @param gone whether its names mean no unit that there is now
  CompletableFuture<Answer> events(Query.Events query, List<UnitSnapshot> found, boolean gone) {
    return journal(journal ->
        paths(journal, query.which(), found, gone)
            .thenCompose(paths -> journal.newest(paths, query.since(), query.limit()))
            .thenApply(entries -> new Answer.Events(entries.stream().map(this::event).toList())));
  }

  /// The past of a unit that was taken away can be read all the same.
  private static CompletableFuture<List<String>> paths(
      Journal journal, Which which, List<UnitSnapshot> found, boolean gone) {
    if (which.all()) {
      return CompletableFuture.completedFuture(List.of());
    }
    if (!gone) {
      return CompletableFuture.completedFuture(found.stream().map(UnitSnapshot::path).toList());
    }
    CompletableFuture<List<String>> all = CompletableFuture.completedFuture(List.of());
    for (String name : which.names()) {
      all =
          all.thenCombine(
              journal.named(name),
              (paths, more) -> {
                List<String> both = new ArrayList<>(paths);
                both.addAll(more);
                return both;
              });
    }
    return all;
  }

  CompletableFuture<Answer> why(List<UnitSnapshot> found) {
    Secrets secrets = desk.secrets();
    return journal(journal -> {
      CompletableFuture<List<Explanation>> all = CompletableFuture.completedFuture(List.of());
      for (UnitSnapshot unit : found) {
        UnitView view = Views.of(unit, secrets);
        all =
            all.thenCombine(
                journal.explain(unit.path(), ENTRIES),
                (before, past) -> {
                  List<Explanation> more = new ArrayList<>(before);
                  more.add(explanation(unit.path(), Optional.of(view), past));
                  return more;
                });
      }
      return all.thenApply(Answer.Explained::new);
    });
  }

  /// Of a unit that is no longer there.
  CompletableFuture<Answer> whyGone(String name, Answer.Refusal otherwise) {
    return journal(journal ->
        journal
            .named(name)
            .thenCompose(paths ->
                paths.size() == 1
                    ? journal
                        .explain(paths.getFirst(), ENTRIES)
                        .thenApply(past ->
                            new Answer.Explained(
                                List.of(explanation(paths.getFirst(), Optional.empty(), past))))
                    : CompletableFuture.completedFuture(otherwise)));
  }

  private Explanation explanation(String path, Optional<UnitView> unit, Journal.Past past) {
    return new Explanation(
        path,
        unit,
        past.own().stream().map(this::event).toList(),
        past.origins().stream().map(this::event).toList());
  }

  /// What stands in the journal may be of an older version, or of a time that knew fewer secrets.
  Event event(JournalEntry entry) {
    Secrets secrets = desk.secrets();
    return new Event(
        entry.id(),
        entry.at(),
        entry.kind().word(),
        Printable.line(entry.path()),
        entry.was(),
        entry.status(),
        secrets.shown(entry.what()),
        secrets.shown(entry.next()),
        entry.causes().stream()
            .map(link ->
                new Event.Reason(
                    link.at(), Printable.line(link.path()), secrets.shown(link.text())))
            .toList(),
        entry.output().stream().map(secrets::shown).toList(),
        entry.stack().stream().map(secrets::shown).toList(),
        entry.times(),
        entry.upTo());
  }

  private CompletableFuture<Answer> journal(
      Function<Journal, CompletableFuture<? extends Answer>> read) {
    Optional<Journal> journal = desk.engine().journal();
    if (journal.isEmpty()) {
      return CompletableFuture.completedFuture(
          new Answer.Refused("this instance keeps no journal"));
    }
    return read.apply(journal.get())
        .<Answer>thenApply(answer -> answer)
        .exceptionally(e -> new Answer.Failed(String.valueOf(cause(e).getMessage())));
  }

  private static Throwable cause(Throwable e) {
    return e.getCause() == null ? e : e.getCause();
  }

  // ---- what units are made of ----

  Answer show(List<UnitSnapshot> found, boolean effective) {
    Secrets secrets = desk.secrets();
    UnitFacts facts = new UnitFacts(secrets, FileNames.shown(Path.of(desk.instance().stateDir())));
    List<Shown> shown = new ArrayList<>();
    for (UnitSnapshot unit : found) {
      Map<String, Object> all =
          effective ? facts.of(unit.spec(), unit.path()) : facts.own(unit.spec(), unit.path());
      Map<String, List<String>> lists = new LinkedHashMap<>();
      all.forEach((word, value) -> lists.put(word, UnitFacts.lines(word, value)));
      shown.add(
          new Shown(
              Views.of(unit, secrets),
              unit.spec().origin().toString(),
              lists,
              log(unit, Duration.ZERO),
              unit.tail().lines(secrets),
              unit.exit().map(exit -> exit.stack(secrets::shown)).orElse(List.of())));
    }
    return new Answer.Described(shown);
  }

  Answer logs(List<UnitSnapshot> found, Duration age) {
    List<UnitLog> logs = new ArrayList<>();
    found.forEach(unit -> leaves(unit, age, logs));
    return new Answer.Logs(logs.stream().distinct().toList());
  }

  private void leaves(UnitSnapshot unit, Duration age, List<UnitLog> logs) {
    if (!unit.kind().equals("supervisor") && !unit.kind().equals("pool")) {
      logs.add(log(unit, age));
    }
    unit.children().forEach(child -> leaves(child, age, logs));
  }

  private UnitLog log(UnitSnapshot unit, Duration age) {
    LogBook book = desk.engine().logBook();
    Optional<LogBook.Place> place = book.of(unit.path(), unit.spec(), unit.instance());
    return new UnitLog(
        unit.path(),
        place
            .map(each ->
                each.files().stream().map(file -> file.toAbsolutePath().toString()).toList())
            .orElse(List.of()),
        place.map(each -> Wire.word(each.format())).orElse("plain"),
        age.isZero()
            ? List.of()
            : place.map(LogBook.Place::files).orElse(List.of()).stream()
                .map(file -> book.recent(file, age).orElse(-1))
                .toList());
  }

  // ---- what they use ----

  Answer use(List<UnitSnapshot> found) {
    Secrets secrets = desk.secrets();
    List<UnitUse> uses = new ArrayList<>();
    Engine.Uses all = desk.engine().uses(found);
    all.units()
        .forEach((path, use) ->
            uses.add(
                new UnitUse(
                    path,
                    use.processes(),
                    use.threads(),
                    use.cpu(),
                    use.memory(),
                    use.descriptors())));
    return new Answer.Used(
        all.nanos(),
        all.processors(),
        found.stream().map(unit -> Views.of(unit, secrets)).toList(),
        uses);
  }
}

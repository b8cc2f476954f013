package dev.supervise.control.server;

import dev.supervise.Engine;
import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Event;
import dev.supervise.control.protocol.Explanation;
import dev.supervise.control.protocol.Query;
import dev.supervise.control.protocol.RecordCodec;
import dev.supervise.control.protocol.UnitDetails;
import dev.supervise.control.protocol.UnitLog;
import dev.supervise.control.protocol.UnitUse;
import dev.supervise.run.Status;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.FileNames;
import dev.supervise.spec.term.Facts;
import dev.supervise.store.Journal;
import dev.supervise.store.JournalEntry;
import dev.supervise.store.UnitPast;
import dev.supervise.text.Printable;
import dev.supervise.text.Secrets;
import dev.supervise.worker.output.LogBook;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// Answers what is asked about the past of units, and what they are made of.
final class HistoryQueries {
  /// Entries of a unit's own past that an explanation shows.
  static final int ENTRIES = 40;

  private static final Set<String> FAILURES =
      Set.of(Status.FAILED.word(), Status.BACKING_OFF.word(), Status.STUCK.word());

  private final InstanceApi desk;

  HistoryQueries(InstanceApi desk) {
    this.desk = desk;
  }

  /// @param paths of the units a query is about; empty: all
  CompletableFuture<Answer> events(Query.Events query, List<String> paths) {
    return journal(journal ->
        journal
            .newest(paths, query.since(), query.limit())
            .thenApply(entries -> new Answer.Events(entries.stream().map(this::event).toList())));
  }

  /// Full names that are meant.
  ///
  /// @param unknown why a name means nobody
  record Paths(List<String> paths, Optional<String> unknown) {
    Paths and(Paths more) {
      List<String> both = new ArrayList<>(paths);
      both.addAll(more.paths());
      return new Paths(both, unknown.or(more::unknown));
    }
  }

  /// What was there once under a name: the past of a unit that was taken away can be read all the
  /// same.
  ///
  /// @param otherwise why nobody has it now
  CompletableFuture<Paths> named(String name, String otherwise) {
    Optional<Journal> journal = desk.engine().journal();
    return journal
        .map(each -> each.named(name))
        .orElse(CompletableFuture.completedFuture(List.of()))
        .thenApply(paths ->
            paths.isEmpty()
                ? new Paths(List.of(), Optional.of(otherwise))
                : new Paths(paths, Optional.empty()));
  }

  CompletableFuture<Answer> why(List<UnitSnapshot> found) {
    Secrets secrets = desk.secrets();
    return journal(journal -> {
      CompletableFuture<List<Explanation>> all = CompletableFuture.completedFuture(List.of());
      for (UnitSnapshot unit : found) {
        UnitSnapshot view = unit.masked(secrets);
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

  /// What units wrote last before they failed, as the journal has it; without those that wrote
  /// nothing, or of which nothing is known.
  CompletableFuture<Map<String, List<String>>> lastLines(List<String> paths) {
    Optional<Journal> journal = desk.engine().journal();
    CompletableFuture<Map<String, List<String>>> all =
        CompletableFuture.completedFuture(new LinkedHashMap<>());
    for (String path : journal.isPresent() ? paths : List.<String>of()) {
      all =
          all.thenCombine(
              journal
                  .get()
                  .explain(path, ENTRIES)
                  // Without a journal the failure is told without its lines.
                  .exceptionally(_ -> new UnitPast(List.of(), List.of())),
              (before, past) -> {
                last(past.own()).ifPresent(lines -> before.put(path, lines));
                return before;
              });
    }
    return all;
  }

  /// Those of the newest failure, which may have had none.
  private static Optional<List<String>> last(List<JournalEntry> entries) {
    return entries.reversed().stream()
        .filter(entry -> FAILURES.contains(entry.status()))
        .map(JournalEntry::output)
        .findFirst()
        .filter(output -> !output.isEmpty());
  }

  private Explanation explanation(String path, Optional<UnitSnapshot> unit, UnitPast past) {
    return new Explanation(
        path,
        unit,
        past.own().stream().map(this::event).toList(),
        past.origins().stream().map(this::event).toList());
  }

  /// What stands in the journal may be of an older version, or of a time that knew fewer secrets.
  Event event(JournalEntry entry) {
    return event(entry, desk.secrets());
  }

  static Event event(JournalEntry entry, Secrets secrets) {
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
    Facts facts = new Facts(secrets, FileNames.shown(Path.of(desk.instance().stateDir())));
    List<UnitDetails> shown = new ArrayList<>();
    for (UnitSnapshot unit : found) {
      shown.add(
          new UnitDetails(
              unit.masked(secrets),
              unit.known().spec().origin().toString(),
              facts.shown(unit.known().spec(), unit.path(), effective),
              log(unit, Duration.ZERO),
              unit.failed().lines(secrets),
              unit.known().exit().map(exit -> exit.stack(secrets::shown)).orElse(List.of())));
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
    Optional<LogBook.Place> place =
        book.of(unit.path(), unit.known().spec(), unit.known().instance());
    return new UnitLog(
        unit.path(),
        place
            .map(each ->
                each.files().stream().map(file -> file.toAbsolutePath().toString()).toList())
            .orElse(List.of()),
        place.map(each -> RecordCodec.word(each.format())).orElse("plain"),
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
        found.stream().map(unit -> unit.masked(secrets)).toList(),
        uses);
  }
}

package dev.supervise.control.server;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Event;
import dev.supervise.control.protocol.Explanation;
import dev.supervise.control.protocol.Feed;
import dev.supervise.control.protocol.FeedItem;
import dev.supervise.control.protocol.Following;
import dev.supervise.control.protocol.Instance;
import dev.supervise.control.protocol.NotRunning;
import dev.supervise.control.protocol.Query;
import dev.supervise.control.protocol.Subscription;
import dev.supervise.control.protocol.TaskView;
import dev.supervise.control.protocol.UnitDetails;
import dev.supervise.control.protocol.UnitLog;
import dev.supervise.run.Selector;
import dev.supervise.run.Status;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.FileNames;
import dev.supervise.spec.term.Facts;
import dev.supervise.store.AttemptRow;
import dev.supervise.store.JournalEntry;
import dev.supervise.store.JournalRecord;
import dev.supervise.store.SqliteTaskStore;
import dev.supervise.store.StoreFailure;
import dev.supervise.store.TaskRow;
import dev.supervise.store.TaskStore;
import dev.supervise.store.UnitPast;
import dev.supervise.task.MarkReady;
import dev.supervise.task.TaskRefused;
import dev.supervise.text.Secrets;
import dev.supervise.worker.output.LogBook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What an instance that does not run has left on disk, asked as a running one is: why units are as
/// they are, what happened, what they wrote, what they are, and its tasks. Anything else is
/// answered with [Answer.Gone]. Reads the journal, the log files, the record of tasks, and, where
/// it has to, the script as it is today; changes nothing and makes no file. For one thread.
public final class EndedInstance implements Connection {
  /// Entries of a unit's own past that an explanation shows; as of one that runs.
  private static final int ENTRIES = HistoryQueries.ENTRIES;

  private final Path state;
  private final Optional<JournalRecord> journal;
  private final Instance instance;
  private final Supplier<Declared> script;
  private final Set<String> remarks = new LinkedHashSet<>();
  private Optional<Declared> declared = Optional.empty();
  private Optional<LeftUnits> units = Optional.empty();

  private EndedInstance(
      Path script,
      Path state,
      Optional<JournalRecord> journal,
      NotRunning end,
      Supplier<Declared> declared) {
    this.state = state;
    this.journal = journal;
    this.script = declared;
    this.instance =
        new Instance(script.toString(), 0, state.toString(), "", 0, "", Optional.of(end));
  }

  /// @param script absolute
  /// @param state its state directory
  /// @param killed when an instance came that did not leave in order, in milliseconds since 1970
  /// @param declared loads the script; called at most once, and only for what is found nowhere else
  /// @return empty where nothing is left
  /// @throws StoreFailure the journal cannot be read
  /// @throws IOException the logs cannot be looked at
  public static Optional<EndedInstance> open(
      Path script, Path state, OptionalLong killed, Supplier<Declared> declared)
      throws IOException {
    Optional<JournalRecord> journal = JournalRecord.open(state);
    return end(state, journal, killed)
        .map(end -> new EndedInstance(script, state, journal, end, declared));
  }

  private static Optional<NotRunning> end(
      Path state, Optional<JournalRecord> journal, OptionalLong killed) throws IOException {
    Optional<JournalEntry> last =
        journal.flatMap(record -> record.newest(List.of(), 0, 1).stream().findFirst());
    long heard = last.map(JournalEntry::upTo).orElse(0L);
    if (killed.isPresent() && killed.getAsLong() > heard) {
      return Optional.of(new NotRunning(killed.getAsLong(), "", heard));
    }
    if (last.isPresent()) {
      JournalEntry entry = last.get();
      String how = entry.kind() == JournalEntry.Kind.ENDED ? how(entry) : "";
      return Optional.of(new NotRunning(heard, how));
    }
    Path logs = state.resolve("log");
    if (!Files.isDirectory(logs)) {
      return Optional.empty();
    }
    try (Stream<Path> written = Files.list(logs)) {
      return written.findAny().isPresent()
          ? Optional.of(new NotRunning(Files.getLastModifiedTime(logs).toMillis(), ""))
          : Optional.empty();
    }
  }

  private static String how(JournalEntry entry) {
    return entry.what() + (entry.next().isEmpty() ? "" : "; " + entry.next());
  }

  /// What could not be told, a sentence each; of the questions until now.
  public List<String> remarks() {
    return List.copyOf(remarks);
  }

  @Override
  public Instance instance() {
    return instance;
  }

  @Override
  public CompletableFuture<Answer> ask(Query query) {
    try {
      return CompletableFuture.completedFuture(answer(query));
    } catch (StoreFailure | TaskRefused | UncheckedIOException e) {
      return CompletableFuture.completedFuture(new Answer.Failed(String.valueOf(e.getMessage())));
    }
  }

  @Override
  public Following follow(Feed feed) {
    Subscription pending = new Subscription(() -> {}, () -> {});
    pending.offer(new FeedItem.End(nothingRuns()));
    return pending;
  }

  @Override
  public void close() {
    journal.ifPresent(JournalRecord::close);
  }

  private String nothingRuns() {
    return "nothing is running for " + Path.of(instance.script()).getFileName();
  }

  private Answer answer(Query query) {
    return switch (query) {
      case Query.Events events -> events(events);
      case Query.Why(Selector which) -> found(which, this::why);
      case Query.Show(Selector which, boolean effective) ->
          found(which, paths -> show(paths, effective));
      case Query.Logs(Selector which, Duration _) -> found(which, this::logs);
      case Query.ListTasks list -> tasks(list);
      case Query.ShowTask(String id) -> task(id);
      case Query.Use _ -> new Answer.Gone(nothingRuns());
      case Query.OfTree _, Query.OfLines _, Query.OfScript _, Query.OfSchedules _ ->
          new Answer.Gone(nothingRuns());
      case Query.SubmitTask _, Query.CancelTask _, Query.DeleteTask _, Query.AwaitTask _ ->
          new Answer.Gone(nothingRuns());
    };
  }

  // ---- names ----

  private interface About {
    Answer of(List<String> paths);
  }

  /// @param about given the full names that are meant; the tree itself has the empty one
  private Answer found(Selector which, About about) {
    Set<String> paths = new LinkedHashSet<>();
    if (which.names().isEmpty()) {
      paths.add("");
    }
    for (String name : which.names()) {
      KnownNames.Meaning meaning = new KnownNames(journalled()).of(name);
      if (meaning.paths().isEmpty()) {
        // One that has never run, or that the journal has forgotten.
        meaning = new KnownNames(known()).of(name);
      }
      if (meaning.paths().isEmpty()) {
        return new Answer.NoSuchUnit(meaning.why());
      }
      paths.addAll(meaning.paths());
    }
    if (!which.labels().isEmpty()) {
      Set<String> labelled = units().labelled(which.labels());
      Set<String> below = new LinkedHashSet<>(labelled);
      below.removeIf(path -> paths.stream().noneMatch(around -> LeftUnits.within(around, path)));
      return below.isEmpty()
          ? new Answer.NoSuchUnit(which.unlabelled())
          : about.of(List.copyOf(below));
    }
    return about.of(List.copyOf(paths));
  }

  private List<String> journalled() {
    return journal.map(JournalRecord::units).orElse(List.of());
  }

  private Set<String> known() {
    Set<String> known = new LinkedHashSet<>(units().paths());
    known.addAll(journalled());
    known.remove("");
    return known;
  }

  private LeftUnits units() {
    LeftUnits found =
        units.orElseGet(
            () -> LeftUnits.of(declared(), LogBook.left(state.resolve("log")), remarks::add));
    units = Optional.of(found);
    return found;
  }

  private Declared declared() {
    Declared loaded = declared.orElseGet(script);
    declared = Optional.of(loaded);
    return loaded;
  }

  // ---- the journal ----

  private Answer events(Query.Events query) {
    if (query.which().all()) {
      return new Answer.Events(entries(List.of(), query));
    }
    return found(
        query.which(),
        paths -> new Answer.Events(entries(paths.contains("") ? List.of() : paths, query)));
  }

  private List<Event> entries(List<String> paths, Query.Events query) {
    return journal
        .map(record -> record.newest(paths, query.since(), query.limit()))
        .orElse(List.of())
        .stream()
        .map(EndedInstance::event)
        .toList();
  }

  /// What is a secret was masked when it was written; the script is not loaded for it.
  private static Event event(JournalEntry entry) {
    return HistoryQueries.event(entry, new Secrets());
  }

  private Answer why(List<String> paths) {
    List<Explanation> all = new ArrayList<>();
    for (String path : paths) {
      UnitPast past = past(path);
      all.add(
          new Explanation(
              path,
              Optional.empty(),
              past.own().stream().map(EndedInstance::event).toList(),
              past.origins().stream().map(EndedInstance::event).toList()));
    }
    return new Answer.Explained(all);
  }

  private UnitPast past(String path) {
    return journal
        .map(record -> record.explain(path, ENTRIES))
        .orElse(new UnitPast(List.of(), List.of()));
  }

  // ---- what units are, and wrote ----

  private Answer show(List<String> paths, boolean effective) {
    LeftUnits left = units();
    Facts facts = new Facts(secrets(), FileNames.shown(state));
    List<UnitDetails> shown = new ArrayList<>();
    for (String path : paths) {
      shown.add(
          new UnitDetails(
              view(path, left),
              left.spec(path).map(spec -> spec.origin().toString()).orElse(""),
              left.spec(path).map(spec -> facts.shown(spec, path, effective)).orElse(Map.of()),
              left.log(path).orElse(new UnitLog(path, List.of(), "plain", List.of())),
              last(path, JournalEntry::output),
              last(path, JournalEntry::stack)));
    }
    unknown("what it says of units is not shown");
    return new Answer.Described(shown);
  }

  /// Of a unit that had failed when the instance ended.
  private List<String> last(String path, Function<JournalEntry, List<String>> what) {
    List<JournalEntry> own = past(path).own();
    return own.isEmpty() ? List.of() : what.apply(own.getLast());
  }

  /// As the journal left it.
  private UnitSnapshot view(String path, LeftUnits left) {
    List<JournalEntry> own = past(path).own();
    Status status = Status.PENDING;
    String detail = own.isEmpty() ? "the journal knows nothing of it" : "";
    if (!own.isEmpty()) {
      JournalEntry last = own.getLast();
      status = left(last.status());
      detail =
          Stream.of(
                  status.word().equals(last.status())
                      ? ""
                      : "it was "
                          + last.status()
                          + (instance.notRunning().filter(NotRunning::unheard).isPresent()
                              ? " when the instance before ended"
                              : " when the instance ended"),
                  last.what(),
                  last.next())
              .filter(text -> !text.isEmpty())
              .reduce((a, b) -> a + "; " + b)
              .orElse("");
    }
    return new UnitSnapshot(
            path,
            left.spec(path).map(spec -> spec.kind()).orElse("unit"),
            0,
            0,
            status,
            false,
            false,
            0,
            0,
            Optional.empty(),
            0,
            Duration.ZERO,
            detail,
            left.spec(path).map(spec -> spec.policy().labels()).orElse(Map.of()),
            List.of(),
            "")
        .masked(secrets());
  }

  /// What is left of a status when nothing runs any more.
  private static Status left(String word) {
    for (Status status : Status.values()) {
      if (status.word().equals(word)) {
        return switch (status) {
          case PENDING, STOPPED, FINISHED, FAILED, STUCK -> status;
          case WAITING, BLOCKED, STARTING, RUNNING, BACKING_OFF, STOPPING -> Status.STOPPED;
        };
      }
    }
    // `not ready`
    return Status.STOPPED;
  }

  private Answer logs(List<String> paths) {
    List<UnitLog> logs = units().logs(paths);
    unknown("only what is in " + state.resolve("log") + " is found");
    return new Answer.Logs(logs);
  }

  private void unknown(String consequence) {
    if (!declared().why().isEmpty()) {
      remarks.add(
          Path.of(instance.script()).getFileName()
              + " cannot be loaded, so that "
              + consequence
              + ": "
              + declared().why());
    }
  }

  private Secrets secrets() {
    return declared().secrets();
  }

  // ---- tasks ----

  private Answer tasks(Query.ListTasks query) {
    return stored(
        new Answer.Tasks(List.of(), ""),
        store ->
            TaskQueries.list(
                query,
                (filter, before, limit) ->
                    tasks(store, store.newest(filter, before, limit), false)));
  }

  private Answer task(String id) {
    return stored(
        new Answer.NoSuchUnit("there is no task " + id),
        store -> {
          List<TaskRow> found = store.find(TaskQueries.id(id)).stream().toList();
          return found.isEmpty()
              ? new Answer.NoSuchUnit("there is no task " + id)
              : tasks(store, found, true);
        });
  }

  private Answer tasks(TaskStore store, List<TaskRow> rows, boolean whole) {
    // What a secret is, is said by the script alone.
    boolean shown = declared().why().isEmpty();
    unknown("what tasks were given and what they came to is not shown");
    Secrets secrets = secrets();
    List<TaskView> views = new ArrayList<>();
    for (TaskRow row : rows) {
      List<AttemptRow> attempts = whole && shown ? store.attempts(row.id()) : List.of();
      TaskView view = TaskQueries.view(row, attempts, "", secrets);
      views.add(shown ? view : view.withoutTexts());
    }
    return new Answer.Tasks(views, MarkReady.in(store).word());
  }

  private interface FromStore {
    Answer of(TaskStore store);
  }

  private Answer stored(Answer none, FromStore question) {
    Path file = state.resolve("state.db");
    if (!Files.exists(file)) {
      return none;
    }
    try (TaskStore store = SqliteTaskStore.left(file)) {
      return question.of(store);
    }
  }
}

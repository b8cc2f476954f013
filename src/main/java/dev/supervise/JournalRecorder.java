package dev.supervise;

import dev.supervise.run.Cause;
import dev.supervise.run.Outcome;
import dev.supervise.run.Request;
import dev.supervise.run.Status;
import dev.supervise.run.SystemClock;
import dev.supervise.run.Transition;
import dev.supervise.spec.Exit;
import dev.supervise.store.Journal;
import dev.supervise.store.JournalEntry;
import dev.supervise.store.JournalSource;
import dev.supervise.text.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Brings what happens into the journal. What is told here costs the teller a few objects; it is
/// put into words, with secrets masked and the last lines of what failed, on the journal's thread.
final class JournalRecorder {
  /// Of what is written or typed.
  private static final int LONGEST_LINE = 500;

  /// Reasons kept with an entry; a tree may be deeper.
  private static final int REASONS = 12;

  /// Failures that get their stack within [#WINDOW] of each other; in a storm the others go
  /// without.
  private static final int STACKS = 50;

  private static final long WINDOW = 100_000_000;

  private final Journal journal;
  private final SystemClock clock;
  private final Secrets secrets;

  /// Why it ends.
  private volatile String shutdown = "nothing was left to run";

  // On the journal's thread.
  private long window;
  private int stacks;

  /// @param secrets what nothing that is written shows
  JournalRecorder(Journal journal, SystemClock clock, Secrets secrets) {
    this.journal = journal;
    this.clock = clock;
    this.secrets = secrets;
  }

  Journal journal() {
    return journal;
  }

  void moved(Transition transition) {
    journal.offer(new Moved(transition));
  }

  void asked(Request request, String by) {
    if (request instanceof Request.Down) {
      shutdown = "asked by " + (by.isEmpty() ? "itself" : by) + ": " + Cause.words(request);
    }
    journal.offer(new Told(JournalEntry.Kind.ASKED, Cause.words(request), by, clock.now()));
  }

  /// The instance has ended; the last thing that is told.
  void ended(Outcome outcome) {
    String code = outcome.exitCode() == 0 ? "" : "exit code " + outcome.exitCode();
    String between = code.isEmpty() || outcome.cause().isEmpty() ? "" : ": ";
    journal.offer(
        new Told(JournalEntry.Kind.ENDED, shutdown, code + between + outcome.cause(), clock.now()));
  }

  void warned(String text) {
    journal.offer(new Told(JournalEntry.Kind.WARNING, text, "", clock.now()));
  }

  void typed(String line, String by) {
    journal.offer(new Told(JournalEntry.Kind.ASKED, line, by, clock.now()));
  }

  private static long wall(long zero, long nanos) {
    return zero + TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  private final class Moved implements JournalSource {
    private final Transition transition;

    Moved(Transition transition) {
      this.transition = transition;
    }

    @Override
    public String path() {
      return transition.path();
    }

    @Override
    public boolean failing() {
      return switch (transition.status()) {
        case FAILED, BACKING_OFF, STUCK, BLOCKED -> true;
        case PENDING, WAITING, STARTING, RUNNING, STOPPING, STOPPED, FINISHED -> false;
      };
    }

    @Override
    public String gist() {
      return transition.status().name() + transition.ready() + transition.cause().text();
    }

    @Override
    public long nanos() {
      return transition.at().toNanos();
    }

    @Override
    public JournalEntry entry(long zero, long first, long last, long times) {
      return new JournalEntry(
          0,
          wall(zero, first),
          JournalEntry.Kind.STATE,
          transition.path(),
          transition.from().word(),
          word(transition),
          secrets.shown(transition.what()),
          secrets.shown(transition.next()),
          reasons(transition.cause(), zero),
          transition.tail().lines(secrets),
          failing() ? stack() : List.of(),
          times,
          wall(zero, last));
    }

    private static String word(Transition transition) {
      boolean unready = transition.status() == Status.RUNNING && !transition.ready();
      return unready ? "not ready" : transition.status().word();
    }

    private List<JournalEntry.Link> reasons(Cause cause, long zero) {
      List<Cause> chain = cause.chain();
      List<JournalEntry.Link> links = new ArrayList<>();
      for (int i = 0; i < chain.size(); i++) {
        // The last one is what began it all.
        if (i < REASONS - 1 || i == chain.size() - 1) {
          Cause link = chain.get(i);
          links.add(
              new JournalEntry.Link(
                  wall(zero, link.at().toNanos()), link.path(), secrets.shown(link.text())));
        }
      }
      return links;
    }

    private List<String> stack() {
      Optional<Exit> exit = transition.exit();
      if (!(exit.orElse(null) instanceof Exit.Threw threw)) {
        return List.of();
      }
      long now = clock.now();
      if (now - window > WINDOW) {
        window = now;
        stacks = 0;
      }
      if (++stacks > STACKS) {
        return List.of();
      }
      return threw.stack(secrets::shown);
    }
  }

  private final class Told implements JournalSource {
    private final JournalEntry.Kind kind;
    private final String what;
    private final String by;
    private final long nanos;

    Told(JournalEntry.Kind kind, String what, String by, long nanos) {
      this.kind = kind;
      this.what = what;
      this.by = by;
      this.nanos = nanos;
    }

    @Override
    public String path() {
      return "";
    }

    @Override
    public boolean failing() {
      return false;
    }

    @Override
    public String gist() {
      return kind + what;
    }

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public JournalEntry entry(long zero, long first, long last, long times) {
      return new JournalEntry(
          0,
          wall(zero, first),
          kind,
          "",
          "",
          "",
          said(),
          secrets.shown(by),
          List.of(),
          List.of(),
          List.of(),
          times,
          wall(zero, nanos));
    }

    private String said() {
      return kind == JournalEntry.Kind.ASKED
          ? secrets.shown(what, LONGEST_LINE)
          : secrets.shown(what);
    }
  }
}

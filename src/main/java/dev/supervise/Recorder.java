package dev.supervise;

import dev.supervise.run.Cause;
import dev.supervise.run.Request;
import dev.supervise.run.Status;
import dev.supervise.run.SystemClock;
import dev.supervise.run.Transition;
import dev.supervise.spec.Exit;
import dev.supervise.spec.Mask;
import dev.supervise.store.Journal;
import dev.supervise.store.JournalEntry;
import dev.supervise.store.Journalled;
import dev.supervise.worker.LogBook;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Brings what happens into the journal. What is told here costs the teller a few objects; it is
/// put into words, with secrets masked and the last lines of what failed, on the journal's thread.
final class Recorder {
  /// Lines of output kept with a failure.
  private static final int LINES = 5;

  private static final int LONGEST_LINE = 500;

  /// Reasons kept with an entry; a tree may be deeper.
  private static final int REASONS = 12;

  /// Failures that get their last lines and stack within [#WINDOW] of each other; in a storm the
  /// others go without.
  private static final int READS = 50;

  private static final long WINDOW = 100_000_000;

  /// What a unit's failure is kept with.
  private record Said(List<String> output, List<String> stack) {
    private static final Said NOTHING = new Said(List.of(), List.of());
  }

  private final Journal journal;
  private final SystemClock clock;
  private final LogBook logs;
  private volatile Mask mask = new Mask(Set.of());
  private long window;
  private int reads;

  Recorder(Journal journal, SystemClock clock, LogBook logs) {
    this.journal = journal;
    this.clock = clock;
    this.logs = logs;
  }

  Journal journal() {
    return journal;
  }

  /// From now on nothing that is written shows these.
  void share(Set<String> secrets) {
    mask = new Mask(secrets);
  }

  void moved(Transition transition) {
    journal.offer(new Moved(transition));
  }

  void asked(Request request, String by) {
    journal.offer(new Told(JournalEntry.Kind.ASKED, Cause.words(request), by, clock.now()));
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

  private final class Moved implements Journalled {
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
    public JournalEntry entry(long zero, long first, long times) {
      Said said = failing() ? said() : Said.NOTHING;
      return new JournalEntry(
          0,
          wall(zero, first),
          JournalEntry.Kind.STATE,
          transition.path(),
          transition.from().word(),
          word(transition),
          mask.of(transition.what()),
          mask.of(transition.next()),
          reasons(transition.cause(), zero),
          said.output(),
          said.stack(),
          times,
          wall(zero, nanos()));
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
                  wall(zero, link.at().toNanos()), link.path(), mask.of(link.text())));
        }
      }
      return links;
    }

    private Said said() {
      long now = clock.now();
      if (now - window > WINDOW) {
        window = now;
        reads = 0;
      }
      if (++reads > READS) {
        return Said.NOTHING;
      }
      List<String> stack =
          transition.exit().map(Exit::stack).orElse(List.of()).stream().map(mask::of).toList();
      // The stack stands in the log too, behind what the function wrote itself.
      List<String> output = new ArrayList<>(logs.last(transition.path(), LINES + stack.size()));
      while (!output.isEmpty() && stack.contains(output.getLast())) {
        output.removeLast();
      }
      return new Said(
          output.subList(Math.max(0, output.size() - LINES), output.size()).stream()
              .map(line ->
                  line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line)
              .toList(),
          stack);
    }
  }

  private final class Told implements Journalled {
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
    public JournalEntry entry(long zero, long first, long times) {
      return new JournalEntry(
          0,
          wall(zero, first),
          kind,
          "",
          "",
          "",
          mask.of(what),
          mask.of(by),
          List.of(),
          List.of(),
          List.of(),
          times,
          wall(zero, nanos));
    }
  }
}

package dev.supervise.repl;

import dev.supervise.control.Answer;
import dev.supervise.control.Connection;
import dev.supervise.control.Outstanding;
import dev.supervise.control.Query;
import dev.supervise.control.UnitView;
import dev.supervise.control.Which;
import dev.supervise.run.SystemClock;
import dev.supervise.run.Until;
import dev.supervise.spec.Spans;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// Waits for an answer that may take its time, and says meanwhile what it waits for. On the thread
/// of a verb.
public final class Progress {
  /// What is answered sooner needs no explanation.
  private static final long FIRST_MILLIS = 300;

  private static final long STEP_MILLIS = 500;

  /// A look that takes longer than this is left out.
  private static final long LOOK_MILLIS = 2000;

  /// What is looked at meanwhile.
  public interface Subject {
    /// Asks how it stands: [Query.Tree] about units.
    Query query();

    /// What the answer says is waited for: `'api' waits for db`.
    Awaited awaited(Answer answer);
  }

  private Progress() {}

  /// Units that are to become something.
  public static Subject units(Which which, Until until) {
    return units(which, units -> Outstanding.of(units, until, !which.all()));
  }

  /// Units that are on their way to something.
  public static Subject moving(Which which) {
    return units(which, Outstanding::moving);
  }

  private static Subject units(Which which, Function<List<UnitView>, List<Outstanding.Unit>> open) {
    return new Subject() {
      @Override
      public Query query() {
        return new Query.Tree(which);
      }

      @Override
      public Awaited awaited(Answer answer) {
        if (!(answer instanceof Answer.Tree(var _, List<UnitView> units))) {
          return Awaited.NOTHING;
        }
        List<Outstanding.Unit> of = open.apply(units);
        return new Awaited(Outstanding.text(of), Outstanding.failures(of));
      }
    };
  }

  /// Asks and waits; interrupted, the question is withdrawn.
  ///
  /// @param order what goes on when `limit` has passed: `the restart`
  /// @param limit how long it is waited for; an order is carried out all the same
  public static Answer await(
      Connection connection,
      Query query,
      Subject subject,
      String order,
      Optional<Duration> limit,
      Verb.Out out)
      throws InterruptedException {
    CompletableFuture<Answer> answer = connection.ask(query);
    SystemClock clock = new SystemClock();
    long end = limit.map(most -> clock.now() + most.toNanos()).orElse(Long.MAX_VALUE);
    long step = FIRST_MILLIS;
    Awaited said = Awaited.NOTHING;
    try {
      while (true) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - clock.now());
        if (left <= 0) {
          return late(order, limit.orElseThrow(), look(connection, subject).text());
        }
        Optional<Answer> come = get(answer, Math.min(step, left));
        if (come.isPresent()) {
          return come.get();
        }
        if (left > step) {
          Awaited now = look(connection, subject);
          said = now.nothing() ? said : now;
          out.waiting(said);
        }
        step = STEP_MILLIS;
      }
    } catch (InterruptedException e) {
      answer.cancel(false);
      throw e;
    } finally {
      out.waiting(Awaited.NOTHING);
    }
  }

  private static Answer late(String order, Duration limit, String open) {
    return new Answer.TimedOut(
        "not within "
            + Spans.text(limit)
            + "; "
            + order
            + " goes on"
            + (open.isEmpty() ? "" : ": " + open));
  }

  private static Optional<Answer> get(CompletableFuture<Answer> answer, long millis)
      throws InterruptedException {
    try {
      return Optional.of(answer.get(Math.max(1, millis), TimeUnit.MILLISECONDS));
    } catch (TimeoutException notYet) {
      return Optional.empty();
    } catch (ExecutionException | CancellationException e) {
      return Optional.of(new Answer.Gone("withdrawn: " + e.getMessage()));
    }
  }

  private static Awaited look(Connection connection, Subject subject) throws InterruptedException {
    return get(connection.ask(subject.query()), LOOK_MILLIS)
        .map(subject::awaited)
        .orElse(Awaited.NOTHING);
  }
}

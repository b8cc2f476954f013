package dev.supervise.verb;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Outstanding;
import dev.supervise.control.protocol.Query;
import dev.supervise.run.Selector;
import dev.supervise.run.SystemClock;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.run.Until;
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
  public static Subject units(Selector which, Until until) {
    return units(which, units -> Outstanding.of(units, until, !which.all()));
  }

  /// Units that are on their way to something.
  public static Subject moving(Selector which) {
    return units(which, Outstanding::moving);
  }

  private static Subject units(
      Selector which, Function<List<UnitSnapshot>, List<Outstanding.Unit>> open) {
    return new Subject() {
      @Override
      public Query query() {
        return new Query.Tree(which);
      }

      @Override
      public Awaited awaited(Answer answer) {
        if (!(answer instanceof Answer.Tree(var _, List<UnitSnapshot> units))) {
          return Awaited.NOTHING;
        }
        List<Outstanding.Unit> of = open.apply(units);
        return new Awaited(Outstanding.text(of), Outstanding.failures(of));
      }
    };
  }

  /// Asks and waits, by a clock of our own: without a limit as long as the instance is alive (see
  /// [Pulse]), with one no longer, whatever has become of it. Interrupted, the question is
  /// withdrawn.
  ///
  /// @param order what goes on when `limit` has passed: `the restart`; empty where the instance
  ///   keeps the limit, too, and has more to say than we
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
    Duration courtesy = order.isEmpty() ? Pulse.COURTESY : Duration.ZERO;
    long end =
        limit.map(most -> clock.now() + most.plus(courtesy).toNanos()).orElse(Long.MAX_VALUE);
    Pulse pulse = new Pulse(connection);
    long step = FIRST_MILLIS;
    Awaited said = Awaited.NOTHING;
    try {
      while (true) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - clock.now());
        if (left <= 0) {
          answer.cancel(false);
          return late(connection, subject, order, limit.orElseThrow());
        }
        Optional<Answer> come = get(answer, Math.min(step, left));
        if (come.isPresent()) {
          return come.get();
        }
        if (left > step) {
          Optional<Answer> seen = look(connection, subject, Math.min(LOOK_MILLIS, left));
          Awaited now = seen.map(subject::awaited).orElse(Awaited.NOTHING);
          said = now.nothing() ? said : now;
          out.waiting(said);
          if (seen.isPresent()) {
            pulse.felt();
          } else if (limit.isEmpty()) {
            Optional<String> dead = pulse.dead();
            if (dead.isPresent() && !answer.isDone()) {
              answer.cancel(false);
              return new Answer.TimedOut("not waited for any longer: " + dead.get());
            }
          }
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

  private static Answer late(Connection connection, Subject subject, String order, Duration limit)
      throws InterruptedException {
    // Why, if that shows at once: the time is up.
    Optional<String> trouble = connection.trouble(Pulse.COURTESY);
    if (trouble.isPresent()) {
      return Answer.TimedOut.within(limit, ": " + trouble.get());
    }
    Optional<Answer> seen = look(connection, subject, LOOK_MILLIS);
    String open = seen.map(subject::awaited).orElse(Awaited.NOTHING).text();
    return Answer.TimedOut.within(
        limit,
        "; "
            + (order.isEmpty() ? "it goes on" : order + " goes on")
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

  private static Optional<Answer> look(Connection connection, Subject subject, long millis)
      throws InterruptedException {
    CompletableFuture<Answer> look = connection.ask(subject.query());
    Optional<Answer> seen = get(look, millis);
    if (seen.isEmpty()) {
      look.cancel(false);
    }
    return seen;
  }
}

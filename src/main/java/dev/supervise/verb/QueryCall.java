package dev.supervise.verb;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.FeedItem;
import dev.supervise.control.protocol.Following;
import dev.supervise.control.protocol.Query;
import dev.supervise.run.ExitCodes;
import dev.supervise.text.DurationText;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// One question of a verb and what becomes of its answer, by a clock of our own: an instance that
/// is stopped, frozen or half dead holds nobody up. What only looks is answered within [#LOOK];
/// what waits goes on waiting, but asks every [Pulse#EVERY] whether the instance is alive; a limit
/// that was given holds in any case.
///
/// No pattern switch where all goes well: the first one costs a client that has just started 15 ms.
public final class QueryCall {
  /// How long an answer may take that only needs to look.
  static final Duration LOOK = Duration.ofSeconds(10);

  private QueryCall() {}

  /// Waits for the answer; interrupted, it is withdrawn.
  public static Answer ask(Connection connection, Query query) throws InterruptedException {
    return ask(connection, query, Optional.empty(), "it goes on");
  }

  /// The same, for at most so long.
  ///
  /// @param late what is said of a limit that has passed while the instance is well
  public static Answer ask(
      Connection connection, Query query, Optional<Duration> limit, String late)
      throws InterruptedException {
    CompletableFuture<Answer> answer = connection.ask(query);
    try {
      if (limit.isPresent()) {
        return within(
            connection,
            answer,
            limit.get().plus(Pulse.COURTESY),
            trouble ->
                Answer.TimedOut.within(
                    limit.get(), trouble.map(why -> ": " + why).orElse("; " + late)));
      }
      return query.looks()
          ? within(
              connection,
              answer,
              LOOK,
              trouble ->
                  new Answer.TimedOut(
                      "the instance (pid "
                          + connection.instance().pid()
                          + ") has not answered within "
                          + DurationText.text(LOOK)
                          + trouble.map(why -> ": " + why).orElse("")))
          : patiently(connection, answer);
    } catch (InterruptedException e) {
      answer.cancel(false);
      throw e;
    } catch (ExecutionException | CancellationException e) {
      return new Answer.Gone("withdrawn: " + e.getMessage());
    }
  }

  private static Answer within(
      Connection connection,
      CompletableFuture<Answer> answer,
      Duration limit,
      Function<Optional<String>, Answer> late)
      throws InterruptedException, ExecutionException {
    try {
      return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(false);
      // Why, if that shows at once: the time is up.
      return late.apply(connection.trouble(Pulse.COURTESY));
    }
  }

  private static Answer patiently(Connection connection, CompletableFuture<Answer> answer)
      throws InterruptedException, ExecutionException {
    Pulse pulse = new Pulse(connection);
    while (true) {
      try {
        return answer.get(Pulse.EVERY.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        Optional<String> dead = pulse.dead();
        if (dead.isPresent() && !answer.isDone()) {
          answer.cancel(false);
          return new Answer.TimedOut("not waited for any longer: " + dead.get());
        }
      }
    }
  }

  /// The next of what is followed; where nothing comes, and the instance is not alive any more, the
  /// end of it.
  ///
  /// @return empty when nothing has come for some seconds
  public static Optional<FeedItem> next(Following following, Pulse pulse)
      throws InterruptedException {
    Optional<FeedItem> item = following.next(Pulse.EVERY);
    if (item.isPresent()) {
      pulse.felt();
      return item;
    }
    return pulse.dead().map(FeedItem.End::new);
  }

  /// Carries out what is answered with one sentence.
  static int order(Connection connection, Query query, Verb.Out out) throws InterruptedException {
    return told(ask(connection, query), out);
  }

  private static int told(Answer answer, Verb.Out out) {
    if (!(answer instanceof Answer.Done(String text))) {
      return refused(answer, out);
    }
    out.line(text);
    return ExitCodes.FINE;
  }

  /// The same of an order that takes its time; see [Progress#await].
  static int order(
      Connection connection,
      Query query,
      Progress.Subject subject,
      String order,
      Optional<Duration> limit,
      Verb.Out out)
      throws InterruptedException {
    return told(Progress.await(connection, query, subject, order, limit, out), out);
  }

  /// Says why not.
  ///
  /// @return the exit code
  public static int refused(Answer answer, Verb.Out out) {
    if (!(answer instanceof Answer.Refusal refusal)) {
      return unexpected(answer, out);
    }
    out.problem(refusal.why());
    return switch (refusal) {
      case Answer.Refused _, Answer.Failed _ -> ExitCodes.FAILED;
      case Answer.Wrong _, Answer.ScriptWrong _ -> ExitCodes.WRONG;
      case Answer.NoSuchUnit _ -> ExitCodes.NO_SUCH_UNIT;
      case Answer.TimedOut _ -> ExitCodes.TIMED_OUT;
      case Answer.Gone _ -> ExitCodes.NOTHING_RUNS;
    };
  }

  /// An instance of the same protocol version does not answer so.
  static int unexpected(Answer answer, Verb.Out out) {
    out.problem("the instance answered something else: " + answer.getClass().getSimpleName());
    return ExitCodes.FAILED;
  }
}

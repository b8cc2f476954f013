package dev.supervise.repl;

import dev.supervise.control.Answer;
import dev.supervise.control.Connection;
import dev.supervise.control.Query;
import dev.supervise.spec.Spans;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// One question of a verb and what becomes of its answer. No pattern switch where all goes well:
/// the first one costs a client that has just started 15 ms.
final class Exchange {
  /// Not done, or done without the success that was asked for.
  static final int FAILED = 1;

  static final int WRONG = 2;
  static final int NOTHING_RUNS = 3;
  static final int NO_SUCH_UNIT = 4;
  static final int TIMED_OUT = 124;

  private Exchange() {}

  /// Waits for the answer; interrupted, it is withdrawn.
  static Answer ask(Connection connection, Query query) throws InterruptedException {
    return await(connection.ask(query));
  }

  private static Answer await(CompletableFuture<Answer> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      answer.cancel(false);
      throw e;
    } catch (ExecutionException | CancellationException e) {
      return new Answer.Gone("withdrawn: " + e.getMessage());
    }
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
    return 0;
  }

  /// The same, for at most so long: the order itself is carried out all the same.
  static int order(Connection connection, Query query, Optional<Duration> limit, Verb.Out out)
      throws InterruptedException {
    if (limit.isEmpty()) {
      return order(connection, query, out);
    }
    CompletableFuture<Answer> answer = connection.ask(query);
    Answer late = new Answer.TimedOut("not within " + Spans.text(limit.get()) + "; it goes on");
    answer.completeOnTimeout(late, limit.get().toNanos(), TimeUnit.NANOSECONDS);
    return told(await(answer), out);
  }

  /// Says why not.
  ///
  /// @return the exit code
  static int refused(Answer answer, Verb.Out out) {
    if (!(answer instanceof Answer.Refusal refusal)) {
      return unexpected(answer, out);
    }
    out.problem(refusal.why());
    return switch (refusal) {
      case Answer.Refused _, Answer.Failed _ -> FAILED;
      case Answer.Wrong _, Answer.ScriptWrong _ -> WRONG;
      case Answer.NoSuchUnit _ -> NO_SUCH_UNIT;
      case Answer.TimedOut _ -> TIMED_OUT;
      case Answer.Gone _ -> NOTHING_RUNS;
    };
  }

  /// An instance of the same protocol version does not answer so.
  static int unexpected(Answer answer, Verb.Out out) {
    out.problem("the instance answered something else: " + answer.getClass().getSimpleName());
    return FAILED;
  }
}

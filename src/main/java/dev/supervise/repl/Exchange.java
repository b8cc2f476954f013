package dev.supervise.repl;

import dev.supervise.control.Answer;
import dev.supervise.control.Connection;
import dev.supervise.control.Query;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// One question of a verb and what becomes of its answer.
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
    CompletableFuture<Answer> answer = connection.ask(query);
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
    return switch (ask(connection, query)) {
      case Answer.Done(String text) -> {
        out.line(text);
        yield 0;
      }
      case Answer.Refusal refusal -> refused(refusal, out);
      case Answer other -> unexpected(other, out);
    };
  }

  /// Says why not.
  ///
  /// @return the exit code
  static int refused(Answer.Refusal refusal, Verb.Out out) {
    out.problem(refusal.why());
    return switch (refusal) {
      case Answer.Refused _, Answer.Failed _ -> FAILED;
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

package dev.supervise.verb;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Query;
import dev.supervise.run.UnitSnapshot;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// Asks and waits, for code that wants its answer here and now.
public final class Asking {
  private Asking() {}

  /// @throws CancellationException interrupted; the flag is set again
  public static Answer answer(Connection connection, Query query) {
    CompletableFuture<Answer> asked = connection.ask(query);
    try {
      return asked.get();
    } catch (InterruptedException e) {
      asked.cancel(false);
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /// @throws IllegalStateException it is no tree, but a refusal
  public static List<UnitSnapshot> units(Answer answer) {
    if (answer instanceof Answer.Tree(var _, List<UnitSnapshot> units)) {
      return units;
    }
    throw new IllegalStateException(
        answer instanceof Answer.Refusal refusal
            ? refusal.why()
            : "asked for units, was told else");
  }
}

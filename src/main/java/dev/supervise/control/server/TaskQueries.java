package dev.supervise.control.server;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Query;
import dev.supervise.control.protocol.TaskView;
import dev.supervise.store.AttemptRow;
import dev.supervise.store.StoreFailure;
import dev.supervise.store.TaskRow;
import dev.supervise.store.TaskState;
import dev.supervise.store.TaskStore;
import dev.supervise.task.InvalidParams;
import dev.supervise.task.InvalidTaskIdException;
import dev.supervise.task.NoSuchTask;
import dev.supervise.task.TaskEngine;
import dev.supervise.task.TaskRefused;
import dev.supervise.task.UnknownTaskType;
import dev.supervise.text.DurationText;
import dev.supervise.text.InvalidJson;
import dev.supervise.text.Json;
import dev.supervise.text.Printable;
import dev.supervise.text.Secrets;
import dev.supervise.vital.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Answers what is asked about durable tasks, on threads that may wait for the disk.
final class TaskQueries {
  private static final int MOST = 100_000;
  private static final Timer TIMER = new Timer();

  private final TaskEngine tasks;
  private final Secrets secrets;

  private TaskQueries(TaskEngine tasks, Secrets secrets) {
    this.tasks = tasks;
    this.secrets = secrets;
  }

  static CompletableFuture<Answer> answer(InstanceApi desk, Query.OfTasks query) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    AnswerThreads.WAITING.execute(() -> {
      TaskQueries asked = new TaskQueries(desk.engine().tasks(), desk.secrets());
      try {
        asked.carryOut(query, answer);
      } catch (NoSuchTask e) {
        answer.complete(new Answer.NoSuchUnit(asked.text(e)));
      } catch (InvalidTaskIdException | InvalidParams | UnknownTaskType | InvalidJson e) {
        answer.complete(new Answer.Wrong(asked.text(e)));
      } catch (TaskRefused | StoreFailure e) {
        answer.complete(new Answer.Refused(asked.text(e)));
      } catch (RuntimeException | Error e) {
        answer.completeExceptionally(e);
      }
    });
    return answer;
  }

  private String text(RuntimeException e) {
    return secrets.shown(String.valueOf(e.getMessage()));
  }

  private void carryOut(Query.OfTasks query, CompletableFuture<Answer> answer) {
    switch (query) {
      case Query.SubmitTask(String type, String params, var words, String id) -> {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(tasks.typed(type, words));
        if (!params.isEmpty()) {
          all.putAll(Json.object(params));
        }
        UUID submitted = tasks.submit(type, all, id.isEmpty() ? Optional.empty() : Optional.of(id));
        answer.complete(one(submitted));
      }
      case Query.ListTasks list -> answer.complete(list(list));
      case Query.ShowTask(String id) -> answer.complete(one(id(id)));
      case Query.CancelTask(String id) ->
          answer.complete(answer(List.of(view(tasks.cancel(id(id)), List.of()))));
      case Query.DeleteTask(String id) -> {
        tasks.delete(id(id));
        answer.complete(new Answer.Done("deleted task " + id));
      }
      case Query.AwaitTask(String id, Optional<Duration> timeout) -> await(id(id), timeout, answer);
    }
  }

  private Answer list(Query.ListTasks query) {
    return list(
        query,
        (filter, before, limit) ->
            answer(
                tasks.list(filter, before, limit).stream()
                    .map(row -> view(row, List.of()))
                    .toList()));
  }

  /// A page of a record of tasks.
  interface Page {
    Answer of(TaskStore.Filter filter, OptionalLong before, int limit);
  }

  /// What is asked for, put as a record of tasks is asked.
  static Answer list(Query.ListTasks query, Page page) {
    Optional<TaskState> state = state(query.state());
    if (!query.state().isEmpty() && state.isEmpty()) {
      return noState(query.state());
    }
    return page.of(
        new TaskStore.Filter(given(query.type()), state),
        query.before() > 0 ? OptionalLong.of(query.before()) : OptionalLong.empty(),
        Math.clamp(query.limit(), 1, MOST));
  }

  private void await(UUID id, Optional<Duration> timeout, CompletableFuture<Answer> answer) {
    CompletableFuture<TaskRow> over = tasks.over(id);
    over.thenAccept(row -> answer.complete(answer(List.of(view(row, List.of())))));
    timeout.ifPresent(limit -> {
      Runnable cancel =
          TIMER.after(
              limit,
              () ->
                  answer.complete(
                      new Answer.TimedOut(
                          "task " + id + " is not over within " + DurationText.exact(limit))));
      answer.whenComplete((_, _) -> cancel.run());
    });
    // Whoever waits no longer leaves nothing behind.
    answer.whenComplete((_, _) -> over.cancel(false));
  }

  static UUID id(String text) {
    return TaskEngine.id(text);
  }

  private static Optional<String> given(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static Optional<TaskState> state(String word) {
    for (TaskState state : TaskState.values()) {
      if (state.word().equals(word)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }

  /// No such word, and which there are.
  private static Answer noState(String word) {
    List<String> words = Arrays.stream(TaskState.values()).map(TaskState::word).toList();
    return new Answer.Wrong("no state '" + word + "'; allowed are " + String.join(", ", words));
  }

  private Answer one(UUID id) {
    TaskRow row = tasks.find(id).orElseThrow(() -> new NoSuchTask("there is no task " + id));
    return answer(List.of(view(row, tasks.attempts(id))));
  }

  private Answer answer(List<TaskView> views) {
    return new Answer.Tasks(views, tasks.readiness().word());
  }

  private TaskView view(TaskRow row, List<AttemptRow> attempts) {
    return view(row, attempts, row.state().over() ? "" : tasks.waits(row.id()), secrets);
  }

  /// @param waits what it waits for; empty for nothing
  static TaskView view(TaskRow row, List<AttemptRow> attempts, String waits, Secrets secrets) {
    return new TaskView(
        row.id().toString(),
        row.seq(),
        row.type(),
        Printable.line(secrets.mask(row.params())),
        row.state().word(),
        row.attempt(),
        row.tally().crashes(),
        row.submittedAt(),
        row.startedAt(),
        row.completedAt(),
        row.due(),
        secrets.shown(row.error()),
        Printable.line(secrets.mask(row.result())),
        row.fraction(),
        secrets.shown(row.said()),
        secrets.shown(waits),
        attempts.stream()
            .map(each ->
                new TaskView.Past(
                    each.number(),
                    each.startedAt(),
                    each.endedAt(),
                    each.outcome(),
                    secrets.shown(each.error())))
            .toList());
  }
}

package dev.supervise.verb;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Query;
import dev.supervise.control.protocol.TaskView;
import dev.supervise.render.TaskTexts;
import dev.supervise.run.ExitCodes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `task submit import url=x`, `task list`, `task show ID`, `task cancel ID`, `task delete ID`.
final class TaskVerb implements Verb {
  /// The longest parameters that are taken, in bytes as they were given.
  private static final int LONGEST = 1 << 20;

  /// So much is read to be able to say how much it is.
  private static final int MOST_READ = 64 << 20;

  @Override
  public String name() {
    return "task";
  }

  @Override
  public String purpose() {
    return "durable tasks: submit one, list them, show, cancel or delete one";
  }

  @Override
  public Operand operand() {
    return Operand.TEXT;
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.chosen(
            "submit",
            "TYPE [KEY=VALUE...]",
            Option.of(
                "TEXT|-", "its parameters as JSON; - reads them from standard input", "--json"),
            Option.of("UUID", "its id: a second submission of the same id is the first", "--id"),
            Option.flag("until it is over", "--wait"),
            Option.TIMEOUT.with("--wait")),
        Usage.chosen(
            "list",
            "",
            Option.of("TYPE", "only tasks of this type", "--type"),
            Option.of("STATE", "only tasks in this state", "--state"),
            Option.of("50", "the last so many", "-n"),
            Option.JSON,
            Option.NAMES),
        Usage.chosen("show", "ID", Option.JSON),
        Usage.chosen("cancel", "ID..."),
        Usage.chosen("delete", "ID..."));
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    return switch (options.usage().word()) {
      case "submit" -> submit(connection, options, out);
      case "list" -> list(connection, options, out);
      case "show" -> show(connection, options, out);
      case "cancel" -> each(connection, options, out, Query.CancelTask::new);
      default -> each(connection, options, out, Query.DeleteTask::new);
    };
  }

  @Override
  public boolean readsThePast(Options options) {
    return Set.of("list", "show").contains(options.usage().word());
  }

  // ---- submit

  private static int submit(Connection connection, Options options, Out out)
      throws InterruptedException {
    if (options.words().isEmpty()) {
      throw new Options.Wrong("missing: a task type");
    }
    Optional<Duration> limit = options.span("--timeout");
    String params = params(options);
    Map<String, String> pairs =
        Options.pairs("", options.words().subList(1, options.words().size()), "url=x");
    long size = size(params);
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      size += size(pair.getKey()) + size(pair.getValue());
    }
    if (size > LONGEST) {
      throw new Options.Wrong(
          "the parameters are "
              + size
              + " bytes long, and up to "
              + LONGEST
              + " (1 MB) are taken; nothing was submitted. Pass the name of a file");
    }
    Query submission =
        new Query.SubmitTask(
            options.words().getFirst(), params, pairs, options.value("--id").orElse(""));
    return switch (QueryCall.ask(connection, submission)) {
      case Answer.Tasks(List<TaskView> tasks, String _) -> {
        String id = tasks.getFirst().id();
        out.line(id);
        yield options.has("--wait") ? wait(connection, id, limit, out) : ExitCodes.FINE;
      }
      case Answer.Refusal refusal -> QueryCall.refused(refusal, out);
      case Answer other -> QueryCall.unexpected(other, out);
    };
  }

  private static long size(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static String params(Options options) {
    Optional<String> json = options.value("--json");
    if (json.isEmpty() || !json.get().equals("-")) {
      return json.orElse("");
    }
    try {
      byte[] read = System.in.readNBytes(MOST_READ + 1);
      if (read.length > MOST_READ) {
        throw new Options.Wrong(
            "--json -: standard input is longer than "
                + MOST_READ
                + " bytes, and parameters up to "
                + LONGEST
                + " (1 MB) are taken; nothing was submitted");
      }
      return new String(read, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new Options.Wrong("--json -: standard input cannot be read: " + e.getMessage());
    }
  }

  private static int wait(Connection connection, String id, Optional<Duration> limit, Out out)
      throws InterruptedException {
    Answer over =
        Progress.await(connection, new Query.AwaitTask(id, limit), new Waited(id), "", limit, out);
    return switch (over) {
      case Answer.Tasks(List<TaskView> tasks, String _) -> {
        TaskView task = tasks.getFirst();
        if (task.state().equals("completed")) {
          out.line(
              TaskTexts.took(task) + (task.result().equals("null") ? "" : ": " + task.result()));
          yield ExitCodes.FINE;
        }
        out.problem("task " + id + " has " + task.state() + ": " + task.error());
        yield ExitCodes.FAILED;
      }
      case Answer.Refusal refusal -> QueryCall.refused(refusal, out);
      case Answer other -> QueryCall.unexpected(other, out);
    };
  }

  /// A task that is waited for.
  private record Waited(String id) implements Progress.Subject {
    @Override
    public Query query() {
      return new Query.ShowTask(id);
    }

    @Override
    public Awaited awaited(Answer answer) {
      return answer instanceof Answer.Tasks(List<TaskView> tasks, String _)
          ? Awaited.of(TaskTexts.standing(tasks.getFirst()))
          : Awaited.NOTHING;
    }
  }

  // ---- look

  private static int list(Connection connection, Options options, Out out)
      throws InterruptedException {
    options.words(0, 0, "list alone");
    int most = Options.number("-n", options.value("-n").orElse("50"), 1, 100_000);
    Query query =
        new Query.ListTasks(
            options.value("--type").orElse(""), options.value("--state").orElse(""), 0, most);
    return switch (QueryCall.ask(connection, query)) {
      case Answer.Tasks(List<TaskView> tasks, String readiness) -> {
        if (options.has("--json")) {
          out.line(TaskTexts.json(connection.instance(), tasks, readiness));
        } else if (options.has("-q")) {
          tasks.forEach(task -> out.line(task.id()));
        } else {
          out.lines(TaskTexts.table(tasks, out.canvas()));
        }
        yield ExitCodes.FINE;
      }
      case Answer.Refusal refusal -> QueryCall.refused(refusal, out);
      case Answer other -> QueryCall.unexpected(other, out);
    };
  }

  private static int show(Connection connection, Options options, Out out)
      throws InterruptedException {
    String id = options.words(1, 1, "a task's id").getFirst();
    return switch (QueryCall.ask(connection, new Query.ShowTask(id))) {
      case Answer.Tasks(List<TaskView> tasks, String readiness) -> {
        if (options.has("--json")) {
          out.line(TaskTexts.json(connection.instance(), tasks, readiness));
        } else {
          out.lines(TaskTexts.whole(tasks.getFirst()));
        }
        yield ExitCodes.FINE;
      }
      case Answer.Refusal refusal -> QueryCall.refused(refusal, out);
      case Answer other -> QueryCall.unexpected(other, out);
    };
  }

  // ---- change

  private interface Change {
    Query of(String id);
  }

  private static int each(Connection connection, Options options, Out out, Change change)
      throws InterruptedException {
    List<String> ids = options.words(1, Integer.MAX_VALUE, "a task's id");
    int code = ExitCodes.FINE;
    for (String id : ids) {
      int one =
          switch (QueryCall.ask(connection, change.of(id))) {
            case Answer.Tasks(List<TaskView> tasks, String _) -> {
              out.line("cancelled task " + tasks.getFirst().id());
              yield ExitCodes.FINE;
            }
            case Answer.Done(String text) -> {
              out.line(text);
              yield ExitCodes.FINE;
            }
            case Answer.Refusal refusal -> QueryCall.refused(refusal, out);
            case Answer other -> QueryCall.unexpected(other, out);
          };
      code = code == ExitCodes.FINE ? one : code;
    }
    return code;
  }
}

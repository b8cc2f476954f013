package dev.supervise.control.server;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Query;
import dev.supervise.control.protocol.RecordCodec;
import dev.supervise.control.protocol.ScheduleView;
import dev.supervise.spec.ScheduleSpec;
import dev.supervise.spec.ScheduleSpec.When;
import dev.supervise.store.StoreFailure;
import dev.supervise.task.NoSuchTask;
import dev.supervise.task.Schedules;
import dev.supervise.task.TaskRefused;
import dev.supervise.text.DurationText;
import dev.supervise.text.Json;
import dev.supervise.text.Printable;
import dev.supervise.text.Secrets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/// Answers what is asked about schedules, on threads that may wait for the disk.
final class ScheduleQueries {
  private final InstanceApi desk;
  private final Secrets secrets;

  private ScheduleQueries(InstanceApi desk) {
    this.desk = desk;
    this.secrets = desk.secrets();
  }

  static CompletableFuture<Answer> answer(InstanceApi desk, Query.OfSchedules query) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    AnswerThreads.WAITING.execute(() -> {
      ScheduleQueries asked = new ScheduleQueries(desk);
      try {
        answer.complete(asked.carryOut(query));
      } catch (NoSuchTask e) {
        answer.complete(new Answer.NoSuchUnit(asked.text(e)));
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

  private Answer carryOut(Query.OfSchedules query) {
    return switch (query) {
      case Query.ListSchedules() ->
          new Answer.Schedules(
              desk.engine().schedules().map(Schedules::list).orElse(List.of()).stream()
                  .map(this::view)
                  .toList());
      case Query.RunSchedule(String name) ->
          new Answer.Done("schedule '" + name + "' has submitted task " + named(name).run(name));
      case Query.SuspendSchedule(String name) ->
          new Answer.Done(
              "schedule '"
                  + name
                  + (named(name).suspend(name) ? "' is suspended" : "' was suspended already"));
      case Query.ResumeSchedule(String name) ->
          new Answer.Done(
              "schedule '"
                  + name
                  + (named(name).resume(name) ? "' is resumed" : "' was not suspended"));
    };
  }

  private Schedules named(String name) {
    Optional<Schedules> schedules = desk.engine().schedules();
    return schedules.orElseThrow(() ->
        new NoSuchTask(
            "there is no schedule '" + Printable.line(name) + "': the script declares none"));
  }

  private ScheduleView view(Schedules.Standing standing) {
    ScheduleSpec spec = standing.spec();
    return new ScheduleView(
        spec.name(),
        text(spec.when()),
        spec.type(),
        secrets.mask(Json.write(spec.params())),
        RecordCodec.word(spec.overlap()),
        RecordCodec.word(spec.missed()),
        standing.row().suspended(),
        standing.row().lastFire(),
        standing.row().nextFire(),
        standing.row().lastTask().map(UUID::toString).orElse(""));
  }

  private static String text(When when) {
    return switch (when) {
      case When.Every(Duration period) -> "every " + DurationText.exact(period);
      case When.Cron(String text, ZoneId zone) -> "cron " + text.strip() + " (" + zone + ")";
    };
  }
}

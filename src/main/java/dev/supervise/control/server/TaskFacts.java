package dev.supervise.control.server;

import dev.supervise.control.protocol.RecordCodec;
import dev.supervise.spec.Pause;
import dev.supervise.spec.ScheduleSpec;
import dev.supervise.spec.ScheduleSpec.When;
import dev.supervise.spec.TaskSpec;
import dev.supervise.spec.TaskSpec.Keep;
import dev.supervise.text.DurationText;
import dev.supervise.text.Json;
import dev.supervise.text.Secrets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a task type or a schedule was understood to be, word by word in the language of scripts,
/// defaults included.
public final class TaskFacts {
  private TaskFacts() {}

  public static Map<String, String> of(TaskSpec task) {
    Map<String, String> facts = new LinkedHashMap<>();
    @Nullable Class<?> params = task.params();
    if (params != null) {
      facts.put("params", params.getSimpleName());
    }
    int times = task.retry().times();
    if (times > 0) {
      switch (task.retry().pause()) {
        case Pause.Delay(Duration pause) ->
            facts.put("retry", times + ", delay: " + DurationText.exact(pause));
        case Pause.Backoff(Duration initial, Duration max, double factor, double jitter, var _) -> {
          facts.put("retry", Integer.toString(times));
          facts.put(
              "backoff",
              "initial: "
                  + DurationText.exact(initial)
                  + ", max: "
                  + DurationText.exact(max)
                  + ", factor: "
                  + factor
                  + ", jitter: "
                  + jitter);
        }
      }
    }
    task.timeout().ifPresent(limit -> facts.put("timeout", DurationText.exact(limit)));
    task.concurrency().ifPresent(most -> facts.put("concurrency", Integer.toString(most)));
    facts.put(
        "keep",
        switch (task.keep()) {
          case Keep.For(Duration time) -> DurationText.exact(time);
          case Keep.Newest(int count) -> Integer.toString(count);
          case Keep.Forever() -> "forever";
        });
    return facts;
  }

  /// @param secrets what may not be shown
  public static Map<String, String> of(ScheduleSpec schedule, Secrets secrets) {
    Map<String, String> facts = new LinkedHashMap<>();
    switch (schedule.when()) {
      case When.Cron(String text, ZoneId zone) ->
          facts.put("cron", text.strip() + ", zone: " + zone);
      case When.Every(Duration period) -> facts.put("every", DurationText.exact(period));
    }
    facts.put("overlap", RecordCodec.word(schedule.overlap()));
    facts.put("missed", RecordCodec.word(schedule.missed()));
    facts.put(
        "submit",
        schedule.params().isEmpty()
            ? schedule.type()
            : schedule.type() + " " + secrets.mask(Json.write(schedule.params())));
    return facts;
  }
}

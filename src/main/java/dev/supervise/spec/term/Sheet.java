package dev.supervise.spec.term;

import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.Pause;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.ScheduleSpec.When;
import dev.supervise.spec.StopProgram;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.TaskSpec.Retry;
import dev.supervise.spec.UnitSpec;
import dev.supervise.text.DurationText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The facts of one unit, task or schedule while they are being gathered.
///
/// @param spec whose they are
/// @param path the full name of a unit; empty for the root
/// @param facts those there are so far
record Sheet(Object spec, String path, ValueText text, Map<String, Object> facts) {
  Sheet(Object spec, String path, ValueText text) {
    this(spec, path, text, new LinkedHashMap<>());
  }

  /// @param value a text, or a list of texts, which is left out where it is empty
  void put(String word, Object value) {
    if (!value.equals(List.of())) {
      facts.put(word, value);
    }
  }

  void pause(Pause pause) {
    switch (pause) {
      case Pause.Delay(var time) -> put("delay", DurationText.exact(time));
      case Pause.Backoff it ->
          put("backoff", ValueText.backoff(it) + ", reset: " + DurationText.exact(it.reset()));
    }
  }

  void retry(Retry retry) {
    if (retry.times() == 0) {
      return;
    }
    switch (retry.pause()) {
      case Pause.Delay(var time) ->
          put("retry", retry.times() + ", delay: " + DurationText.exact(time));
      case Pause.Backoff it -> {
        put("retry", Integer.toString(retry.times()));
        put("backoff", ValueText.backoff(it));
      }
    }
  }

  void when(When when) {
    switch (when) {
      case When.Cron(String cron, var zone) -> put("cron", cron.strip() + ", zone: " + zone);
      case When.Every(var period) -> put("every", DurationText.exact(period));
    }
  }

  void stop(StopProgram stop) {
    switch ((UnitSpec) spec) {
      case ProcessSpec _ -> put("stop", text.stop(stop));
      // There is no process to be signalled: it is cancelled, and given that long.
      case FunctionSpec _ -> put("stop", text.within(stop.steps().getFirst()));
      case SupervisorSpec _ -> {}
    }
  }
}

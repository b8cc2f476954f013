package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Constant;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.Grace;
import dev.supervise.spec.Signals;
import dev.supervise.spec.StopProgram;
import dev.supervise.spec.StopStep;
import java.util.List;
import java.util.Map;

/// The short forms of `stop`, and what its steps have in common.
final class StopSteps {
  private StopSteps() {}

  static StopProgram program(Map<String, Object> options, Constant signal) {
    if (signal.name().equals("kill")) {
      if (!options.isEmpty()) {
        throw new WordError("stop kill takes no options: there is nothing to wait for");
      }
      return new StopProgram(List.of(new StopStep.Kill()));
    }
    return new StopProgram(List.of(signal(options, signal)));
  }

  static StopStep.Signal signal(Map<String, Object> options, Constant signal) {
    int number =
        Signals.number(signal.name())
            .orElseThrow(() ->
                new WordError("'" + signal.name() + "' is not a signal; write SIGTERM or 'TERM'"));
    StopStep.Target to =
        Convert.constant("to", options.getOrDefault("to", "group"), "group", "main").equals("main")
            ? StopStep.Target.MAIN
            : StopStep.Target.GROUP;
    return new StopStep.Signal(number, within(options), to);
  }

  static Grace within(Map<String, Object> options) {
    return options.containsKey("within") ? grace("within", options.get("within")) : Grace.DEFAULT;
  }

  static Grace grace(String what, @org.jspecify.annotations.Nullable Object value) {
    if (Convert.isConstant(value, "unlimited")) {
      return new Grace.Unlimited();
    }
    if (value instanceof Constant) {
      throw Convert.refuse(what, "a duration, as 5.seconds, or unlimited", value);
    }
    return new Grace.Limited(Convert.duration(what, value));
  }
}

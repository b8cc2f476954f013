package dev.supervise.control.protocol;

import dev.supervise.run.Request;
import dev.supervise.run.Selector;
import dev.supervise.run.Until;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Everything that can be asked of a running instance: a closed set, in groups of who answers. All
/// of them are data, so that they cross a socket as they are; a field that is added needs a default
/// there (see `RecordCodec`), one that changes its meaning needs another [#VERSION].
public sealed interface Query {
  /// Of the protocol. A client and an instance of different versions refuse each other by name.
  int VERSION = 1;

  /// About the past of units, what they are made of, and what they use.
  sealed interface OfPast extends Query {}

  /// The newest entries of the journal about these units and all below them: [Answer.Events].
  ///
  /// @param since milliseconds since 1970
  record Events(Selector which, long since, int limit) implements OfPast {}

  /// Why each of these units is as it is: [Answer.Explained].
  record Why(Selector which) implements OfPast {}

  /// Their specifications and states: [Answer.Described].
  ///
  /// @param effective with what was not said and is so by default
  record Show(Selector which, boolean effective) implements OfPast {}

  /// Where their output is kept: [Answer.Logs].
  ///
  /// @param age of how far back something is wanted; zero: everything
  record Logs(Selector which, Duration age) implements OfPast {}

  /// What they use of the machine now: [Answer.Used].
  record Use(Selector which) implements OfPast {}

  /// Whether it only needs to look: whoever asks need not be patient. What waits for units, tasks,
  /// a script or a disk takes its time.
  default boolean looks() {
    // No pattern switch: the first one costs a client that has just started 15 ms.
    return this instanceof OfPast
        || this instanceof Tree
        || this instanceof Env
        || this instanceof OfLines
        || this instanceof ListTasks
        || this instanceof ShowTask
        || this instanceof ListSchedules;
  }

  /// About durable tasks.
  sealed interface OfTasks extends Query {}

  /// Submit a task: [Answer.Tasks] with it, when it is on disk.
  ///
  /// @param params a JSON object
  /// @param words more parameters, as typed: the type says what they mean
  /// @param id a UUID; empty: a new one
  record SubmitTask(String type, String params, Map<String, String> words, String id)
      implements OfTasks {}

  /// The newest tasks: [Answer.Tasks].
  ///
  /// @param type only of that type; empty: of all
  /// @param state only in that state, `queued`; empty: in all
  /// @param before only those submitted before the one with that `seq`; 0: from the newest on
  record ListTasks(String type, String state, long before, int limit) implements OfTasks {}

  /// One task with its attempts: [Answer.Tasks].
  record ShowTask(String id) implements OfTasks {}

  /// Take a task back: [Answer.Tasks] with it, when that is on disk.
  record CancelTask(String id) implements OfTasks {}

  /// Remove a task; one that is open is taken back.
  record DeleteTask(String id) implements OfTasks {}

  /// Wait until a task is over: [Answer.Tasks] with it; [Answer.TimedOut] when it takes longer.
  record AwaitTask(String id, Optional<Duration> timeout) implements OfTasks {}

  /// About what submits tasks by the clock.
  sealed interface OfSchedules extends Query {}

  /// All of them, in order of declaration: [Answer.Schedules].
  record ListSchedules() implements OfSchedules {}

  /// Submit a schedule's task now, whatever its next moment is.
  record RunSchedule(String name) implements OfSchedules {}

  /// From now on it submits nothing, over restarts too.
  record SuspendSchedule(String name) implements OfSchedules {}

  /// It goes on.
  record ResumeSchedule(String name) implements OfSchedules {}

  /// Answered by the tree itself.
  sealed interface OfTree extends Query {}

  /// The units as they are now: [Answer.Tree].
  record Tree(Selector which) implements OfTree {}

  /// Carried out by the tree; answered when it is done. [Request.Down]: [Answer.Over] when it is
  /// down and the instance ends.
  record Order(Request.Order request) implements OfTree {}

  /// Wait until all units have become that; [Answer.TimedOut] when it takes longer.
  record Await(Selector which, Until until, Optional<Duration> timeout) implements OfTree {}

  /// The ports and exports that programs beside the tree need: [Answer.Environment].
  record Env() implements OfTree {}

  /// Answered by who runs typed lines; see [Evaluator].
  sealed interface OfLines extends Query {}

  /// Answered by the script, as the instance loads it anew.
  sealed interface OfScript extends Query {}

  /// What a reload would do, and why: [Answer.Plan]. Changes nothing.
  record Plan() implements OfScript {}

  /// Become what the script declares now; answered when what was started anew or added is up, and
  /// what was removed is gone.
  record Reload() implements OfScript {}

  /// What could stand at the end of a half-written line: [Answer.Texts].
  record Complete(String text) implements OfLines {}

  /// What was declared while the tree ran, as the text of a script: [Answer.Texts].
  record Dump() implements OfLines {}
}

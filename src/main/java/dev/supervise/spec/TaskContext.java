package dev.supervise.spec;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What an attempt at a task sees of its supervisor. [FunctionContext#attempt] counts the attempts
/// at this task, from 1, over crashes and restarts of the supervisor.
public interface TaskContext extends FunctionContext {
  /// The task's own id.
  UUID id();

  /// Its type's name.
  String type();

  /// How far it is, shown wherever the task is; the last call counts. May be called often: who
  /// calls never waits for the disk.
  ///
  /// @param fraction from 0 to 1; what is less or more counts as the nearest of these, what is no
  ///   number as what was said before, and a warning says so once for each type
  void progress(double fraction, String text);

  /// The task's result once it completes, instead of what the body returns; the last call counts.
  ///
  /// @param value what JSON can say: null, a boolean, a number, a text, a list, a map, a record; of
  ///   anything else its text
  void result(@Nullable Object value);
}

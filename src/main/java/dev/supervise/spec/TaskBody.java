package dev.supervise.spec;

import org.jspecify.annotations.Nullable;

/// What an attempt at a task does. Runs on a virtual thread of its own; a normal return completes
/// the task, and what is returned is its result unless [TaskContext#result] was called; any
/// `Throwable` fails the attempt. Cancellation reaches it as [FunctionContext#cancelled] and as an
/// interrupt, and it is expected to return then.
@FunctionalInterface
public interface TaskBody {
  /// @param params of the class that [TaskSpec#params] names, or the map as it was submitted
  @Nullable Object run(TaskContext context, @Nullable Object params) throws Throwable;
}

package dev.supervise.task;

import dev.supervise.spec.LiveTree;
import dev.supervise.store.TaskRow;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/// What a task engine needs of the engine around it. All of it is called from any thread and must
/// not block.
///
/// @param nanos the monotonic clock
/// @param timeOfDay milliseconds since 1970
/// @param log takes a task's line and the name it comes under
/// @param silent told when a thread of a task ends
/// @param warnings takes what goes wrong without being anybody's answer
/// @param shown makes text of others such that it may be kept and shown
/// @param tree what tasks are given as the running tree
/// @param told takes each task whose state has changed, once that is on record; on the store's
///   thread
/// @param rested called when nothing is open any more
public record TaskEnvironment(
    LongSupplier nanos,
    LongSupplier timeOfDay,
    BiConsumer<String, String> log,
    Consumer<Thread> silent,
    Consumer<String> warnings,
    UnaryOperator<String> shown,
    LiveTree tree,
    Consumer<TaskRow> told,
    Runnable rested) {

  /// The same, but for who is told.
  TaskEnvironment telling(Consumer<TaskRow> told) {
    return new TaskEnvironment(nanos, timeOfDay, log, silent, warnings, shown, tree, told, rested);
  }
}

/// Durable tasks and schedules: what was submitted is on disk, is run at least once, and never
/// again once it was reported as completed.
///
/// No promise rests on memory: whatever is told has been written first. Where tasks are kept is the
/// affair of `store`; when a schedule's moments are, that of `plan`.
///
/// - The engine: [TaskEngine]; [TaskEnvironment] is what it needs around it.
/// - By the clock: [Schedules].
/// - Units that wait for tasks: [TaskDependencies].
/// - Types that are there: [AwaitCondition], [MarkReady].
/// - Parameters: [ParamTypes] says which types their fields may have.
/// - What is refused: [TaskRefused], [NoSuchTask], [TaskConflict], [UnknownTaskType],
///   [InvalidParams], [InvalidTaskIdException].
///
/// Any thread may submit and ask; who waits for the record waits on his own thread. Each attempt
/// runs on a virtual thread of its own, as users' code does everywhere. Ends are told on the
/// store's thread. Schedules, the first look at the record, the look for units that wait, and the
/// removal of old tasks have a vital thread each.
///
/// Start reading at [TaskEngine], then `Runner`, then `RunQueue`.
@NullMarked
package dev.supervise.task;

import org.jspecify.annotations.NullMarked;

/// What is on disk of tasks, schedules and the journal.
///
/// The only room that knows a database. It keeps what it is given and decides nothing: what a
/// task's state means is the affair of `task`. Tasks are on disk before anybody is told; the
/// journal never makes anybody wait.
///
/// - Tasks: [TaskStore], in a file [SqliteTaskStore], for tests [MemoryTaskStore]; a change sees
///   the rows as a [TaskTable] of [TaskRow] (with [TaskState]), [AttemptRow] and [ScheduleRow].
/// - The journal: [Journal] takes each [JournalSource] and answers with [JournalEntry];
///   [JournalRecord] reads what an instance that has ended left; [UnitPast] is what a unit has been
///   through.
/// - What goes wrong: [StoreFailure].
///
/// Each file has one vital thread that writes, `supervise-store` and `supervise-journal`; changes
/// that wait share a transaction. Futures of the store complete on its thread: do no work there.
/// Tasks are read on any thread, over connections of their own; the journal is read on the
/// journal's thread. A [TaskTable] belongs to the change it was given to, a [JournalRecord] to one
/// thread.
///
/// Start reading at [TaskStore], then `GroupCommitWriter`, then [Journal].
@NullMarked
package dev.supervise.store;

import org.jspecify.annotations.NullMarked;

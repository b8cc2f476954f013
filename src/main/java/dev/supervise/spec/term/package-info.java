/// The words of units, tasks and schedules, as far as they show in a specification: one table of
/// them, read by whoever compares two specifications, reloads a tree or shows a unit.
///
/// A new word is a row here, its method in `dsl.words`, and its page.
///
/// - The table: [Terms], of [Term]s; each knows the component it reads and what a change of it asks
///   for.
/// - As texts: [Facts] of a unit, a task or a schedule.
///
/// Pure: any thread may call anything. No code of users is called.
///
/// Start reading at [Terms], then [Facts].
@NullMarked
package dev.supervise.spec.term;

import org.jspecify.annotations.NullMarked;

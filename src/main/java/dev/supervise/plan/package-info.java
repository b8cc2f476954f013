/// What should happen: functions of specification, state and event that return what is to be done.
///
/// No clock, no I/O, no loggers, no threads. Time is handed in, and nothing here is ever carried
/// out. Whatever is decided about a unit, a restart or a reload is decided here.
///
/// - Time: [Instants].
/// - One unit: [UnitMachine] steps a [UnitState] with a [UnitEvent] to a [Step] of [Effect]s;
///   [Goal] is what is wanted, [StartPhase] and [HookCursor] how far it is, [StopReason] why it
///   goes down, [Counters] what was counted.
/// - Its restarts: [EndKind] reads an exit, [Strategies] gives a [Verdict], [RestartWindow] limits
///   them, [Backoff] spaces them.
/// - Units that wait: [StartConditions], [SettleTime].
/// - A reload: [ReloadPlan], made of [Change]s; [Difference] compares two specifications.
/// - Schedules: [Recurrence], [CronTimes], [ScheduleState].
///
/// Pure, and immutable throughout: any thread may call anything. In practice it is the loop that
/// steps units and the schedules' thread that asks for moments.
///
/// Start reading at [UnitState], then [UnitMachine], then [Strategies].
@NullMarked
package dev.supervise.plan;

import org.jspecify.annotations.NullMarked;

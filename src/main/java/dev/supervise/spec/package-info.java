/// What is wanted: the whole script as records, valid by construction, each with its place in the
/// script.
///
/// A record never changes; a reload makes new ones. Nothing here starts, waits, reads a file or
/// knows Groovy.
///
/// - The whole: [App]; [Origin] is a place in a script.
/// - Units: [UnitSpec], that is [ProcessSpec], [FunctionSpec], [SupervisorSpec] with its [Members];
///   [UnitPolicy] is common to all, [UnitName] what they may be called.
/// - Restarts: [Restart], [Strategy], [Intensity], [Pause], [AutoShutdown], [Exit], [StartFailure].
/// - A life: [Lifecycle], [Readiness], [Liveness], [Check]; [Hook] with [HookPhase], [HookBody],
///   [HookFailure]; [StopProgram], [StopStep], [Grace], [Signals].
/// - A process: [Command], [EnvLayer], [Value], [Identity], [Limit], [Logs], [Presence],
///   [Detector].
/// - Order: [Edge], [TaskEdge], [Dependencies], [Wiring], [InvalidWiring]; any other value that
///   cannot be is [InvalidSpec].
/// - Tasks: [TaskSpec], [ScheduleSpec]; users' code: [Code], [FunctionBody], [FunctionContext],
///   [TaskBody], [TaskContext], [LiveTree], [Tasks].
/// - For the neighbours: [FileClaims] and [FileNames] for files, [ScriptFrame] and [Stack] for what
///   was thrown, [Block] for texts of several lines.
///
/// Pure: any thread may read it. Users' code is only carried here; each interface says on which
/// thread it is called.
///
/// Start reading at [UnitSpec], then [UnitPolicy], then [App].
@NullMarked
package dev.supervise.spec;

import org.jspecify.annotations.NullMarked;

/// The running tree: one loop that takes mail, asks `plan` what should happen, carries it out, and
/// tells what has changed.
///
/// Nothing on the loop blocks, no code of users runs on it, and no handler waits for another: what
/// is to be tried again is posted. Processes, files and sockets are others' work, reached through
/// `worker`.
///
/// - The tree: [Tree]; [Declaration] is what it was declared as, [Outcome] how it ended, with one
///   of the [ExitCodes].
/// - Asking it: [Request] and [Reply], [Selector] for the units that are meant; [UnitSnapshot],
///   [Lookup] and [NoTree] when it is looked at, [Local] for what of that stays here; [Until] for
///   those who wait.
/// - What it tells: [Watcher] is told of each [Transition], with its [Cause]; [Status] is a state
///   as users see it; [CriticalPathStep] is what a start took.
/// - What it needs: [Workers] finds who carries out a run; [Clock] is the time, [SystemClock] the
///   system's.
///
/// One vital platform thread, `supervise-loop`, owns the tree and every unit in it. Any thread may
/// post and ask; answers come through futures. A [Watcher] is called on the loop's thread and must
/// queue and return. [Request], [UnitSnapshot] and the other records are immutable.
///
/// Start reading at `Loop`, then [Tree], `Unit`, and `Group`.
@NullMarked
package dev.supervise.run;

import org.jspecify.annotations.NullMarked;

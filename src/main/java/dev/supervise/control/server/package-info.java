/// The side of the instance: answers everyone who asks, in this process or over its socket, and
/// whoever asks when it has ended.
///
/// Only the owner gets in. A client never holds up the tree or another client. Everything that is
/// shown is masked here.
///
/// - The socket: [Server].
/// - What answers need: [InstanceApi] gathers it; [Script] loads the script again, [Evaluator] runs
///   typed lines; both are others' to provide. [LocalConnection] is one caller.
/// - What happens, to those who follow: [Broadcast].
/// - After the end: [EndedInstance] answers from what is on disk, with [Declared] for what the
///   script says today.
///
/// One vital thread, `supervise-control`, serves all clients and never waits. Answers that take
/// time are made on a small pool, those that wait for a disk on another. Followers are served by
/// `supervise-hub`, which lives while there are any; the loop and the log writers pay for one entry
/// of its queue. An [EndedInstance] belongs to one thread.
///
/// Start reading at [Server], then `ClientSession`, `LocalConnection`, and `TreeQueries`.
@NullMarked
package dev.supervise.control.server;

import org.jspecify.annotations.NullMarked;

/// The supervisor's side of the keeper, the small C program that is the parent of every unit.
///
/// Speaks the protocol and no more: which program is started, and what an exit means, is decided
/// elsewhere. No process is started but the keeper itself.
///
/// - The conversation: [Keeper]; [KeeperPackets] are its messages as bytes, [SpawnRequest] is a
///   start.
/// - Where keepers come from: [KeeperSource], in earnest [KeeperProgram].
/// - What its processes carry: [KeeperMark].
/// - When a start fails: [StartFailureText].
///
/// Any thread may ask a [Keeper]; what the socket does not take at once waits there, and the
/// reactor thread writes it. Reports are read and handed on by the reactor thread alone.
/// [KeeperPackets] and [KeeperMark] are pure; [StartFailureText] may look at the program that is at
/// fault.
///
/// Start reading at `src/main/c/PROTOCOL.md`, then [Keeper], then [KeeperPackets].
@NullMarked
package dev.supervise.worker.keeper;

import org.jspecify.annotations.NullMarked;

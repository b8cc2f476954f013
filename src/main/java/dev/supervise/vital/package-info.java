/// Every thread of ours, and the end of this process when one fails that it cannot do without: the
/// supervisor is whole or it is gone.
///
/// No thread is made anywhere else. Nothing here knows what its threads do.
///
/// - Making threads: [Threads] makes vital ones and others; [Pool] has several for work that may
///   block; [Timer] calls what is due; [NoThread] says that the system gives none.
/// - Code of users: [UserCode] runs it on a virtual thread of its own, which sees its supervisor
///   through a [FencedContext]; [Carriers] are the threads that carry those, and what watches over
///   them; [ExitCall] catches `System.exit`.
/// - The end: [Unhandled] names work that may not stay half done; [SuddenEnd] ends the process with
///   one sentence.
///
/// All platform threads are daemons. What leaves a vital thread by an exception ends the process at
/// once. One thread, `supervise-timer`, serves every [Timer]: what it calls must be short. One,
/// `supervise-carriers`, watches over the carriers. All types here may be used from any thread.
///
/// Start reading at [Threads], then [SuddenEnd], then [Carriers].
@NullMarked
package dev.supervise.vital;

import org.jspecify.annotations.NullMarked;

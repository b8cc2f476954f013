/// The client's side of the control socket.
///
/// It waits for no instance longer than it says, be that one stopped, stuck or half dead, and says
/// nothing to a socket that is not the user's own. Logs are read from their files, not through the
/// instance.
///
/// - Asking: [SocketConnection] is the connection over the socket.
/// - Logs: [LogTail] reads and follows the files of one unit.
/// - When nobody answers: [ProcessState] says why, as far as the system shows it.
///
/// A connection has two threads of its own, one that writes and one that reads; any thread may ask,
/// and answers arrive on the one that reads, which must not be held up. A [LogTail] belongs to one
/// thread at a time.
///
/// Start reading at [SocketConnection], then [LogTail].
@NullMarked
package dev.supervise.control.client;

import org.jspecify.annotations.NullMarked;

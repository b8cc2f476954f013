/// Whether a run is ready, and whether it is well: tcp, http, files, commands, log lines,
/// sd_notify, closures.
///
/// A probe says what it saw; what follows is the loop's to decide. Nothing outlives the run it was
/// asked about, and an answer of somebody else's server is not taken for the unit's.
///
/// - All of one run: [Probes]; [Probe] is one check, [ProbeResult] one answer.
/// - The kinds: [TcpProbe], [HttpProbe], [FileProbe] with its [FileStamp], [ExecProbe], [LogWatch]
///   for lines, [NotifySocket] and [NotifyMessage] for services that say it themselves.
/// - Before a run: [PriorAnswers] asks what must not hold yet; [Listeners] says who has the port.
/// - Threads: [ProbeThreads].
///
/// Tries run on platform threads of [ProbeThreads], at most 256, so that functions that spin make
/// no unit look ill. Messages of services arrive on the reactor thread, lines are matched on a
/// probe's thread. Any thread may begin, cancel and be told. [FileProbe] and the messages are plain
/// records.
///
/// Start reading at [Probes], then [Probe].
@NullMarked
package dev.supervise.worker.probe;

import org.jspecify.annotations.NullMarked;

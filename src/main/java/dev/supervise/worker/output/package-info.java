/// What units write: from pipes into log files and line by line to the display, and the way to read
/// it again.
///
/// A log that hangs holds up whoever writes it and nobody else. Memory is bounded; what is dropped
/// is counted where it is missing. Secrets are blotted out before anything is kept.
///
/// - From a pipe: [RunOutput] is one run's, a [Capture] for each stream; [BufferPool] is their
///   memory, [OutputTap] whoever listens in, [OpenOutputs] how many are still on their way.
/// - Into a file: [LogStream], [LogFile], [LogFiles]; [OpenLog] is what one is open on, [NativeLog]
///   or [ChannelLog]; [LogPath] says where a path leads.
/// - Of closures: [FunctionLog] is their log, [FunctionStdout] catches what they print, [Speakers]
///   knows who runs on which thread.
/// - To read: [LogBook] says where, [LogReader] reads backwards, [Lines] cuts.
/// - Who writes: [LogWriters].
///
/// The reactor thread alone reads pipes. Log-writer threads alone wait for disks; one file is
/// written by one of them at a time. Functions log from their own threads and do not wait for a
/// disk. The display is called by log writers and functions.
///
/// Start reading at [Capture], then [LogWriters], then [LogFile].
@NullMarked
package dev.supervise.worker.output;

import org.jspecify.annotations.NullMarked;

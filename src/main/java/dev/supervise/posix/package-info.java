/// The operating system: the C library by as few calls as possible, and the files that are one
/// user's alone.
///
/// Knows nothing of units or supervisors, decides nothing, and logs nothing. All foreign functions
/// are in here, and so is the one door to what supervise keeps on disk.
///
/// - Files on disk: [PrivateDirectory] is the door; [HeldDirectory] stays open; [OwnedFile] is a
///   file that others write; [Untrusted] says what was found instead; [FileFacts], [FileLock],
///   [DirectoryWatch].
/// - Processes: [ProcessIdentity] is a process for ever, [ProcessStat] a line of `/proc`,
///   [Processes], [Accounts], [ResourceLimits], [Environ].
/// - Descriptors: [Fd], [Epoll], [Wakeup], [SignalPipe], [Tty], and the sockets [PacketSocket] and
///   [DatagramSocket]; [SpareDescriptors] are kept back.
/// - The library itself: [Libc], [Errno], [Region] for memory outside the heap, [LastWords] for an
///   end without waiting.
///
/// No thread is made here. Each calling thread has its own memory for calls. Where a descriptor is
/// for one thread at a time (the waiting end of [Epoll], either end of [PacketSocket]) its class
/// says so. [Accounts] may ask a directory server and take its time: never call it on the loop.
///
/// Start reading at [PrivateDirectory], then [ProcessIdentity], then [Epoll].
@NullMarked
package dev.supervise.posix;

import org.jspecify.annotations.NullMarked;

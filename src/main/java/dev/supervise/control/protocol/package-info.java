/// What can be asked of an instance, what it answers, and how both look on the socket.
///
/// Records and their form, and no more: nothing here knows a tree, opens a socket or decides who
/// may ask. Records only grow; a field that is added has a default.
///
/// - The conversation: [Query], [Answer], [Connection] to whoever answers, [Rejected] for why there
///   is none.
/// - Following: [Feed] for what, [FeedItem] for what comes, [Following] and [Subscription] for its
///   two ends.
/// - Answers in parts: [Instance], [NotRunning], [UnitDetails], [UnitLog], [UnitUse], [TaskView],
///   [ScheduleView], [Event], [Explanation], [Planned].
/// - Read off those: [Outstanding] tells who is still waited for; [Document] is what `--json`
///   prints.
/// - On the wire: [Frame], [FrameReader], [RecordCodec], [ItemCache].
/// - Where the socket is: [SocketPlaces], [SocketAddress].
///
/// Records are immutable and may be read on any thread; [Connection] may be used from any. To a
/// [Subscription] any thread adds and one takes. A [FrameReader] and an [ItemCache] belong to one
/// thread. All else is pure.
///
/// Start reading at [Query], then [Answer], then [Frame].
@NullMarked
package dev.supervise.control.protocol;

import org.jspecify.annotations.NullMarked;

/// What carries out runs, as the loop sees it, and the thread that waits on descriptors.
///
/// Workers report, and never decide: whether a run is started again is not asked here. Nothing in
/// these interfaces blocks.
///
/// - The loop asks: [Worker] begins a [Run], given a [Launch]; [Action] is what it may ask of one;
///   [HookRun] is one try of a hook. [StartRefused] is why a start cannot even be asked for.
/// - The loop hears: [Reports] and [HookReports]; [ShownReports] masks them on the way; [Survivors]
///   are what outlived a leader.
/// - Around a run: [Output] takes what is written, [OutputTail] keeps its last lines, [SavedState]
///   what a function leaves to its next run.
/// - Descriptors: [Reactor]. [UninterruptedSleep] is for what nobody tells of.
///
/// The loop alone calls [Worker], [Run] and [HookRun]. Reports may come from any thread; they post
/// and return. One vital thread, `supervise-io`, is the reactor; it touches no disk and runs no
/// code of users. [Output] is called by log writers and functions, never by the loop.
///
/// Start reading at [Worker], then [Run], then [Reports].
@NullMarked
package dev.supervise.worker;

import org.jspecify.annotations.NullMarked;

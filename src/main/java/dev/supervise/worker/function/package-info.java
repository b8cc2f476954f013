/// Functions, hooks and other closures of users: run, cancelled, and fenced when they do not end.
///
/// A closure that ignores its cancellation is named and abandoned; it is never run a second time
/// while it lives, and it may not act any more. None of it runs on the loop.
///
/// - Functions: [FunctionWorker].
/// - The beginning and the end of a tree: [LifecycleClosures] calls `onStart`, `onReady`, `onStop`.
/// - Hooks: [Hooks] is what they share; [DelayedHook] begins when something else is done.
/// - For the neighbours, which run processes: [StopCall] is a closure of a stop, [PriorFiles] how
///   files were before a run, [BlockingTasks] and [SerialTasks] the threads for what takes its
///   time.
///
/// The loop calls the worker; each closure runs on a virtual thread of its own. What a start waits
/// for (files, accounts, late values) is done on the platform threads of [BlockingTasks], 32
/// besides those that were given up. Everything that is shared may be used from any thread.
///
/// Start reading at [FunctionWorker], then [Hooks].
@NullMarked
package dev.supervise.worker.function;

import org.jspecify.annotations.NullMarked;

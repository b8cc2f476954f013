/// One instance in the foreground: the script loaded, the tree started, its output shown, signals
/// heeded, until it is down.
///
/// Nothing is created and nothing started before the whole script was understood. Losing the
/// display, the terminal, the socket or the state directory never touches the tree.
///
/// - The run: [RunVerb] with its [RunOptions]; [Background] starts the same without a terminal.
/// - What is seen: [Display] writes the stream to a [Screen], [DisplayNames] shortens names,
///   [MistakeLines] prints what is wrong with a script, [ForegroundRepl] lends the terminal to the
///   prompt.
/// - Where it lives: [StateDirectory] holds its files, [InstanceLocator] finds the instance a
///   client means, within a [Deadline]; [LazyConnection] only when it is asked something.
/// - How it ends when it was never started: [CliError].
/// - Surroundings: [CallerLocale] is the user's own locale, [SdNotify] tells a service manager.
///
/// The thread of the verb loads the script, starts the engine, and alone writes the stream. Lines
/// and transitions come from any thread and wait in a backlog. Signals, `--watch`, a reload, the
/// state directory's watch, the opening of the socket, and each line that is typed have a thread
/// each; those that are not vital may fail with a warning.
///
/// Start reading at [RunVerb], then [Display], then [StateDirectory].
@NullMarked
package dev.supervise.cli.run;

import org.jspecify.annotations.NullMarked;

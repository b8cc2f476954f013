/// The verbs against a running instance, one file each, the same for the command line and the
/// prompt.
///
/// A verb asks through the connection only and prints through its `Out` only. It never waits for an
/// instance that is dead.
///
/// - How a verb is said: [Command] declares it by its [Usage] and each [Option] once; [Options]
///   reads the words by that, [HelpText] tells it.
/// - The verbs: [Verb] is what each is, [Verbs] lists them. Public are those that others name:
///   [DownVerb], [DumpVerb], [HelpVerb], [PlanVerb].
/// - Asking: [QueryCall] is one question by a clock of our own, [Asking] the same for code that
///   wants its answer at once, [InstanceProcess] whether the instance's process lives; [Pulse] asks
///   whether it still answers.
/// - Waiting: [Progress] waits and says for what, [Awaited] is what that is, [WaitingLine] shows
///   it.
/// - For `dump`: [Drift] says where the tree is not as its script has it.
///
/// A verb runs on the thread that called it, which may be interrupted: then it gives up what only
/// waits. Answers arrive on threads of the connection. [Options], [HelpText] and [Drift] are pure.
///
/// Start reading at [Verb], then [Verbs], then `OrderVerb` and [QueryCall].
@NullMarked
package dev.supervise.verb;

import org.jspecify.annotations.NullMarked;

/// The command line: arguments in, one verb carried out, an exit code out.
///
/// Verbs that only ask a running instance load neither Groovy nor the engine. Nothing here renders
/// a listing or decides about a tree.
///
/// - The way in: [Main] is the entry point; `Arguments` finds the verb.
/// - Against a running instance: [ClientVerb] carries out one of the verbs of `verb` over the
///   socket.
/// - Here and now: `LocalVerb` and its kin (`run`, `check`, `up`, `plan`, `init`, `repl`, `warm`),
///   one file each, package-private.
///
/// One vital thread, `supervise-main`, carries out the verb; its stack is deep enough for deep
/// trees. `attach` has threads of its own for what it follows. `Arguments` is pure.
///
/// Start reading at [Main], then `Arguments`, then [dev.supervise.cli.run.RunVerb].
@NullMarked
package dev.supervise.cli;

import org.jspecify.annotations.NullMarked;

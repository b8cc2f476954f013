/// From a script to what it declares, and typed lines on a running tree.
///
/// Nothing starts here: a load returns an [dev.supervise.spec.App] or every mistake at once. Groovy
/// ends here, too: what is returned are plain records.
///
/// - A load: [ScriptLoader] is the way in; [ScriptLoad] holds what one load has declared so far;
///   [Interpreter] carries out what the compiled script calls.
/// - Typed lines: [LiveSession].
///
/// Each load runs the script on a thread of its own, `script-loader`, which owns the [ScriptLoad]
/// and every open block; whoever asked waits, for as long as the limit says. Code that runs later
/// comes to the [Interpreter] on any thread and finds no words there. A [LiveSession] runs one line
/// at a time on the caller's thread; interrupting it ends the line.
///
/// Start reading at [ScriptLoader], then [ScriptLoad], then [Interpreter].
@NullMarked
package dev.supervise.dsl.load;

import org.jspecify.annotations.NullMarked;

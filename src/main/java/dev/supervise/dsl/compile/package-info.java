/// From the text of a script to its classes: parsed, checked, rewritten, compiled, and kept for the
/// next start.
///
/// Runs nothing of a script. A script with a mistake is never kept; a cache that cannot be used
/// costs time and nothing else.
///
/// - Where a loader gets classes from: [Scripts], either [ScriptCompiler] or, with a cache in
///   front, [CachedScripts].
/// - On disk: [ScriptCache], one entry a file, believed only when it is this user's and equal byte
///   for byte.
/// - Typed lines: [LiveImports] keeps what they import.
///
/// Compilation runs on the thread of the load or of the typed line. One more thread lists the JDK's
/// classes beside the first parsing, and may fail without harm. A cache may be shared by processes:
/// entries are written beside and renamed.
///
/// Start reading at [ScriptCompiler], then `WordRewriter`, then [ScriptCache].
@NullMarked
package dev.supervise.dsl.compile;

import org.jspecify.annotations.NullMarked;

/// What compiled scripts stand on: the classes they extend, and what a reload compares their code
/// by.
///
/// Says nothing about units; a script's calls are passed on to whoever loads it.
///
/// - What a script extends: [LoadedScript], [LiveScript] for a typed line; [ScriptPlace] is what
///   both know of where they stand, [ClosureDelegates] what a name means where plain Groovy gave a
///   closure a delegate.
/// - A compiled file: [CompiledScript], with [Sources], the text of each closure.
/// - What a reload compares: [ClosureText], and [Compared] for what is made of closures.
/// - Passing on what was thrown: [Rethrown].
///
/// While it loads, a script runs on the loader's thread. Later its methods and closures run on
/// whichever thread calls them, many at a time. What is compared is taken at load and does not
/// change.
///
/// Start reading at [LoadedScript], then [ClosureText].
@NullMarked
package dev.supervise.dsl.script;

import org.jspecify.annotations.NullMarked;

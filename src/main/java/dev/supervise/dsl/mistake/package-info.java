/// What is wrong with a script, as its author is told: place, words, and all of it at once.
///
/// Never decides what a mistake is; whoever found one says so. What is shown has no secrets and
/// acts on no terminal.
///
/// - One and all: [Mistake], [Mistakes] as the run of a script gathers them, [MistakeReport] that
///   folds and sorts, [ScriptMistakes] that is thrown in the end.
/// - Where: [SourceFile] is a file of a load, [ScriptText] its lines and columns.
/// - A script that would end the JVM: [EndsProgram].
///
/// [Mistakes] belongs to the loader's thread. All else is immutable and may be read on any thread;
/// [SourceFile] is the one type that reads a file.
///
/// Start reading at [Mistake], then [MistakeReport].
@NullMarked
package dev.supervise.dsl.mistake;

import org.jspecify.annotations.NullMarked;

/// What is wrong with a script, found without running it.
///
/// Reports only what is certain: where a name could be somebody's, it is silent and the run
/// decides. Nothing of the script is executed here.
///
/// - Names and forms: [ScriptWalker] walks the syntax tree with the vocabulary of the words in
///   hand.
/// - A text that is no script: [SyntaxMistakes] says where and what was probably meant.
/// - What the compiler refuses: [CompileErrors] puts it into our words; [Culprit] finds the
///   statement where the compiler does not name one.
///
/// All of it runs on the thread that compiles: the loader's, or the one of a typed line.
///
/// Start reading at [ScriptWalker], then [SyntaxMistakes].
@NullMarked
package dev.supervise.dsl.check;

import org.jspecify.annotations.NullMarked;

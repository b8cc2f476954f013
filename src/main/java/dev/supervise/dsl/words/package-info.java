/// The words of the language: one class a block, one method a word, and from them the one
/// vocabulary that everybody else asks.
///
/// No word starts anything, and none is listed twice: what can be said is read from the classes. A
/// value that does not fit is refused with what is allowed.
///
/// - Blocks: [Words] is what each extends; [RootWords], [UnitWords], [TemplateWords], [ProbeWords],
///   [StopWords], [HookWords], [LogsWords], [DetectWords], [TaskWords], [ScheduleWords].
/// - From a call to a word: [Dispatch] finds the method, [Convert] makes its values, [NeedsRun]
///   marks a block that must say `run`, [CompiledBody] one whose body is part of the script;
///   [OpenBlock] is what a load does with the block that is open.
/// - The load around them: [Declarations] is what words say to it, [TaskDeclarations] its tasks and
///   schedules, [Inputs] what comes from outside, [LoadOptions] what it was given.
/// - About the language: [Vocabulary], [Language]; [MistakeText] has the sentences about names.
/// - Code that runs later: [FunctionApi] and [TaskApi] are its `ctx`, [CurrentContext] its words
///   without one.
///
/// Blocks and declarations belong to the loader's thread. A `ctx` belongs to the thread of its run.
/// [Vocabulary] is immutable; [Convert] and [MistakeText] are pure.
///
/// Start reading at [Words], then [UnitWords], then [Dispatch].
@NullMarked
package dev.supervise.dsl.words;

import org.jspecify.annotations.NullMarked;

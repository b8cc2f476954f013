/// The engine: the one door to a supervision tree, and the wiring of the rooms below it.
///
/// It opens the rooms, hands each what it needs of the others, and decides nothing itself. There is
/// no second way in: the prompt, the socket, scripts and tests all ask what [Engine] answers.
///
/// - The door: [Engine] opens, applies, asks, looks and closes; [Settings] says what it needs of
///   its surroundings.
/// - Before the first failure: [Rehearsal] plays a tree without processes, so that the code of
///   restarts is loaded and compiled.
///
/// Any thread may call the engine, and no method but `close` waits for the tree. The tree belongs
/// to the loop thread of `run`. The end has a vital thread of its own from the beginning, as there
/// may be none to be had later. A rehearsal runs on a thread aside.
///
/// Start reading at [Engine], then [Settings]; go on with [dev.supervise.run.Tree].
@NullMarked
package dev.supervise;

import org.jspecify.annotations.NullMarked;

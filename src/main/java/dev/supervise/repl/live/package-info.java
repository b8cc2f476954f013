/// Groovy on the running tree: what a typed line declares is added and started, and what it asks of
/// a unit is asked of the engine.
///
/// It can do nothing that a script or a client could not: every change is a request to the engine.
/// Groovy is loaded with the first line and not before.
///
/// - Lines: [LiveEvaluator] runs them for the prompt here and for clients that are attached.
/// - One unit in a line's hand: [UnitHandle]; when its unit is gone, every use says that it is
///   stale.
///
/// Each line has a thread of its own, which whoever opened the evaluator makes; one line at a time.
/// Methods of a handle wait for the loop's answer on that thread, never on the loop.
///
/// Start reading at [LiveEvaluator], then [UnitHandle].
@NullMarked
package dev.supervise.repl.live;

import org.jspecify.annotations.NullMarked;

/// Groovy text in, specification out, with the place of every word. Nothing starts here.
///
/// Reading order: [ScriptLoader], [RootWords], [UnitWords], [ProcessWords].
@NullMarked
package dev.supervise.dsl;

import org.jspecify.annotations.NullMarked;

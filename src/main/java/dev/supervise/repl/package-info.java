/// How a running tree is shown to people and talked to: tables, trees, diagrams, and the line that
/// is typed. The only renderer; asks through the control room's connection, never the tree itself.
@NullMarked
package dev.supervise.repl;

import org.jspecify.annotations.NullMarked;

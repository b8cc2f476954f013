/// The command line: arguments in, a tree in the foreground or a plan on paper, an exit code out.
///
/// Reading order: [Main], [Arguments], [RunVerb], [Display].
@NullMarked
package dev.supervise.cli;

import org.jspecify.annotations.NullMarked;

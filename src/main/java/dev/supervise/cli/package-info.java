/// Arguments in, exit codes out.
@NullMarked
package dev.supervise.cli;

import org.jspecify.annotations.NullMarked;

/// dev.supervise.cli.run
@NullMarked
package dev.supervise.cli.run;

import org.jspecify.annotations.NullMarked;

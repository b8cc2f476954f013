/// dev.supervise.repl.live
@NullMarked
package dev.supervise.repl.live;

import org.jspecify.annotations.NullMarked;

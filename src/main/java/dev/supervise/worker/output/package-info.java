/// dev.supervise.worker.output
@NullMarked
package dev.supervise.worker.output;

import org.jspecify.annotations.NullMarked;

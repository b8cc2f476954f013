/// dev.supervise.worker.process
@NullMarked
package dev.supervise.worker.process;

import org.jspecify.annotations.NullMarked;

/// dev.supervise.worker.function
@NullMarked
package dev.supervise.worker.function;

import org.jspecify.annotations.NullMarked;

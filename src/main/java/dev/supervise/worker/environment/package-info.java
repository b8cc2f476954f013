/// dev.supervise.worker.environment
@NullMarked
package dev.supervise.worker.environment;

import org.jspecify.annotations.NullMarked;

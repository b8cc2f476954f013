/// dev.supervise.worker.probe
@NullMarked
package dev.supervise.worker.probe;

import org.jspecify.annotations.NullMarked;

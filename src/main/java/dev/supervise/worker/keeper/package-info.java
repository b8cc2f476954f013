/// dev.supervise.worker.keeper
@NullMarked
package dev.supervise.worker.keeper;

import org.jspecify.annotations.NullMarked;

/// dev.supervise.control.protocol
@NullMarked
package dev.supervise.control.protocol;

import org.jspecify.annotations.NullMarked;

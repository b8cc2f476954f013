/// The C library, by as few calls as possible. Knows nothing of units or supervisors.
@NullMarked
package dev.supervise.posix;

import org.jspecify.annotations.NullMarked;

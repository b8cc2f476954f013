/// The operating system: the C library, by as few calls as possible, and the files that are one
/// user's alone ([dev.supervise.posix.PrivateDirectory]). Knows nothing of units or supervisors.
@NullMarked
package dev.supervise.posix;

import org.jspecify.annotations.NullMarked;

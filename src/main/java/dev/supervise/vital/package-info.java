/// Threads of ours, and the end of this process when one of them that it cannot do without fails:
/// the supervisor is whole or it is gone.
@NullMarked
package dev.supervise.vital;

import org.jspecify.annotations.NullMarked;

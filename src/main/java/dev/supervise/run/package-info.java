/// The loop: one mailbox, its deadlines, effects carried out, snapshots.
@NullMarked
package dev.supervise.run;

import org.jspecify.annotations.NullMarked;

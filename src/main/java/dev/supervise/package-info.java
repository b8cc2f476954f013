/// The one door, `Engine`: open, apply, ask, snapshot, close. Wires the rooms and decides nothing.
@NullMarked
package dev.supervise;

import org.jspecify.annotations.NullMarked;

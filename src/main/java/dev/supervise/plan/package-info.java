/// What should happen: pure functions of spec, state and event. No clock, no I/O, no threads.
@NullMarked
package dev.supervise.plan;

import org.jspecify.annotations.NullMarked;

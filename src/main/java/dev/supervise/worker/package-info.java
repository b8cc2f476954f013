/// What a unit is made of: processes, functions, the keeper's client, the reactor, output capture.
@NullMarked
package dev.supervise.worker;

import org.jspecify.annotations.NullMarked;

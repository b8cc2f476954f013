/// dev.supervise.verb
@NullMarked
package dev.supervise.verb;

import org.jspecify.annotations.NullMarked;

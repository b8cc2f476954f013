/// dev.supervise.dsl.load
@NullMarked
package dev.supervise.dsl.load;

import org.jspecify.annotations.NullMarked;

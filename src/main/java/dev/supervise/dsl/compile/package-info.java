/// dev.supervise.dsl.compile
@NullMarked
package dev.supervise.dsl.compile;

import org.jspecify.annotations.NullMarked;

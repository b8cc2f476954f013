/// dev.supervise.dsl.value
@NullMarked
package dev.supervise.dsl.value;

import org.jspecify.annotations.NullMarked;

/// dev.supervise.dsl.check
@NullMarked
package dev.supervise.dsl.check;

import org.jspecify.annotations.NullMarked;

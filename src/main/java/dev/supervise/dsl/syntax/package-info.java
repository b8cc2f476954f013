/// dev.supervise.dsl.syntax
@NullMarked
package dev.supervise.dsl.syntax;

import org.jspecify.annotations.NullMarked;

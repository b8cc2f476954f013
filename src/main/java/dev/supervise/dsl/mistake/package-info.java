/// dev.supervise.dsl.mistake
@NullMarked
package dev.supervise.dsl.mistake;

import org.jspecify.annotations.NullMarked;

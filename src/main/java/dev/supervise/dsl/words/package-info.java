/// dev.supervise.dsl.words
@NullMarked
package dev.supervise.dsl.words;

import org.jspecify.annotations.NullMarked;

/// dev.supervise.dsl.script
@NullMarked
package dev.supervise.dsl.script;

import org.jspecify.annotations.NullMarked;

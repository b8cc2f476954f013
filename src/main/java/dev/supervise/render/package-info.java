/// dev.supervise.render
@NullMarked
package dev.supervise.render;

import org.jspecify.annotations.NullMarked;

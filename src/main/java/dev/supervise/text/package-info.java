/// dev.supervise.text
@NullMarked
package dev.supervise.text;

import org.jspecify.annotations.NullMarked;

/// dev.supervise.control.client
@NullMarked
package dev.supervise.control.client;

import org.jspecify.annotations.NullMarked;

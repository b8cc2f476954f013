/// dev.supervise.control.server
@NullMarked
package dev.supervise.control.server;

import org.jspecify.annotations.NullMarked;

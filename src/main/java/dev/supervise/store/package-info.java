/// What survives: SQLite behind ports, one writer thread a file, commits shared by all who wait.
@NullMarked
package dev.supervise.store;

import org.jspecify.annotations.NullMarked;

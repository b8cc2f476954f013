/// What is wanted: records and enums, valid by construction, each with its origin in a script.
@NullMarked
package dev.supervise.spec;

import org.jspecify.annotations.NullMarked;

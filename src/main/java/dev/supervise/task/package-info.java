/// Durable tasks and schedules.
@NullMarked
package dev.supervise.task;

import org.jspecify.annotations.NullMarked;

package dev.supervise.broken.run;

import dev.supervise.broken.plan.ForbiddenHelper;
import org.springframework.scheduling.support.CronExpression;

/// The other half of a circle of rooms, and what only `plan` may import.
public interface Loop {
  void turn(ForbiddenHelper helper);

  CronExpression moments();
}

package dev.supervise.broken.run;

import dev.supervise.broken.plan.ForbiddenHelper;

/// The other half of a circle of rooms.
public interface Loop {
  void turn(ForbiddenHelper helper);
}

package dev.supervise.run;

import dev.supervise.spec.UnitSpec;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Run;

/// Finds the worker for a unit that is no supervisor. Called on the loop's thread; never blocks.
@FunctionalInterface
public interface Workers {
  Run start(UnitSpec spec, Launch launch, Reports reports);
}

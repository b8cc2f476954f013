package dev.supervise.run;

import dev.supervise.spec.Hook;
import dev.supervise.spec.UnitSpec;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Run;
import java.util.Map;

/// Finds the worker for a unit that is no supervisor. Called on the loop's thread; never blocks.
public interface Workers {
  Run start(UnitSpec spec, Launch launch, Reports reports);

  /// One try of a hook of such a unit.
  HookRun hook(
      UnitSpec spec, Hook hook, Launch launch, Map<String, String> extra, HookReports reports);
}

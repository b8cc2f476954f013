package dev.supervise.run;

import dev.supervise.plan.UnitEvent;
import dev.supervise.worker.Survivors;

/// Whom mail about a run is for: the unit, as far as the mailbox knows it. Told on the loop's
/// thread.
interface Recipient {
  /// Its full name.
  String path();

  void apply(UnitEvent event);

  /// What a run says it is doing. Nothing becomes of it when another has begun since.
  void heard(long run, String text);

  /// What outlived a run's leader. Nothing becomes of it when another has begun since.
  void outlived(long run, Survivors remains);
}

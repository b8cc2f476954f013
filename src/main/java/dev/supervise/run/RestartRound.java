package dev.supervise.run;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A group restart under way: who is part of it, and who of them is not down yet (or still
/// pausing). A failure that takes more siblings while it lasts joins them to it.
final class RestartRound {
  static final RestartRound NONE = new RestartRound(Set.of(), Set.of());

  private final Set<Unit> members;
  private final Set<Unit> unsettled;

  private RestartRound(Set<Unit> members, Set<Unit> unsettled) {
    this.members = members;
    this.unsettled = unsettled;
  }

  RestartRound joinedBy(List<Unit> more) {
    Set<Unit> all = new LinkedHashSet<>(members);
    all.addAll(more);
    Set<Unit> open = new HashSet<>(unsettled);
    open.addAll(more);
    return new RestartRound(all, open);
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  boolean includes(Unit unit) {
    return members.contains(unit);
  }

  void settled(Unit unit) {
    if (!members.isEmpty()) {
      unsettled.remove(unit);
    }
  }

  /// All stopped, all pauses over.
  boolean over() {
    return !members.isEmpty() && unsettled.isEmpty();
  }

  List<Unit> members() {
    return new ArrayList<>(members);
  }
}

package dev.supervise.run;

import dev.supervise.plan.Instants;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// The answers that wait for units: each comes when what was asked for is true of every unit
/// concerned, or can no longer become true. Belongs to the loop; an answer that nobody wants any
/// more (its future was cancelled) is dropped.
final class Waiters {
  /// Units that are named one by one in an answer.
  private static final int NAMED = 5;

  private static final class Watch {
    final List<Unit> all;

    /// Those of all that the answer waits for: the others are only what these need.
    final Set<Unit> asked;

    final Aim aim;
    final CompletableFuture<Reply> reply;
    final String text;

    /// Who may yet become it.
    final Set<Unit> open;

    /// Who could not when it was looked at last.
    final Set<Unit> vain = new LinkedHashSet<>();

    Watch(List<Unit> all, List<Unit> asked, Aim aim, CompletableFuture<Reply> reply, String text) {
      this.all = List.copyOf(all);
      this.asked = Set.copyOf(asked);
      this.aim = aim;
      this.reply = reply;
      this.text = text;
      this.open = new LinkedHashSet<>(all);
    }

    boolean over() {
      return asked.stream().noneMatch(open::contains) || aim.together() && !vain.isEmpty();
    }
  }

  private final Loop loop;
  private final Registry registry;
  private final Transitions transitions;
  private final List<Watch> watches = new ArrayList<>();

  Waiters(Loop loop, Registry registry, Transitions transitions) {
    this.loop = loop;
    this.registry = registry;
    this.transitions = transitions;
  }

  /// @param text what is said when all have become it
  void add(List<Unit> units, Aim aim, CompletableFuture<Reply> reply, String text) {
    add(units, units, aim, reply, text);
  }

  /// The same of units and what they need.
  ///
  /// @param asked those of them that the answer waits for
  void add(
      List<Unit> units, List<Unit> asked, Aim aim, CompletableFuture<Reply> reply, String text) {
    watches.removeIf(watch -> watch.reply.isDone());
    Watch watch = new Watch(units, asked, aim, reply, text);
    look(watch, watch.all);
    if (!answered(watch)) {
      watches.add(watch);
    }
  }

  /// A unit's step is complete: is somebody waiting for it?
  void changed(Unit unit) {
    if (watches.isEmpty()) {
      return;
    }
    // A supervisor, and who was stopped by a person, decide about others too.
    boolean wide = registry.group(unit) != null || !unit.goal().wantsStart();
    for (Watch watch : List.copyOf(watches)) {
      if (wide && watch.aim.together()) {
        lookAgain(watch, List.copyOf(watch.open));
      } else if (watch.open.contains(unit)) {
        lookAgain(watch, List.of(unit));
      }
    }
  }

  /// The tree is down: nobody waits any longer.
  void close() {
    for (Watch watch : watches) {
      watch.reply.complete(new Reply.Failed("the tree ended before: " + watch.text));
    }
    watches.clear();
  }

  private void lookAgain(Watch watch, List<Unit> units) {
    if (look(watch, units) && answered(watch)) {
      watches.remove(watch);
    }
  }

  /// @return whether any of them is not waited for any more
  private boolean look(Watch watch, List<Unit> units) {
    Prospects prospects = new Prospects(loop.now());
    boolean any = false;
    for (Unit unit : units) {
      switch (prospects.of(unit, watch.aim)) {
        case Prospect.Met() -> any |= watch.open.remove(unit);
        case Prospect.Vain _ -> {
          any |= watch.open.remove(unit);
          watch.vain.add(unit);
          if (watch.aim.together() && watch.vain.size() == NAMED) {
            return true;
          }
        }
        case Prospect.Open(long again) -> {
          watch.open.add(unit);
          if (again != Instants.NEVER) {
            loop.at(again, () -> due(watch, unit));
          }
        }
      }
    }
    return any;
  }

  private void due(Watch watch, Unit unit) {
    if (watches.contains(watch) && watch.open.contains(unit)) {
      lookAgain(watch, List.of(unit));
    }
  }

  /// Answers if it is over. What has to be true of all at the same moment is looked at once more.
  private boolean answered(Watch watch) {
    if (watch.open.isEmpty() && watch.vain.isEmpty() && watch.aim.together()) {
      look(watch, watch.all);
    }
    if (!watch.over()) {
      return false;
    }
    transitions.tell();
    watch.reply.complete(reply(watch));
    return true;
  }

  /// Names failures first, then what waits in vain for something else than those.
  private Reply reply(Watch watch) {
    Prospects prospects = new Prospects(loop.now());
    Map<String, Prospect.Vain> failed = new LinkedHashMap<>();
    List<Prospect.Vain> hindered = new ArrayList<>();
    for (Unit unit : watch.vain.isEmpty() ? Set.<Unit>of() : suspects(watch)) {
      if (failed.size() + hindered.size() < NAMED
          && prospects.of(unit, watch.aim) instanceof Prospect.Vain vain) {
        if (vain.failed().equals(unit.path())) {
          failed.put(vain.failed(), vain);
        } else {
          hindered.add(vain);
        }
      }
    }
    List<Prospect.Vain> bad = new ArrayList<>(failed.values());
    hindered.stream().filter(vain -> !failed.containsKey(vain.failed())).forEach(bad::add);
    return bad.isEmpty()
        ? new Reply.Done(watch.text)
        : new Reply.Failed(
            String.join("; ", bad.stream().map(Prospect.Vain::why).toList()),
            bad.stream()
                .map(Prospect.Vain::failed)
                .filter(path -> !path.isEmpty())
                .distinct()
                .toList());
  }

  /// Where one of several that belong together was found wanting, others may be too.
  private static Collection<Unit> suspects(Watch watch) {
    return watch.aim.together() ? watch.all : watch.vain;
  }
}

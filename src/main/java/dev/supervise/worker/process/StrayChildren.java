package dev.supervise.worker.process;

import dev.supervise.posix.Errno;
import dev.supervise.posix.Fd;
import dev.supervise.posix.ProcessStat;
import dev.supervise.posix.Processes;
import dev.supervise.spec.Signals;
import dev.supervise.worker.UninterruptedSleep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/// Processes that are children of this one and not the keeper: what functions, tasks and typed
/// lines have started by themselves (`'cmd'.execute()`, `ProcessBuilder`), and what that has
/// orphaned. The keeper never sees them.
///
/// What is older than this program is none of it: a shell that becomes supervise by `exec` leaves
/// its own children to it.
public final class StrayChildren {
  /// As long as a unit gets that says nothing of it.
  private static final long GRACE_NANOS = 10_000_000_000L;

  /// What lives that long after KILL is left (law of stops: it is named).
  private static final long UNKILLABLE_NANOS = 1_000_000_000L;

  private static final long LOOK_NANOS = 10_000_000;
  private static final int SIGCONT = 18;

  private final int self = Processes.self();
  private final Predicate<ProcessStat> known;
  private final LongSupplier nanoClock;

  /// `sleep (pid 4711)` each.
  ///
  /// @param ended what was there and is there no more
  /// @param left what KILL did not end, or could not be looked for
  public record Found(List<String> ended, List<String> left) {
    static final Found NONE = new Found(List.of(), List.of());

    public Found {
      ended = List.copyOf(ended);
      left = List.copyOf(left);
    }
  }

  /// @param known whether a child is somebody else's affair, with all its descendants
  StrayChildren(Predicate<ProcessStat> known, LongSupplier nanoClock) {
    this.known = known;
    this.nanoClock = nanoClock;
  }

  /// Ends them and all their descendants: TERM and CONT, after the grace KILL. Blocks until done.
  ///
  /// @param hurried asked again and again: from the moment it holds there is no grace
  Found end(BooleanSupplier hurried) {
    Map<Integer, ProcessStat> met = new LinkedHashMap<>();
    Set<Integer> told = new HashSet<>();
    Collection<ProcessStat> left = new ArrayList<>();
    try {
      left = living();
    } catch (IOException e) {
      return new Found(
          List.of(), List.of("what there may be cannot be looked for: " + e.getMessage()));
    }
    long until = nanoClock.getAsLong() + GRACE_NANOS;
    boolean kill = false;
    while (!left.isEmpty()) {
      long at = nanoClock.getAsLong();
      if (!kill && (at - until > 0 || hurried.getAsBoolean())) {
        kill = true;
        until = at + UNKILLABLE_NANOS;
      } else if (kill && at - until > 0) {
        break;
      }
      for (ProcessStat stat : left) {
        met.putIfAbsent(stat.pid(), stat);
        if (told.add(stat.pid()) || kill) {
          signal(stat, kill ? Signals.KILL : Signals.TERM);
        }
      }
      UninterruptedSleep.nanos(LOOK_NANOS);
      left = living(left);
    }
    left.forEach(stat -> met.remove(stat.pid()));
    return new Found(names(met.values()), names(left));
  }

  private static List<String> names(Collection<ProcessStat> processes) {
    List<String> names = new ArrayList<>();
    for (ProcessStat stat : processes) {
      names.add(stat.command() + " (pid " + stat.pid() + ")");
    }
    return names;
  }

  /// Those that live now; where they cannot be looked for at the moment, those before.
  private Collection<ProcessStat> living(Collection<ProcessStat> before) {
    try {
      return living();
    } catch (IOException noDescriptor) {
      return before;
    }
  }

  private Collection<ProcessStat> living() throws IOException {
    long begun = ProcessStat.imageTicks();
    if (none(begun)) {
      return List.of();
    }
    Map<Integer, ProcessStat> all = ProcessStat.all();
    Set<Integer> children = new HashSet<>();
    for (ProcessStat stat : all.values()) {
      if (stat.parent() == self && stat.startTicks() > begun && !known.test(stat)) {
        children.add(stat.pid());
      }
    }
    Predicate<ProcessStat> below = Descendants.below(all, children);
    List<ProcessStat> found = new ArrayList<>();
    for (ProcessStat stat : all.values()) {
      if (stat.alive() && (children.contains(stat.pid()) || below.test(stat))) {
        found.add(stat);
      }
    }
    return found;
  }

  /// Whether there is surely no such child: that is so nearly always, and to look at all processes
  /// of the machine takes 10 ms and more of an end.
  private boolean none(long begun) throws IOException {
    Set<Integer> children = new HashSet<>();
    // Two looks, because a child may pass from one thread to another during one.
    for (int look = 0; look < 2; look++) {
      Optional<Set<Integer>> seen = ProcessStat.children();
      if (seen.isEmpty()) {
        return false;
      }
      children.addAll(seen.get());
    }
    return children.stream()
        .flatMap(pid -> ProcessStat.of(pid).stream())
        .noneMatch(stat -> stat.startTicks() > begun && !known.test(stat));
  }

  /// The JDK reaps its own children when it likes: their numbers may be anybody's by then.
  private static void signal(ProcessStat stat, int signal) {
    int descriptor = Processes.pidfd(stat.pid());
    boolean still = ProcessStat.of(stat.pid()).filter(it -> it.is(stat.identity())).isPresent();
    if (descriptor >= 0) {
      if (still) {
        Processes.signal(descriptor, signal);
        if (signal != Signals.KILL) {
          Processes.signal(descriptor, SIGCONT);
        }
      }
      Fd.close(descriptor);
    } else if (still && descriptor != -Errno.ESRCH) {
      Processes.signalChild(stat.pid(), signal);
    }
  }
}

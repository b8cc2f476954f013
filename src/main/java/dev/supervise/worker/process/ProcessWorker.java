package dev.supervise.worker.process;

import dev.supervise.spec.Hook;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.UnitSpec;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Worker;
import dev.supervise.worker.function.PriorFiles;
import dev.supervise.worker.keeper.KeeperProgram;
import dev.supervise.worker.output.FunctionLog;
import dev.supervise.worker.output.LogBook;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Runs OS processes: through a keeper on Linux, in a reduced mode on `java.lang.ProcessBuilder`
/// where no keeper was built for the machine or none can run. Both keep the [Worker] contract; what
/// the reduced mode cannot promise beyond it is in [#mode].
public sealed interface ProcessWorker extends Worker<ProcessSpec>
    permits KeeperWorker, ReducedWorker {
  /// The system property that forces the reduced mode when it is `true`.
  String REDUCED = "dev.supervise.reduced";

  /// How processes are run here.
  ///
  /// @param name `keeper` or `reduced`
  /// @param unpromised what holds with a keeper and does not hold here, a sentence each
  record Mode(String name, List<String> unpromised) {
    public Mode {
      unpromised = List.copyOf(unpromised);
    }
  }

  /// The mode [#open] would choose. Starts nothing.
  static Mode expectedMode() {
    return Boolean.getBoolean(REDUCED) || KeeperProgram.find().isEmpty()
        ? ReducedWorker.MODE
        : KeeperWorker.MODE;
  }

  /// Starts what the mode needs: the keeper and three threads, or nothing yet. A keeper that does
  /// not run, for whatever reason, is a warning and the reduced mode.
  static ProcessWorker open(ProcessWorkerSettings settings) {
    if (Boolean.getBoolean(REDUCED)) {
      return new ReducedWorker(settings);
    }
    Optional<KeeperProgram> program = KeeperProgram.find();
    if (program.isEmpty()) {
      settings
          .warnings()
          .accept("there is no keeper for this system; processes run in reduced mode, see `check`");
      return new ReducedWorker(settings);
    }
    try {
      return KeeperWorker.open(program.get(), settings);
    } catch (IllegalStateException e) {
      settings.warnings().accept(e.getMessage() + "; processes run in reduced mode, see `check`");
      return new ReducedWorker(settings);
    }
  }

  /// A worker like the one [#open] gives, but whose programs all say they have started and crashed,
  /// without one process, until there were `lives` of them; the one after that lives until it is
  /// signalled.
  ///
  /// @param last called once, from any thread, when that one has started
  /// @return empty where there is no keeper to play
  static Optional<ProcessWorker> rehearsing(
      ProcessWorkerSettings settings, int lives, Runnable last) {
    return expectedMode().equals(KeeperWorker.MODE)
        ? Optional.of(KeeperWorker.open(new FakeKeeper(lives, last), settings))
        : Optional.empty();
  }

  Mode mode();

  /// How the files were that probes wait for, before the runs whose hooks were begun here.
  PriorFiles files();

  /// Where the output of its processes is kept.
  LogBook logBook();

  /// What functions log, in the same place; the caller's, to be closed before the worker.
  FunctionLog functionLog();

  /// What processes of units carry as their soft limit of file locks, with the unit's path, for
  /// [ResourceUsage]; empty where they carry nothing.
  Map<Long, String> marks();

  /// Whom units run or ran as, besides ourselves, as far as is known.
  Set<Integer> users();

  /// The processes beside units' own that run because of it.
  List<Integer> helpers();

  /// Detached processes an earlier supervise left running, by the path of their unit. Any thread.
  Map<String, Integer> leftRunning();

  /// Ends everything that still runs, but what is detached. Nothing can be started any more. Blocks
  /// until done, for some seconds at most.
  ///
  /// @return what lives on nevertheless, a phrase each
  List<String> end();

  /// The state directory was taken away and is there again: what a next worker must know is written
  /// anew, logs are opened anew, and the keeper holds this lock instead of the one it held. Any
  /// thread.
  ///
  /// @param lock a descriptor that is kept open; -1: none
  void renew(int lock);

  /// The names of what is kept in the state directory while it is open. Any thread.
  Set<String> kept();

  /// From now on a detached unit that is told to stop is left running instead: supervise itself
  /// leaves. Any thread.
  void leave();

  /// Ends what this process has started without a unit, and without a hook or probe of one. Blocks
  /// until done; for when nothing else is left, and before [#end].
  ///
  /// @param hurried asked again and again: from the moment it holds there is no grace
  StrayChildren.Found endStrays(BooleanSupplier hurried);

  /// From now on every start is given these ports. Any thread.
  void ports(Map<String, Integer> ports);

  /// Begins one try of a hook and returns at once. Its `timeout` is kept here; tries, their pauses
  /// and their order are the loop's.
  ///
  /// @param spec the unit it belongs to
  /// @param launch that of the run it belongs to
  /// @param extra environment over the run's and the hook's own; `SUPERVISE_HOOK` and
  ///   `SUPERVISE_PHASE` are known from the hook and not among it
  HookRun hook(
      ProcessSpec spec, Hook hook, Launch launch, Map<String, String> extra, HookReports reports);

  /// As [#hook], for a unit that is no process: a command runs in the directory the hook names, in
  /// the supervisor's environment and identity.
  ///
  /// @param log takes the lines of a closure
  HookRun hookOf(
      UnitSpec unit,
      Hook hook,
      Launch launch,
      Map<String, String> extra,
      Consumer<String> log,
      HookReports reports);
}

package dev.supervise.run

import dev.supervise.spec.*
import dev.supervise.worker.*
import java.time.Duration

/// A tree whose clock is driven by hand and whose runs are actors that obey orders. Everything that is asked of the
/// actors is written down in `history`; two runs of one unit at once, or a start of an unwanted one, are errors.
class Troupe implements Clock, Workers, Watcher {
  long time = 0
  List<String> history = []
  List<Transition> transitions = []
  List<String> warnings = []
  Outcome outcome
  List<Declaration> declared = []
  Map<String, Actor> actors = [:]
  Set<String> deaf = []
  Set<String> slowStart = []
  Set<String> messy = []
  /// Paths whose probe does not answer by itself; `path hook` whose hooks do not end, or fail, by themselves.
  Set<String> unready = []
  Set<String> longHooks = []
  Set<String> badHooks = []
  Map<String, Performance> hooks = [:]
  int reached
  List<CriticalPathStep> critical
  Map<String, List<Launch>> launches = [:].withDefault { [] }
  /// Given the path and the run of every unit that is told to end, before it does anything about it.
  Closure told = { String path, long run -> }
  Tree tree

  /// A hook that runs until it is told to end, or is cancelled.
  class Performance implements HookRun {
    String key, place
    Launch launch
    Map<String, String> extra
    HookReports reports
    boolean over

    void end(String why = '') {
      if (over) return
      over = true
      hooks.remove(place, this)
      why ? reports.failed(why) : reports.done()
    }

    void cancel() { history << "cancel $key".toString(); end('cancelled') }
  }

  class Actor implements Run {
    Launch launch
    UnitSpec spec
    Reports reports
    boolean up, dead, left

    void come() { up = true; reports.up(launch.run(), spec instanceof ProcessSpec ? 1000 + (int) launch.run() : 0, 7) }

    void end(Exit exit) {
      if (dead) return
      dead = true
      if (!up) come()
      left = launch.path() in messy && spec instanceof ProcessSpec
      reports.ended(launch.run(), exit, left ? new Survivors(1, [new Survivors.Process(9, 9, 'daemon')]) : Survivors.NONE)
      if (!left) actors.remove(launch.path(), this)
    }

    void gone() { if (left) { left = false; reports.gone(launch.run()); actors.remove(launch.path(), this) } }

    void fail(StartFailure.Step step) {
      dead = true
      actors.remove(launch.path(), this)
      reports.notUp(launch.run(), new StartFailure(step, 2, "cannot"))
    }

    void perform(Action action) {
      def path = launch.path()
      switch (action) {
        case Action.Signal:
          def s = (Action.Signal) action
          if (s.signal() != 9 && s.scope() != Action.Scope.ALL) told(path, launch.run())
          history << (s.signal() == 9 ? "kill $path" : s.scope() == Action.Scope.ALL ? "sweep $path" : "stop $path").toString()
          if (left && (s.signal() == 9 || !(path in deaf))) gone()
          else if (!dead && s.signal() == 9 && spec instanceof ProcessSpec) { end(new Exit.Signalled(9, false)); gone() }
          else if (!dead && !(path in deaf)) end(spec instanceof ProcessSpec ? new Exit.Signalled(s.signal(), false) : new Exit.Returned())
          break
        case Action.AwaitReady:
          history << "probe $path".toString()
          if (!(path in unready)) reports.ready(launch.run())
          break
        case Action.Watch: history << "watch $path".toString(); break
        case Action.Abandon: history << "abandon $path".toString(); break
        default: history << "${action.class.simpleName.toLowerCase()} $path".toString()
      }
    }
  }

  Troupe(long seed = 42) { tree = new Tree(this, this, this, new Random(seed)) }

  long now() { time }

  Run start(UnitSpec spec, Launch launch, Reports reports) {
    def path = launch.path()
    assert !actors.containsKey(path): "two runs of $path"
    assert !hooks.values().any { it.launch.path() == path && !it.key.endsWith('-bg') }: "$path starts while a hook of it runs"
    def units = tree.@running.registry.at(path)
    assert units.every { it.goal().wantsStart() }: "$path was started although its goal is ${units*.goal()}"
    def actor = new Actor(launch: launch, spec: spec, reports: reports)
    actors[path] = actor
    launches[path] << launch
    history << "start $path".toString()
    if (!(path in slowStart)) actor.come()
    actor
  }

  HookRun hook(UnitSpec spec, Hook hook, Launch launch, Map<String, String> extra, HookReports reports) {
    def key = "${launch.path()} ${hook.name()}".toString()
    def place = key
    assert !hooks.containsKey(place): "two of $key"
    // Of a hook nobody waits for the call may come later.
    if (hook.phase() in [HookPhase.PRE_START, HookPhase.POST_STOP] && !hook.async())
      assert !actors.containsKey(launch.path()): "$key while a run lives"
    history << "hook $key".toString()
    def performance = new Performance(key: key, place: place, launch: launch, extra: extra, reports: reports)
    hooks[place] = performance
    if (key in badHooks) performance.end('bad') else if (!(key in longHooks)) performance.end()
    performance
  }

  void reached(List<CriticalPathStep> path) { reached++; critical = path }

  void declared(Declaration declaration) { declared << declaration }

  void moved(Transition t) { transitions << t }
  void warned(String text) { warnings << text }
  void over(Outcome o) { outcome = o }

  /** What makes the tree that runs that one. */
  Request becomes(SupervisorSpec next) { Request.Reload.of(tree.declaration(), App.of(next)) }

  Troupe play(SupervisorSpec root) {
    tree.start(root)
    settle()
  }

  Troupe settle() { while (tree.turn()) {} ; this }

  /// Lets time pass, stopping at every deadline on the way.
  Troupe pass(Duration d) {
    long end = time + d.toNanos()
    settle()
    while (tree.@loop.next() <= end) { time = Math.max(time, tree.@loop.next()); settle() }
    time = end
    settle()
  }

  Troupe crash(String path, int code = 1) { actors[path].end(new Exit.Code(code)); settle() }
  Troupe finish(String path) { actors[path].end(new Exit.Code(0)); settle() }
  Reply ask(Request r) { def f = tree.ask(r); settle(); f.getNow(null) }
  List<String> drain() { def h = history; history = []; h }
  UnitSnapshot look(String path = '') { def f = tree.look(); settle(); find(f.get(), path) }
  Status status(String path) { look(path).status() }
  static UnitSnapshot find(UnitSnapshot s, String path) { s.path() == path ? s : s.children().findResult { find(it, path) } }

  // ---- specifications ----

  static UnitPolicy policy(Map m = [:]) {
    new UnitPolicy(m.restart ?: Restart.ON_FAILURE, (m.successExits ?: [0]) as Set, m.pause ?: new Pause.Delay(Duration.ZERO),
      m.maxRestarts == null ? UnitPolicy.UNLIMITED : m.maxRestarts,
      (m.after ?: [:]).collect { k, v -> new Edge(k, v, Origin.NONE) }, m.priority ?: 0, m.oneShot ?: false, m.significant ?: false,
      m.autostart == null ? true : m.autostart, m.labels ?: [:], m.stop ?: StopProgram.DEFAULT, life(m))
  }

  static Lifecycle life(Map m) {
    new Lifecycle(Optional.ofNullable(m.ready ? new Readiness(new Check.SdNotify(), Duration.ofSeconds(m.ready), Duration.ofMillis(200)) : null),
      Optional.ofNullable(m.alive ? new Liveness(new Check.SdNotify(), Duration.ofSeconds(10), 3) : null),
      m.hooks ?: [], m.startRetries ?: 0, Lifecycle.RETRY_DELAY, m.upFor ?: Duration.ZERO)
  }

  /// A name ending in -bg is that of an async hook.
  static Hook hook(String name, HookPhase phase, HookFailure onFailure = new HookFailure.Fail()) {
    new Hook(name, phase, new HookBody.Closure({ null } as FunctionBody), Optional.empty(), [], Hook.TIMEOUT, onFailure,
      name.endsWith('-bg'), Origin.NONE)
  }

  static ProcessSpec process(Map m = [:], String name) {
    new ProcessSpec(name, Origin.NONE, policy(m), new Command.Argv([Value.of('x')]), Value.of('/'), '/', [], false,
      Identity.INHERITED, [], Logs.DEFAULT, m.instances ?: 0)
  }

  static FunctionSpec function(Map m = [:], String name) { new FunctionSpec(name, Origin.NONE, policy(m), { null } as FunctionBody) }

  static SupervisorSpec group(Map m = [:], String name, List<UnitSpec> units) {
    new SupervisorSpec(name, Origin.NONE, policy(m), m.strategy ?: Strategy.ONE_FOR_ONE, m.intensity ?: new Intensity.Unlimited(),
      m.autoShutdown ?: AutoShutdown.NEVER, m.stopWithin ?: new Grace.Unlimited(), new Members.Listed(units))
  }

  static SupervisorSpec root(Map m = [:], List<UnitSpec> units) { group(m, '', units) }

  static SupervisorSpec pool(Map m = [:], String name, UnitSpec template, int size) {
    new SupervisorSpec(name, Origin.NONE, policy(m), Strategy.ONE_FOR_ONE, m.intensity ?: new Intensity.Unlimited(),
      AutoShutdown.NEVER, new Grace.Unlimited(), new Members.Pool(template, size))
  }

  static Intensity.Within within(int n, int seconds) { new Intensity.Within(n, Duration.ofSeconds(seconds)) }
}

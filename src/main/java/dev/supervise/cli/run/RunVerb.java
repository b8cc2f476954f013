package dev.supervise.cli.run;

import dev.supervise.Engine;
import dev.supervise.Settings;
import dev.supervise.control.protocol.SocketPlaces;
import dev.supervise.control.server.Evaluator;
import dev.supervise.control.server.InstanceApi;
import dev.supervise.control.server.LocalConnection;
import dev.supervise.dsl.compile.ScriptCache;
import dev.supervise.dsl.load.ScriptLoader;
import dev.supervise.dsl.mistake.Mistake;
import dev.supervise.dsl.mistake.ScriptMistakes;
import dev.supervise.dsl.value.PortSource;
import dev.supervise.dsl.words.LoadOptions;
import dev.supervise.posix.Libc;
import dev.supervise.posix.Processes;
import dev.supervise.posix.Tty;
import dev.supervise.repl.live.LiveEvaluator;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.Outcome;
import dev.supervise.run.Request;
import dev.supervise.run.SystemClock;
import dev.supervise.run.Transition;
import dev.supervise.spec.App;
import dev.supervise.spec.Block;
import dev.supervise.text.Printable;
import dev.supervise.text.Secrets;
import dev.supervise.vital.ExitCall;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.SuddenEnd;
import dev.supervise.vital.Threads;
import dev.supervise.worker.Output;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `supervise app.groovy`: load, start, show, until the tree is down. Nothing is created and
/// nothing started before the script was understood as a whole.
public final class RunVerb {
  private static final int STDOUT = 1;
  private static final SuddenEnd END = new SuddenEnd("the end of the tree");

  /// How long the end waits for a reader that takes nothing.
  private static final long UNREAD_SECONDS = 5;

  private final RunOptions run;
  private final Map<String, String> environment;
  private final PrintStream err;
  private final Queue<Mistake> warned = new ConcurrentLinkedQueue<>();

  /// The one of this process: everything that shows or keeps text is handed it.
  private final Secrets secrets = new Secrets();

  private final FreePorts ports = new FreePorts();
  private volatile boolean killed;

  /// Who has called `System.exit`; empty while nobody has.
  private volatile String exited = "";

  private volatile @Nullable ForegroundRepl seat;

  public RunVerb(RunOptions run, Map<String, String> environment, PrintStream err) {
    this.run = run;
    this.environment = environment;
    this.err = err;
  }

  /// @return the exit code
  public int call() {
    Path script = Path.of(run.script());
    boolean background = Background.isHere() && Libc.supported();
    if (background) {
      // Failing, it leads a group already, and with it nothing of a terminal's.
      Processes.leaveTerminal();
    }
    CompletableFuture<Boolean> terminal = terminal();
    try {
      App app = first(script);
      try (StateDirectory state = StateDirectory.open(script, environment).hold();
          InstanceLock owned =
              InstanceLock.of(state.directory(), SocketPlaces.directories(environment))) {
        return supervise(app, state, owned, terminal.join());
      }
    } catch (ScriptMistakes e) {
      MistakeLines.print(e, err);
      return ExitCodes.WRONG;
    } catch (CliError e) {
      say(e.sentence());
      return e.code();
    } catch (IOException e) {
      say("the state directory could not be left in order: " + StateDirectory.reason(e));
      return ExitCodes.FAILED;
    }
  }

  /// Also wakes the foreign-function interface, which takes as long as the script does.
  private static CompletableFuture<Boolean> terminal() {
    CompletableFuture<Boolean> terminal = new CompletableFuture<>();
    Threads.start(
        Threads.aside(
            "supervise-terminal",
            () -> {
              SuddenEnd.prepare();
              terminal.complete(Libc.supported() && Tty.is(STDOUT));
            },
            terminal::completeExceptionally));
    return terminal;
  }

  private App first(Path script) {
    return load(script, Set.of());
  }

  /// @param used the names of the ports that are in use
  private App load(Path script, Set<String> used) {
    try (FreePorts.Load free = ports.load(used)) {
      return load(script, free);
    }
  }

  private App load(Path script, PortSource ports) {
    App app = ScriptLoader.load(script, run.script(), options(ports));
    return UnitSelection.of(app, run.names(), run.except());
  }

  private LoadOptions options(PortSource ports) {
    return new LoadOptions(
        run.params(),
        ports,
        run.stacktrace(),
        LoadOptions.DEFAULT.limit(),
        ScriptCache.directory(environment),
        secrets,
        warned::add);
  }

  private int supervise(App app, StateDirectory kept, InstanceLock owned, boolean terminal) {
    Path state = kept.path();
    Display display = display(app, state, terminal);
    tell(display);
    kept.remarks().forEach(display::warn);
    owned.remarks().forEach(display::warn);
    ControlEndpoint control =
        new ControlEndpoint(app, state, owned.socket(), display::warn, secrets);
    Engine engine =
        Engine.open(
            new Settings(
                    state,
                    control.beside((Output) display),
                    control.beside((Consumer<Transition>) display),
                    display::warn,
                    owned.descriptor(),
                    control.told(),
                    secrets)
                .copied(owned.copies())
                .journalled());
    SdNotify upstream = SdNotify.of(environment, display::warn);
    Reloader script = reloader(engine, display);
    StopSignals.Reaction reaction = reaction(engine, display, upstream, script);
    StopSignals signals = new StopSignals(hasTerminal(), new SystemClock(), reaction);
    signals.install();
    ExitCall.intercept(caller -> exited(caller, engine, display, upstream));
    engine.reached().thenRun(upstream::ready);
    engine.reached().thenAccept(display::reached);
    PrintStream out = System.out;
    PrintStream systemErr = System.err;
    System.setOut(engine.speaking(out));
    System.setErr(engine.speaking(systemErr));
    // On the thread the engine has for its end, and for nothing else.
    engine
        .outcome()
        .thenAccept(it ->
            END.unless(() -> {
              upstream.stopping();
              ended(engine, control, display, it);
            }));
    Optional<StateWatch> watch = Optional.empty();
    try {
      engine.apply(app);
      watch = watched(kept, owned, engine, control, display);
      InstanceApi desk = control.desk(engine, evaluator(engine), script);
      control.open(desk);
      if (terminal && run.repl() && ForegroundRepl.taken(environment)) {
        ForegroundRepl taken = seat(state, display, reaction, signals);
        seat = taken;
        signals.keyboard(taken::interrupted);
        taken.open(new LocalConnection(desk, "the REPL"), control::begun);
      }
      if (run.watch()) {
        new ScriptWatch(script::inputs, () -> script.reload("--watch")).start();
      }
      display.show();
      return told(engine.outcome().join());
    } finally {
      watch.ifPresent(StateWatch::close);
      signals.uninstall();
      System.setOut(out);
      System.setErr(systemErr);
    }
  }

  /// Keeps the state directory there.
  private static Optional<StateWatch> watched(
      StateDirectory state,
      InstanceLock owned,
      Engine engine,
      ControlEndpoint control,
      Display display) {
    if (!Libc.supported()) {
      return Optional.empty();
    }
    StateWatch.Instance instance =
        new StateWatch.Instance() {
          @Override
          public Set<String> names() {
            Set<String> names = new TreeSet<>(engine.kept());
            names.addAll(state.names());
            names.addAll(owned.names());
            if (control.noted()) {
              names.add(SocketPlaces.NOTE);
            }
            if (Background.isHere()) {
              names.add(Background.LOG);
            }
            return names;
          }

          @Override
          public List<String> renew() throws IOException {
            owned.renew();
            if (Background.isHere()) {
              Background.renewLog(state.directory());
            }
            if (control.noted()) {
              control.note();
            }
            return engine.renew(owned.descriptor());
          }
        };
    try {
      return Optional.of(StateWatch.begin(state, instance, display::warn));
    } catch (IllegalStateException | NoThread e) {
      display.warn(
          state.path()
              + " is not watched, and not made again if it is taken away: "
              + e.getMessage());
      return Optional.empty();
    }
  }

  /// Runs typed lines: here, and for those who are attached.
  private Evaluator evaluator(Engine engine) {
    return new LiveEvaluator(
        engine,
        Path.of(engine.app().base()),
        options(name -> {
          try (FreePorts.Load free = ports.line()) {
            return free.free(name);
          }
        }),
        line -> Threads.start(Threads.vital("supervise-line", Threads.DEEP, line)));
  }

  private ForegroundRepl seat(
      Path state, Display display, StopSignals.Reaction reaction, StopSignals signals) {
    ForegroundRepl.Person person =
        new ForegroundRepl.Person() {
          @Override
          public void stop() {
            reaction.stop("the prompt");
          }

          @Override
          public void kill() {
            reaction.kill("the prompt");
          }

          @Override
          public void leave() {
            signals.leftTerminal();
            Shell.takeTerminal();
          }

          @Override
          public void back() {
            signals.tookTerminal();
          }
        };
    return new ForegroundRepl(
        run.script(), state, environment, run.colour().on(true, environment), display, person);
  }

  /// What the last load found doubtful.
  private void tell(Display display) {
    for (Mistake doubtful = warned.poll(); doubtful != null; doubtful = warned.poll()) {
      display.warn(doubtful.toString());
    }
  }

  private Reloader reloader(Engine engine, Display display) {
    return new Reloader(
        engine,
        used -> {
          App next = load(Path.of(run.script()), used);
          tell(display);
          return next;
        },
        now -> display.become(DisplayNames.of(now.root())),
        display::say);
  }

  private Display display(App app, Path state, boolean terminal) {
    DisplayNames labels = DisplayNames.of(app.root());
    Path logs = near(state.resolve("log"));
    Display display =
        new Display(
            new FileOutputStream(FileDescriptor.out),
            new Screen(terminal, run.colour().on(terminal, environment)),
            labels,
            secrets,
            run.quiet() || Background.isHere(),
            logs.toString(),
            this::say);
    String units = labels.units() + (labels.units() == 1 ? " unit" : " units");
    display.say(run.script() + "  " + units + "  logs " + logs);
    return display;
  }

  private static Path near(Path path) {
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) ? here.relativize(path) : path;
  }

  private StopSignals.Reaction reaction(
      Engine engine, Display display, SdNotify upstream, Reloader script) {
    return new StopSignals.Reaction() {
      @Override
      public void stop(String by) {
        upstream.stopping();
        engine.ask(new Request.Down(false), by);
      }

      @Override
      public void kill(String by) {
        killed = true;
        engine.ask(new Request.Down(true), by);
      }

      @Override
      public void leave(int code) {
        // The keeper sees the end of its connection and kills what is left.
        giveTerminalBack();
        Runtime.getRuntime().halt(code);
      }

      @Override
      public void reload() {
        script.reload("SIGHUP");
      }

      @Override
      public void say(String line) {
        display.say(line);
      }
    };
  }

  /// The tree is stopped all the same; who waits for its end then ends the process.
  private void exited(String caller, Engine engine, Display display, SdNotify upstream) {
    if (engine.outcome().isDone()) {
      return;
    }
    exited = caller;
    display.warn(caller + ": stopping; the exit code is 1");
    upstream.stopping();
    engine.ask(new Request.Down(false), "System.exit");
    while (true) {
      LockSupport.park();
    }
  }

  private void giveTerminalBack() {
    ForegroundRepl sitting = seat;
    if (sitting != null) {
      sitting.close();
    }
  }

  private static boolean hasTerminal() {
    try (FileInputStream terminal = new FileInputStream("/dev/tty")) {
      return terminal.getFD().valid();
    } catch (IOException e) {
      // The system's answer for a process without a controlling terminal.
      return false;
    }
  }

  private void ended(Engine engine, ControlEndpoint control, Display display, Outcome outcome) {
    // Closing brings the last lines of the children, so the display ends after it.
    try {
      engine.close();
      control.close();
      ForegroundRepl sitting = seat;
      if (sitting != null) {
        sitting.over();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      display.end();
    }
    leaveUnread(display, code(outcome));
  }

  /// What is still to be shown is, as long as somebody takes it; the process ends with it.
  private void leaveUnread(Display display, int code) {
    long before = -1;
    for (long now = display.progress(); now != before; now = display.progress()) {
      before = now;
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(UNREAD_SECONDS));
    }
    giveTerminalBack();
    Runtime.getRuntime().halt(code);
  }

  private int code(Outcome outcome) {
    boolean left = killed || !exited.isEmpty() || !outcome.leftovers().isEmpty();
    return left && outcome.exitCode() == ExitCodes.FINE ? ExitCodes.FAILED : outcome.exitCode();
  }

  private int told(Outcome outcome) {
    int code = code(outcome);
    for (String leftover : outcome.leftovers()) {
      say("left over: " + secrets.shown(leftover));
    }
    for (String unit : outcome.detached()) {
      say(secrets.shown(unit) + " lives on");
    }
    String cause =
        outcome.cause().isEmpty() && killed
            ? "killed before it had stopped"
            : outcome.cause().isEmpty() ? exited : outcome.cause();
    if (code != ExitCodes.FINE && !cause.isEmpty()) {
      say(secrets.shown(cause));
    }
    return code;
  }

  private void say(String line) {
    err.println(Block.behind("supervise: ", Printable.text(line)));
  }
}

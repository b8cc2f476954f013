package dev.supervise.cli;

import dev.supervise.Engine;
import dev.supervise.Settings;
import dev.supervise.control.Desk;
import dev.supervise.control.Evaluator;
import dev.supervise.dsl.LoadOptions;
import dev.supervise.dsl.PortSource;
import dev.supervise.dsl.ScriptCache;
import dev.supervise.dsl.ScriptLoader;
import dev.supervise.dsl.ScriptMistakes;
import dev.supervise.posix.Libc;
import dev.supervise.posix.Processes;
import dev.supervise.posix.Tty;
import dev.supervise.repl.LiveEvaluator;
import dev.supervise.run.Outcome;
import dev.supervise.run.Request;
import dev.supervise.run.SystemClock;
import dev.supervise.run.Transition;
import dev.supervise.spec.App;
import dev.supervise.spec.Mask;
import dev.supervise.spec.Nearest;
import dev.supervise.vital.ExitCall;
import dev.supervise.vital.SuddenEnd;
import dev.supervise.vital.Threads;
import dev.supervise.worker.Output;
import dev.supervise.worker.Upstream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `supervise app.groovy`: load, start, show, until the tree is down. Nothing is created and
/// nothing started before the script was understood as a whole.
final class RunVerb {
  private static final int STDOUT = 1;
  private static final SuddenEnd END = new SuddenEnd("the end of the tree");

  /// How long the end waits for a reader that takes nothing.
  private static final long UNREAD_SECONDS = 5;

  private final Invocation.Run run;
  private final Map<String, String> environment;
  private final PrintStream err;
  private volatile boolean killed;

  /// Who has called `System.exit`; empty while nobody has.
  private volatile String exited = "";

  private volatile @Nullable Seat seat;

  RunVerb(Invocation.Run run, Map<String, String> environment, PrintStream err) {
    this.run = run;
    this.environment = environment;
    this.err = err;
  }

  /// @return the exit code
  int call() {
    Path script = Path.of(run.script());
    String near = Nearest.to(run.script(), Arguments.VERBS);
    if (!near.isEmpty() && !Files.exists(script)) {
      say("no script '" + run.script() + "' (did you mean '" + near + "'?)");
      return ExitCodes.WRONG;
    }
    boolean background = Background.isHere() && Libc.supported();
    if (background) {
      // Failing, it leads a group already, and with it nothing of a terminal's.
      Processes.leaveTerminal();
    }
    CompletableFuture<Boolean> terminal = terminal();
    try {
      App app = first(script);
      Path state = StateDirectory.of(Path.of(app.base()), environment);
      StateDirectory.create(state);
      try (Ownership owned = Ownership.of(state)) {
        return supervise(app, state, owned.descriptor(), terminal.join());
      }
    } catch (ScriptMistakes e) {
      err.println(e.getMessage());
      return ExitCodes.WRONG;
    } catch (Refusal e) {
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
    try (FreePorts ports = new FreePorts()) {
      return load(script, ports);
    }
  }

  private App load(Path script, PortSource ports) {
    App app =
        ScriptLoader.load(
            script,
            run.script(),
            new LoadOptions(
                run.params(),
                ports,
                run.stacktrace(),
                LoadOptions.DEFAULT.limit(),
                ScriptCache.directory(environment)));
    return Selection.of(app, run.names(), run.except());
  }

  private int supervise(App app, Path state, int lock, boolean terminal) {
    Display display = display(app, state, terminal);
    LiveControl control = new LiveControl(app, state, environment, display::warn);
    Engine engine =
        Engine.open(
            new Settings(
                    state,
                    control.beside((Output) display),
                    control.beside((Consumer<Transition>) display),
                    display::warn,
                    lock,
                    control.told())
                .journalled());
    Upstream upstream = Upstream.of(environment, display::warn);
    Reloader script = reloader(engine, app, control, display);
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
    try {
      engine.apply(app);
      Desk desk = control.desk(engine, evaluator(script, engine, control), script);
      control.open(desk);
      if (terminal && run.repl() && Seat.taken(environment)) {
        Seat taken = seat(state, display, reaction, signals);
        seat = taken;
        signals.keyboard(taken::interrupted);
        taken.open(desk.connect("the REPL"), control::begun);
      }
      if (run.watch()) {
        new ScriptWatch(script::inputs, () -> script.reload("--watch")).start();
      }
      display.show();
      return told(engine.outcome().join(), new Mask(app.secrets()));
    } finally {
      System.setOut(out);
      System.setErr(systemErr);
    }
  }

  /// Runs typed lines: here, and for those who are attached.
  private Evaluator evaluator(Reloader script, Engine engine, LiveControl control) {
    return new LiveEvaluator(
        engine,
        script.base(),
        new LoadOptions(
            run.params(),
            name -> script.port(name).orElseGet(() -> free(name)),
            run.stacktrace(),
            LoadOptions.DEFAULT.limit(),
            ScriptCache.directory(environment)),
        control::mask,
        line -> Threads.start(Threads.vital("supervise-line", Threads.DEEP, line)));
  }

  private static int free(String name) {
    try (FreePorts ports = new FreePorts()) {
      return ports.free(name);
    }
  }

  private Seat seat(
      Path state, Display display, StopSignals.Reaction reaction, StopSignals signals) {
    Seat.Person person =
        new Seat.Person() {
          @Override
          public void stop() {
            reaction.stop();
          }

          @Override
          public void kill() {
            reaction.kill();
          }

          @Override
          public void leave() {
            signals.leftTerminal();
            Shell.takeTerminal();
          }
        };
    return new Seat(
        run.script(), state, environment, run.colour().on(true, environment), display, person);
  }

  private Reloader reloader(Engine engine, App app, LiveControl control, Display display) {
    Set<String> secrets = new HashSet<>(app.secrets());
    return new Reloader(
        engine,
        app,
        ports -> load(Path.of(run.script()), ports),
        next -> {
          secrets.addAll(next.secrets());
          Mask mask = new Mask(secrets);
          display.become(Labels.of(next.root()), mask);
          control.become(mask);
        },
        display::say);
  }

  private Display display(App app, Path state, boolean terminal) {
    Labels labels = Labels.of(app.root());
    Path logs = near(state.resolve("log"));
    Display display =
        new Display(
            new FileOutputStream(FileDescriptor.out),
            new Screen(terminal, run.colour().on(terminal, environment)),
            labels,
            new Mask(app.secrets()),
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
      Engine engine, Display display, Upstream upstream, Reloader script) {
    return new StopSignals.Reaction() {
      @Override
      public void stop() {
        upstream.stopping();
        engine.ask(new Request.Shutdown(false), "a signal");
      }

      @Override
      public void kill() {
        killed = true;
        engine.ask(new Request.Shutdown(true), "a signal");
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
  private void exited(String caller, Engine engine, Display display, Upstream upstream) {
    if (engine.outcome().isDone()) {
      return;
    }
    exited = caller;
    display.warn(caller + ": stopping; the exit code is 1");
    upstream.stopping();
    engine.ask(new Request.Shutdown(false), "System.exit");
    while (true) {
      LockSupport.park();
    }
  }

  private void giveTerminalBack() {
    Seat sitting = seat;
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

  private void ended(Engine engine, LiveControl control, Display display, Outcome outcome) {
    // Closing brings the last lines of the children, so the display ends after it.
    try {
      engine.close();
      control.close();
      Seat sitting = seat;
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

  private int told(Outcome outcome, Mask mask) {
    int code = code(outcome);
    for (String leftover : outcome.leftovers()) {
      say("left over: " + mask.of(leftover));
    }
    for (String unit : outcome.detached()) {
      say(mask.of(unit) + " lives on");
    }
    String cause =
        outcome.cause().isEmpty() && killed
            ? "killed before it had stopped"
            : outcome.cause().isEmpty() ? exited : outcome.cause();
    if (code != ExitCodes.FINE && !cause.isEmpty()) {
      say(mask.of(cause));
    }
    return code;
  }

  private void say(String line) {
    err.println("supervise: " + line);
  }
}

package dev.supervise.repl;

import dev.supervise.control.protocol.Connection;
import dev.supervise.render.OutputFormat;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.SystemClock;
import dev.supervise.verb.Options;
import dev.supervise.verb.Verb;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The prompt at the lower edge of a terminal: reads lines and carries them out until it is left or
/// the instance has gone. [#run] is for one thread; the rest for any.
public final class Repl implements AutoCloseable {
  /// So many times a command is asked to end.
  private static final int PATIENT = 3;

  private static final long TWICE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Commands commands;
  private final Console console;
  private final Owner owner;
  private final StatusLine status;
  private final String prompt;
  private final SystemClock clock = new SystemClock();
  private volatile boolean over;
  private @Nullable Thread reader;
  private boolean running;
  private int interrupts;
  private boolean asked;

  /// The command that ran was `exit`.
  private boolean leaving;

  private boolean stopped;
  private long interruptedAt;

  /// Whose terminal it is, and what leaving it means.
  public interface Owner {
    /// Stop the tree in order.
    void stop();

    /// Kill what is left.
    void kill();

    /// The tree is another process's: leaving only ends this REPL.
    boolean attached();

    /// A command of an attached terminal ends for no Ctrl-C: this process ends without it.
    void abandon(Repl repl);
  }

  /// How it was left.
  public enum End {
    /// The tree is to stop.
    STOP,
    /// The tree is to run on without this terminal.
    LEAVE,
    /// The instance has gone.
    OVER,
    /// The terminal has gone, or is another job's.
    LOST
  }

  private Repl(
      Commands commands, Console console, Completions completions, String name, Owner owner) {
    this.commands = commands;
    this.console = console;
    this.owner = owner;
    this.prompt = name + "> ";
    String keys = owner.attached() ? "^D leave" : "^C^C stop";
    OutputFormat canvas = console.canvas();
    this.status =
        new StatusLine(
            commands.connection(),
            completions::seen,
            console::status,
            canvas,
            keys
                + (owner.attached() ? "" : (canvas.unicode() ? " · " : " - ") + "^D leave")
                + (canvas.unicode() ? " · " : " - ")
                + "? help",
            this::over);
  }

  /// Takes the terminal.
  ///
  /// @param name what the prompt says
  /// @param muted whose output is hidden on this terminal
  /// @param history where typed lines are kept
  /// @throws IOException there is no terminal that can be drawn on
  public static Repl open(
      Connection connection,
      String name,
      Muted muted,
      Optional<Path> history,
      boolean colour,
      boolean unicode,
      Owner owner)
      throws IOException {
    List<Verb> own = new ArrayList<>();
    own.add(new MuteVerb(muted, true));
    own.add(new MuteVerb(muted, false));
    WatchVerb watch = new WatchVerb();
    own.add(watch);
    Leave leave = new Leave();
    own.add(leave);
    Commands commands = new Commands(connection, own);
    Completions completions = new Completions(commands);
    Console console = Console.open(commands, completions, history, colour, unicode);
    watch.on(console);
    Repl repl = new Repl(commands, console, completions, name, owner);
    leave.repl = repl;
    return repl;
  }

  /// Above its line.
  public Console console() {
    return console;
  }

  /// Reads what is typed; on a thread of its own, from the beginning on.
  public Runnable keys() {
    return console.keys();
  }

  /// Keeps its status line; on a thread of its own, which may be interrupted.
  public Runnable statusLine() {
    return status;
  }

  /// Reads and carries out, until it is left. May be called again after [#resume].
  public End run() {
    synchronized (this) {
      reader = Thread.currentThread();
    }
    asked = false;
    while (!over) {
      switch (console.read(prompt)) {
        case Console.Read.Text(String text) -> {
          carryOut(text);
          if (leaving) {
            leaving = false;
            leave();
          }
        }
        case Console.Read.Interrupted(boolean empty) -> interrupted(empty);
        case Console.Read.End() -> leave();
        case Console.Read.Lost() -> {
          return over ? End.OVER : End.LOST;
        }
      }
      if (asked) {
        return stopped ? End.STOP : End.LEAVE;
      }
    }
    return End.OVER;
  }

  private void carryOut(String text) {
    synchronized (this) {
      running = true;
      interrupts = 0;
    }
    console.begin(this::interruptCommand);
    try {
      int _ = commands.run(text, console.out());
    } catch (InterruptedException _) {
      console.print("interrupted\n");
    } catch (RuntimeException e) {
      // A defect of a verb must not take the prompt away.
      console.print("a defect of supervise itself: " + e + "\n");
    } finally {
      console.end();
      synchronized (this) {
        running = false;
        boolean _ = Thread.interrupted();
      }
    }
  }

  /// Ctrl-C while a command runs. One that does not listen to several is past helping here: from
  /// then on they mean what they mean on an empty line.
  private void interruptCommand() {
    synchronized (this) {
      Thread thread = reader;
      if (!running || thread == null) {
        return;
      }
      if (interrupts < PATIENT) {
        interrupts++;
        thread.interrupt();
        return;
      }
    }
    if (owner.attached()) {
      owner.abandon(this);
    } else {
      interrupted(true);
    }
  }

  /// Gives the terminal back until [#resume]; what is printed meanwhile is not kept.
  public void suspend() {
    console.suspend();
  }

  /// Takes the terminal again.
  ///
  /// @param interrupted Ctrl-C was typed before that
  public void resume(boolean interrupted) {
    console.resume();
    if (interrupted) {
      interrupted(true);
    }
  }

  /// What a Ctrl-C on an empty line means.
  private enum Press {
    KILL,
    STOP,
    HINT
  }

  private void interrupted(boolean empty) {
    if (over || !empty) {
      return;
    }
    if (owner.attached()) {
      console.print("^D leaves; the tree runs on. down stops it\n");
      return;
    }
    switch (press()) {
      case KILL -> {
        console.print("killing what is left\n");
        owner.kill();
      }
      case STOP -> {
        console.print("stopping; ^C once more kills what is left\n");
        owner.stop();
      }
      case HINT -> console.print("^C again within 2 s stops the tree; ^D leaves\n");
    }
  }

  private synchronized Press press() {
    long now = clock.now();
    boolean twice = interruptedAt != 0 && now - interruptedAt < TWICE_NANOS;
    interruptedAt = now;
    if (stopped) {
      return Press.KILL;
    }
    stopped = twice;
    return twice ? Press.STOP : Press.HINT;
  }

  /// Ctrl-D, `exit`.
  private void leave() {
    if (owner.attached()) {
      asked = true;
      return;
    }
    while (!over) {
      switch (console.read("stop the tree, leave it running, or cancel? [s/l/C] ")) {
        case Console.Read.Text(String answer) -> {
          switch (answer.strip().toLowerCase(java.util.Locale.ROOT)) {
            case "s", "stop" -> {
              stopped = true;
              asked = true;
              owner.stop();
              return;
            }
            case "l", "leave" -> {
              asked = true;
              return;
            }
            case "", "c", "cancel" -> {
              return;
            }
            default -> console.print("s stops, l leaves it running, c or Enter cancels\n");
          }
        }
        case Console.Read.Interrupted _, Console.Read.End _, Console.Read.Lost _ -> {
          return;
        }
      }
    }
  }

  /// Whether a line that was typed here has ended the instance.
  public boolean broughtDown() {
    return commands.broughtDown();
  }

  /// The instance has gone: [#run] returns.
  public void over() {
    console.last();
    synchronized (this) {
      over = true;
      Thread thread = reader;
      if (thread != null) {
        thread.interrupt();
      }
    }
  }

  /// Gives the terminal back.
  @Override
  public void close() {
    console.close();
  }

  /// `exit`: what Ctrl-D does.
  private static final class Leave implements Verb {
    private @Nullable Repl repl;

    @Override
    public String name() {
      return "exit";
    }

    @Override
    public List<String> aliases() {
      return List.of("quit", "detach");
    }

    @Override
    public String purpose() {
      return "leave: stop the tree, or let it run";
    }

    @Override
    public Operand operand() {
      return Operand.NOTHING;
    }

    @Override
    public int run(Connection connection, Options options, Out out) {
      options.words(0, 0, "nothing");
      Repl left = repl;
      if (left != null) {
        left.leaving = true;
      }
      return ExitCodes.FINE;
    }
  }
}

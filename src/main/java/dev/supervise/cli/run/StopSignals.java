package dev.supervise.cli.run;

import dev.supervise.posix.SignalPipe;
import dev.supervise.run.Clock;
import dev.supervise.run.ExitCodes;
import dev.supervise.spec.Signals;
import dev.supervise.vital.Threads;
import java.util.Optional;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/// What signals mean to a running supervisor. TERM and INT count together: the first stops in
/// order, the second kills, the third leaves at once. HUP is the terminal's end and stops too, but
/// never escalates: a shell repeats what the kernel has already sent. Without a terminal HUP loads
/// the script again. The same signal again within [#ECHO_NANOS] is no second one: timeout(1) and
/// others send each to the process and once more to its group.
final class StopSignals {
  /// Takes INT for itself, if it is the keyboard's and is not meant to end the tree. While there is
  /// a prompt the keyboard sends none.
  interface Keyboard {
    boolean interrupted();
  }

  /// What is done about them. Called on the one thread signals come to; must not block.
  interface Reaction {
    /// @param by what asks: `SIGTERM`
    void stop(String by);

    /// @param by what asks
    void kill(String by);

    /// @param code see [ExitCodes#signalled]
    void leave(int code);

    void reload();

    void say(String line);
  }

  static final long ECHO_NANOS = 50_000_000;

  private final Reaction reaction;
  private final Clock clock;
  private final boolean terminal;
  private volatile Keyboard keyboard = () -> false;
  private int asked;
  private int last;
  private long lastAt;
  private boolean left;
  private Optional<SignalPipe> pipe = Optional.empty();

  /// @param terminal there is a controlling terminal
  StopSignals(boolean terminal, Clock clock, Reaction reaction) {
    this.terminal = terminal;
    this.clock = clock;
    this.reaction = reaction;
  }

  /// Makes this process act on them. TSTP, TTIN and TTOU are ignored from now on: a supervisor that
  /// is stopped supervises nothing.
  ///
  /// @throws dev.supervise.vital.NoThread there is no thread for them
  void install() {
    for (String name : new String[] {"TSTP", "TTIN", "TTOU"}) {
      on(name, SignalHandler.SIG_IGN);
    }
    pipe = SignalPipe.open();
    if (pipe.isPresent()) {
      Threads.start(Threads.vital("supervise-signals", () -> serve(pipe.get())));
      for (int signal : new int[] {Signals.INT, Signals.TERM, Signals.HUP}) {
        pipe.get().take(signal);
      }
      return;
    }
    // A thread is made for each of them: where none can be had, the signal is lost.
    for (String name : new String[] {"INT", "TERM", "HUP"}) {
      on(name, signal -> came(signal.getNumber()));
    }
  }

  private void serve(SignalPipe pipe) {
    for (int signal = pipe.next(); signal != SignalPipe.OVER; signal = pipe.next()) {
      came(signal);
    }
  }

  /// Nothing is left to stop: a signal ends the process.
  void uninstall() {
    pipe.ifPresent(SignalPipe::end);
  }

  private void came(int signal) {
    switch (signal) {
      case Signals.INT -> interrupted("INT", signal);
      case Signals.TERM -> interrupted("TERM", signal);
      case Signals.HUP -> hungUp();
      default -> throw new IllegalStateException("signal " + signal + " was not asked for");
    }
  }

  private static void on(String name, SignalHandler handler) {
    // A signal that was ignored when we were started (nohup, a background job of a script) stays
    // so:
    // the JVM leaves it alone by itself.
    Signal.handle(new Signal(name), handler);
  }

  /// Somebody types; see [Keyboard].
  void keyboard(Keyboard typed) {
    keyboard = typed;
  }

  /// The terminal is given up: its end is nobody's business any more.
  synchronized void leftTerminal() {
    left = true;
  }

  /// It is ours again.
  synchronized void tookTerminal() {
    left = false;
  }

  void interrupted(String name, int number) {
    if (!name.equals("INT") || !keyboard.interrupted()) {
      counted(name, number);
    }
  }

  private synchronized void counted(String name, int number) {
    long now = clock.now();
    boolean echo = number == last && now - lastAt < ECHO_NANOS;
    last = number;
    lastAt = now;
    if (echo) {
      return;
    }
    asked++;
    switch (Math.min(asked, 3)) {
      case 1 -> {
        reaction.say("SIG" + name + ": stopping; once more kills what is left");
        reaction.stop("SIG" + name);
      }
      case 2 -> {
        reaction.say("SIG" + name + ": killing");
        reaction.kill("SIG" + name);
      }
      case 3 -> reaction.leave(ExitCodes.signalled(number));
      default -> throw new IllegalStateException("asked " + asked);
    }
  }

  synchronized void hungUp() {
    if (!terminal || left) {
      reaction.reload();
    } else if (asked == 0) {
      asked = 1;
      reaction.say("SIGHUP: the terminal has gone; stopping");
      reaction.stop("SIGHUP");
    }
  }
}

package dev.supervise.cli.run;

import dev.supervise.control.protocol.Connection;
import dev.supervise.posix.Libc;
import dev.supervise.posix.Tty;
import dev.supervise.render.OutputFormat;
import dev.supervise.repl.Repl;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Where a person sits before a foreground run: opens the REPL once something has been started, and
/// gives the terminal back whatever happens. Everything is on threads of its own; the tree does not
/// notice.
public final class ForegroundRepl {
  /// How long the end waits for the terminal to be given back.
  private static final long PATIENCE_MILLIS = 2000;

  /// A shell cannot give its terminal to anybody else while we only run.
  private static final String LEAVING =
      "runs on, pid %d (not stopped, whatever the shell says); fg, or supervise attach\n";

  private final String name;
  private final Path state;
  private final Map<String, String> environment;
  private final boolean colour;
  private final Display display;
  private final Person person;
  private final Away away = new Away(ForegroundRepl::terminal);
  private final CountDownLatch left = new CountDownLatch(1);
  private @Nullable Repl repl;
  private boolean over;

  /// What the person may do with the tree.
  interface Person extends Repl.Owner {
    /// The terminal goes back to the shell, the tree runs on without it.
    void leave();

    /// The shell has given the terminal back.
    void back();

    @Override
    default boolean attached() {
      return false;
    }

    @Override
    default void abandon(Repl repl) {
      throw new IllegalStateException("the tree is this process' own");
    }
  }

  ForegroundRepl(
      String script,
      Path state,
      Map<String, String> environment,
      boolean colour,
      Display display,
      Person person) {
    this.name = promptOf(script);
    this.state = state;
    this.environment = environment;
    this.colour = colour;
    this.display = display;
    this.person = person;
  }

  /// `app` for `dir/app.groovy`.
  public static String promptOf(String script) {
    String file = script.substring(script.lastIndexOf('/') + 1);
    String base =
        file.endsWith(".groovy") ? file.substring(0, file.length() - ".groovy".length()) : file;
    return base.isEmpty() ? "supervise" : base;
  }

  /// Whether there is somebody to talk to: a terminal that can be drawn on at both ends, in whose
  /// foreground we are.
  public static boolean taken(Map<String, String> environment) {
    String type = environment.getOrDefault("TERM", "");
    return Libc.supported()
        && !type.isEmpty()
        && !type.equals("dumb")
        && environment.getOrDefault("CI", "").isEmpty()
        && Tty.is(0)
        && Tty.is(1)
        && Tty.foreground(0);
  }

  /// Opens the REPL.
  ///
  /// @param begun returns when something has been started
  void open(Connection connection, Begun begun) {
    try {
      Threads.start(
          Threads.aside(
              "supervise-repl",
              () -> sit(connection, begun),
              thrown -> display.say("the prompt has failed: " + thrown)));
    } catch (NoThread e) {
      display.say("no REPL: " + e.getMessage());
      connection.close();
      left.countDown();
    }
  }

  /// See [#open].
  interface Begun {
    void await() throws InterruptedException;
  }

  private void sit(Connection connection, Begun begun) {
    try {
      begun.await();
      Repl opened =
          Repl.open(
              connection,
              name,
              display.muted(),
              Optional.of(state.resolve("repl-history")),
              colour,
              OutputFormat.utf8(CallerLocale.of(environment)),
              person);
      synchronized (this) {
        if (over) {
          opened.close();
          return;
        }
        repl = opened;
        display.through(opened.console().above());
      }
      Threads.start(
          Threads.aside(
              "supervise-keys",
              opened.keys(),
              thrown -> display.say("the keyboard is not read any more: " + thrown)));
      Thread status =
          Threads.aside(
              "supervise-status",
              opened.statusLine(),
              thrown -> display.say("the status line has failed: " + thrown));
      Threads.start(status);
      try {
        while (sat(opened)) {
          display.through(opened.console().above());
        }
      } finally {
        status.interrupt();
      }
    } catch (NoThread e) {
      display.say("no REPL: " + e.getMessage());
    } catch (IOException e) {
      display.say("no REPL: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connection.close();
      left.countDown();
    }
  }

  /// Serves the person, and waits after each leave for the return.
  ///
  /// @return false when there is none: the tree is down, or the terminal has gone
  private boolean sat(Repl opened) throws InterruptedException {
    Repl.End end = opened.run();
    switch (end) {
      case STOP, OVER -> {
        display.throughAgain();
        opened.close();
        return false;
      }
      case LEAVE -> {
        opened.console().print(LEAVING.formatted(ProcessHandle.current().pid()));
        display.through(OutputStream.nullOutputStream());
        opened.suspend();
        person.leave();
      }
      case LOST -> {
        // Stopped and put into the background by others, for example.
        display.through(OutputStream.nullOutputStream());
        opened.suspend();
      }
    }
    Away.Outcome outcome = away.end();
    return switch (outcome) {
      case GONE, OVER -> false;
      case BACK, INTERRUPTED, KEPT -> {
        person.back();
        opened.resume(outcome == Away.Outcome.INTERRUPTED);
        if (outcome == Away.Outcome.KEPT) {
          opened.console().print("no shell has taken this terminal: the prompt stays\n");
        }
        yield true;
      }
    };
  }

  private static Away.Terminal terminal() {
    return Tty.foreground(0)
        ? Away.Terminal.OURS
        : Tty.is(0) ? Away.Terminal.OTHERS : Away.Terminal.NOBODYS;
  }

  /// Ctrl-C came as a signal, which it does where the terminal was left to others, and given back a
  /// moment ago.
  ///
  /// @return whether that is so
  boolean interrupted() {
    return away.interrupted();
  }

  /// The tree is down: the terminal is given back.
  void over() throws InterruptedException {
    Repl open;
    synchronized (this) {
      over = true;
      open = repl;
    }
    away.over();
    if (open != null) {
      open.over();
      boolean _ = left.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      open.close();
      display.throughAgain();
    }
  }

  /// Gives the terminal back now, for a process that ends at once.
  synchronized void close() {
    Repl open = repl;
    if (open != null) {
      open.close();
    }
  }
}

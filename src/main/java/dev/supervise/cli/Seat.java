package dev.supervise.cli;

import dev.supervise.control.Connection;
import dev.supervise.posix.Libc;
import dev.supervise.posix.Tty;
import dev.supervise.repl.Canvas;
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
final class Seat {
  /// How long the end waits for the terminal to be given back.
  private static final long PATIENCE_MILLIS = 2000;

  private final String name;
  private final Path state;
  private final Map<String, String> environment;
  private final boolean colour;
  private final Display display;
  private final Person person;
  private final CountDownLatch left = new CountDownLatch(1);
  private @Nullable Repl repl;
  private boolean over;

  /// What the person may do with the tree.
  interface Person extends Repl.Owner {
    /// The terminal goes back to the shell, the tree runs on without it.
    void leave();

    @Override
    default boolean attached() {
      return false;
    }
  }

  Seat(
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
  static String promptOf(String script) {
    String file = script.substring(script.lastIndexOf('/') + 1);
    String base =
        file.endsWith(".groovy") ? file.substring(0, file.length() - ".groovy".length()) : file;
    return base.isEmpty() ? "supervise" : base;
  }

  /// Whether there is somebody to talk to: a terminal that can be drawn on at both ends, in whose
  /// foreground we are.
  static boolean taken(Map<String, String> environment) {
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
              Canvas.utf8(ClientVerb.callers(environment)),
              person);
      synchronized (this) {
        if (over) {
          opened.close();
          return;
        }
        repl = opened;
        display.through(opened.console().above());
      }
      Thread status =
          Threads.aside(
              "supervise-status",
              opened.statusLine(),
              thrown -> display.say("the status line has failed: " + thrown));
      Threads.start(status);
      try {
        leave(opened, opened.run());
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

  private void leave(Repl opened, Repl.End end) {
    switch (end) {
      case STOP, OVER -> display.throughAgain();
      case LEAVE, LOST -> display.through(OutputStream.nullOutputStream());
    }
    opened.close();
    if (end == Repl.End.LEAVE) {
      person.leave();
    }
  }

  /// Ctrl-C came as a signal.
  ///
  /// @return whether it ended a command
  synchronized boolean interrupted() {
    Repl open = repl;
    return open != null && open.interruptCommand();
  }

  /// The tree is down: the terminal is given back.
  void over() throws InterruptedException {
    Repl open;
    synchronized (this) {
      over = true;
      open = repl;
    }
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

package dev.supervise.cli;

import dev.supervise.cli.run.CallerLocale;
import dev.supervise.cli.run.CliError;
import dev.supervise.cli.run.Display;
import dev.supervise.cli.run.DisplayNames;
import dev.supervise.cli.run.ForegroundRepl;
import dev.supervise.cli.run.InstanceLocator;
import dev.supervise.cli.run.Screen;
import dev.supervise.control.client.SocketConnection;
import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Feed;
import dev.supervise.control.protocol.FeedItem;
import dev.supervise.control.protocol.Following;
import dev.supervise.control.protocol.Query;
import dev.supervise.render.OutputFormat;
import dev.supervise.render.Style;
import dev.supervise.repl.Repl;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.Selector;
import dev.supervise.run.Status;
import dev.supervise.run.Transition;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.Signals;
import dev.supervise.text.Secrets;
import dev.supervise.verb.Option;
import dev.supervise.verb.Options;
import dev.supervise.verb.QueryCall;
import dev.supervise.verb.Usage;
import dev.supervise.vital.Threads;
import dev.supervise.worker.OutputTail;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import sun.misc.Signal;

/// `attach`: the REPL of a running instance on this terminal. Its lines run in the instance; what
/// units write and what happens to them is shown from now on. Any number may be attached.
final class AttachVerb implements LocalVerb {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration PULSE = Duration.ofSeconds(5);

  @Override
  public String name() {
    return "attach";
  }

  @Override
  public String purpose() {
    return "the prompt of a running instance, on this terminal";
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.of(
            "",
            ClientOptions.SCRIPT,
            ClientOptions.STATE_DIR,
            Option.flag("show what happens to units, not what they write", "--quiet")));
  }

  @Override
  public int call(Options options, CliContext here) {
    options.words(0, 0, "nothing");
    return attach(options, options.has("--quiet"), here);
  }

  /// @param options `-s` and `--state-dir` say whose prompt
  static int attach(Options options, boolean quiet, CliContext here) {
    Optional<String> script = ClientOptions.script(options);
    Map<String, String> environment = ClientOptions.environment(options, here.environment());
    if (!ForegroundRepl.taken(environment)) {
      throw new CliError(
          ExitCodes.WRONG,
          "attach needs a terminal of its own (TERM other than dumb, CI unset, in the foreground);"
              + " for scripts there is repl -e");
    }
    String by = "attach (pid " + ProcessHandle.current().pid() + ")";
    try (Connection connection = new InstanceLocator(environment).connect(script, by)) {
      return attached(connection, quiet, environment);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.FAILED;
    }
  }

  private static int attached(Connection connection, boolean quiet, Map<String, String> environment)
      throws InterruptedException {
    boolean colour = Style.When.AUTO.on(true, environment);
    boolean unicode = OutputFormat.utf8(CallerLocale.of(environment));
    String script = connection.instance().script();
    Path state = Path.of(connection.instance().stateDir());
    Display display =
        new Display(
            OutputStream.nullOutputStream(),
            new Screen(true, colour),
            labels(connection),
            new Secrets(),
            quiet,
            state.resolve("log").toString(),
            line -> {});
    try {
      Repl repl =
          Repl.open(
              connection,
              ForegroundRepl.promptOf(script),
              display.muted(),
              Optional.of(state.resolve("repl-history")),
              colour,
              unicode,
              new Guest());
      display.through(repl.console().above());
      Signal.handle(
          new Signal("INT"),
          signal -> {
            // The keyboard sends none: somebody else means this process.
            leave(repl, ExitCodes.signalled(signal.getNumber()));
          });
      thread("supervise-keys", repl.keys());
      thread("supervise-status", repl.statusLine());
      thread("supervise-changes", () -> show(connection, new Feed.Changes(Selector.ALL), display));
      if (!quiet) {
        thread("supervise-lines", () -> show(connection, new Feed.Lines(Selector.ALL), display));
      }
      thread("supervise-display", display::show);
      thread("supervise-pulse", () -> watch(connection, display));
      connection.lost().thenRun(repl::over);
      display.say(
          script + "  pid " + connection.instance().pid() + "  logs " + state.resolve("log"));
      Repl.End end = repl.run();
      if (end == Repl.End.OVER) {
        repl.console().print("the instance has ended\n");
      }
      display.through(OutputStream.nullOutputStream());
      repl.close();
      return end == Repl.End.OVER && !repl.broughtDown() ? ExitCodes.NOTHING_RUNS : ExitCodes.FINE;
    } catch (IOException e) {
      throw new CliError(ExitCodes.FAILED, "no REPL: " + e.getMessage());
    }
  }

  private static void leave(Repl repl, int code) {
    repl.close();
    Runtime.getRuntime().halt(code);
  }

  /// Says when the instance does not answer any more, and when it does again.
  private static void watch(Connection connection, Display display) {
    boolean said = false;
    try {
      while (true) {
        Thread.sleep(PULSE);
        Optional<String> trouble = connection.trouble(SocketConnection.PATIENCE);
        if (connection.lost().isDone()) {
          return;
        }
        if (trouble.isPresent() != said) {
          said = trouble.isPresent();
          display.warn(trouble.orElse("the instance answers again"));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static DisplayNames labels(Connection connection) throws InterruptedException {
    return QueryCall.ask(connection, new Query.Tree(Selector.ALL))
            instanceof Answer.Tree(var _, List<UnitSnapshot> units)
        ? DisplayNames.of(units.getFirst())
        : DisplayNames.NONE;
  }

  private static void thread(String name, Runnable work) {
    Threads.start(Threads.vital(name, work));
  }

  private static void show(Connection connection, Feed feed, Display display) {
    try (Following following = connection.follow(feed)) {
      while (true) {
        Optional<FeedItem> item = following.next(LONG);
        if (item.isPresent() && !shown(item.get(), display)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// @return whether more may come
  private static boolean shown(FeedItem item, Display display) {
    return switch (item) {
      case FeedItem.Line(long _, String path, String text) -> {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        display.line(path, bytes, 0, bytes.length);
        yield true;
      }
      case FeedItem.Changed c -> {
        // A unit that is not ready yet is told when it is.
        if (c.status() != Status.RUNNING || c.ready()) {
          display.accept(
              new Transition(
                  c.at(),
                  c.path(),
                  c.kind(),
                  c.from(),
                  c.status(),
                  c.what(),
                  c.next(),
                  OutputTail.of(c.output())));
        }
        yield true;
      }
      case FeedItem.Dropped(long count) -> {
        display.say("... " + count + " lines not shown");
        yield true;
      }
      case FeedItem.Happened _, FeedItem.Said _ -> true;
      case FeedItem.End _ -> false;
    };
  }

  /// Leaving leaves the tree alone.
  private static final class Guest implements Repl.Owner {
    @Override
    public void stop() {
      throw new IllegalStateException("the tree belongs to its own process");
    }

    @Override
    public void kill() {
      throw new IllegalStateException("the tree belongs to its own process");
    }

    @Override
    public boolean attached() {
      return true;
    }

    @Override
    public void abandon(Repl repl) {
      leave(repl, ExitCodes.signalled(Signals.number("INT").orElseThrow()));
    }
  }
}

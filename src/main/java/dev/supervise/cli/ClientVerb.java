package dev.supervise.cli;

import dev.supervise.cli.run.CallerLocale;
import dev.supervise.cli.run.CliError;
import dev.supervise.cli.run.Deadline;
import dev.supervise.cli.run.InstanceLocator;
import dev.supervise.cli.run.LazyConnection;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.server.EndedInstance;
import dev.supervise.posix.Libc;
import dev.supervise.posix.Tty;
import dev.supervise.render.OutputFormat;
import dev.supervise.render.Style;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.SystemClock;
import dev.supervise.text.Printable;
import dev.supervise.verb.Awaited;
import dev.supervise.verb.HelpText;
import dev.supervise.verb.Option;
import dev.supervise.verb.Options;
import dev.supervise.verb.Verb;
import dev.supervise.verb.WaitingLine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// A verb against a running instance, from another terminal or a script. Loads neither Groovy nor a
/// second verb: it must answer before a user notices a delay.
public final class ClientVerb {
  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  ClientVerb(Map<String, String> environment, PrintStream out, PrintStream err) {
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  /// @return the exit code
  int call(Verb verb, List<String> words) {
    try {
      Options given = Options.of(verb, words, ClientOptions.ALL);
      if (given.help()) {
        HelpText.of("supervise ", verb, ClientOptions.ALL).forEach(out::println);
        return ExitCodes.FINE;
      }
      String by = "supervise " + verb.name() + " (pid " + ProcessHandle.current().pid() + ")";
      InstanceLocator instances =
          new InstanceLocator(
              ClientOptions.environment(given, environment),
              new Deadline(given.span(Option.TIMEOUT.name())));
      return verb.readsThePast(given)
          ? looking(verb, instances, by, given)
          : running(verb, instances, by, given);
    } catch (Options.Wrong | IllegalArgumentException e) {
      err.println(
          "supervise: " + verb.name() + ": " + Printable.line(String.valueOf(e.getMessage())));
      err.println("supervise: " + HelpText.usage("", verb));
      return ExitCodes.WRONG;
    } catch (CliError e) {
      err.println(e.text());
      return e.code();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.FAILED;
    } finally {
      out.flush();
    }
  }

  private int running(Verb verb, InstanceLocator instances, String by, Options given)
      throws InterruptedException {
    try (Connection connection =
        new LazyConnection(() -> instances.connect(ClientOptions.script(given), by))) {
      return verb.run(connection, given, printing(ClientOptions.colour(given)));
    }
  }

  private int looking(Verb verb, InstanceLocator instances, String by, Options given)
      throws InterruptedException {
    AtomicReference<Optional<EndedInstance>> past = new AtomicReference<>(Optional.empty());
    try (Connection connection =
        new LazyConnection(() -> {
          Connection found = instances.connectOrRead(ClientOptions.script(given), by);
          if (found instanceof EndedInstance ended) {
            past.set(Optional.of(ended));
            if (!given.has(Option.JSON.name())) {
              err.println(
                  "supervise: " + Ends.text(ended.instance(), new SystemClock().timeOfDay()));
            }
          }
          return found;
        })) {
      int code = verb.run(connection, given, printing(ClientOptions.colour(given)));
      past.get()
          .ifPresent(
              ended -> ended.remarks().forEach(remark -> err.println("supervise: " + remark)));
      return code;
    }
  }

  /// Where a verb prints.
  Verb.Out printing(Style.When colour) {
    boolean terminal = onTerminal();
    OutputFormat canvas = canvas(terminal, colour);
    WaitingLine waiting = WaitingLine.on(err, environment, canvas.columns());
    return new Verb.Out() {
      @Override
      public void line(String text) {
        print(shown(text));
      }

      @Override
      public void output(String head, String line) {
        print(head + (terminal ? Printable.output(line, canvas.colour()) : line));
      }

      private String shown(String text) {
        return terminal ? Printable.painted(text, canvas.colour()) : text;
      }

      private void print(String text) {
        waiting.clear();
        out.println(text);
        // A stream is read as it comes; a listing is one piece.
        if (out.checkError()) {
          throw new CliError(ExitCodes.FINE, "nobody reads any more");
        }
      }

      @Override
      public void problem(String text) {
        waiting.clear();
        err.println("supervise: " + Printable.text(text));
      }

      @Override
      public void waiting(Awaited awaited) {
        waiting.show(awaited);
      }

      @Override
      public OutputFormat canvas() {
        return canvas;
      }

      @Override
      public void lines(List<String> lines) {
        lines.forEach(line -> out.println(shown(line)));
      }
    };
  }

  private OutputFormat canvas(boolean terminal, Style.When colour) {
    return new OutputFormat(
        terminal ? columns() : 0,
        colour.on(terminal, environment),
        OutputFormat.utf8(CallerLocale.of(environment)));
  }

  /// Asking the system itself wakes the foreign-function interface, which costs a third of the
  /// whole call; where there is a /proc, the name of what is open says it too.
  static boolean onTerminal() {
    try {
      String name = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
      return name.startsWith("/dev/pts/")
          || name.startsWith("/dev/tty")
          || name.equals("/dev/console");
    } catch (IOException e) {
      return Libc.supported() && Tty.is(1);
    }
  }

  /// The launcher has asked already, where it could.
  private int columns() {
    String told = environment.getOrDefault("SUPERVISE_COLUMNS", "");
    if (told.matches("[1-9][0-9]{0,3}")) {
      return Integer.parseInt(told);
    }
    return Libc.supported() ? Tty.columns(1) : 0;
  }
}

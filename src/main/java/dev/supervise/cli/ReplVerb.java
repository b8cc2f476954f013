package dev.supervise.cli;

import dev.supervise.cli.run.CallerLocale;
import dev.supervise.cli.run.CliError;
import dev.supervise.cli.run.ForegroundRepl;
import dev.supervise.cli.run.InstanceLocator;
import dev.supervise.cli.run.StateDirectory;
import dev.supervise.control.protocol.Connection;
import dev.supervise.render.OutputFormat;
import dev.supervise.repl.Commands;
import dev.supervise.repl.Grammar;
import dev.supervise.run.ExitCodes;
import dev.supervise.text.Printable;
import dev.supervise.verb.Awaited;
import dev.supervise.verb.Option;
import dev.supervise.verb.Options;
import dev.supervise.verb.Usage;
import dev.supervise.verb.Verb;
import dev.supervise.verb.WaitingLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `repl`: lines for a running instance, from `-e`, from a pipe, or from a person (then it is
/// `attach`). The first line that fails ends it, with that line's exit code.
final class ReplVerb implements LocalVerb {
  @Override
  public String name() {
    return "repl";
  }

  @Override
  public String purpose() {
    return "lines for a running instance: those of -e, of a pipe, or a prompt";
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.of(
            "",
            ClientOptions.SCRIPT,
            ClientOptions.STATE_DIR,
            Option.of("LINE", "carry out this line", "-e").repeating()));
  }

  @Override
  public int call(Options options, CliContext here) {
    options.words(0, 0, "nothing; a line goes behind -e");
    if (options.all("-e").isEmpty() && ForegroundRepl.taken(here.environment())) {
      return AttachVerb.attach(options, false, here);
    }
    String by = "repl (pid " + ProcessHandle.current().pid() + ")";
    Map<String, String> environment = ClientOptions.environment(options, here.environment());
    try (Connection connection =
        new InstanceLocator(environment).connect(ClientOptions.script(options), by)) {
      Commands commands = new Commands(connection, List.of());
      return options.all("-e").isEmpty()
          ? piped(commands, here)
          : lines(commands, options.all("-e"), here);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.FAILED;
    }
  }

  private static int lines(Commands commands, List<String> lines, CliContext here)
      throws InterruptedException {
    for (String line : lines) {
      int code = commands.run(line, printing(here, ""));
      if (code != ExitCodes.FINE) {
        return code;
      }
    }
    return ExitCodes.FINE;
  }

  private static int piped(Commands commands, CliContext here) throws InterruptedException {
    try {
      if (Files.isRegularFile(Path.of("/proc/self/fd/0"))) {
        return file(commands, new String(System.in.readAllBytes(), StandardCharsets.UTF_8), here);
      }
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      int number = 0;
      String line;
      while ((line = in.readLine()) != null) {
        number++;
        int first = number;
        StringBuilder text = new StringBuilder(line);
        while (commands.goesOn(text.toString())) {
          Optional<String> more = Optional.ofNullable(in.readLine());
          if (more.isEmpty()) {
            break;
          }
          number++;
          text.append('\n').append(more.get());
        }
        int code = commands.run(text.toString(), printing(here, "line " + first + ": "));
        if (code != ExitCodes.FINE) {
          return code;
        }
      }
      return ExitCodes.FINE;
    } catch (IOException e) {
      throw new CliError(
          ExitCodes.FAILED, "standard input cannot be read: " + StateDirectory.reason(e));
    }
  }

  /// The whole of it is there: it is cut as a pasted text is. From a pipe each line is carried out
  /// when it comes, as whoever writes may wait for the answer.
  private static int file(Commands commands, String text, CliContext here)
      throws InterruptedException {
    for (Grammar.Piece piece : commands.cut(text)) {
      int code = commands.run(piece.text(), printing(here, "line " + piece.line() + ": "));
      if (code != ExitCodes.FINE) {
        return code;
      }
    }
    return ExitCodes.FINE;
  }

  /// @param where goes before what is wrong
  private static Verb.Out printing(CliContext here, String where) {
    Map<String, String> environment = here.environment();
    OutputFormat canvas =
        new OutputFormat(0, false, OutputFormat.utf8(CallerLocale.of(environment)));
    boolean terminal = ClientVerb.onTerminal();
    WaitingLine waiting = WaitingLine.on(here.err(), environment, 0);
    return new Verb.Out() {
      @Override
      public void line(String text) {
        waiting.clear();
        here.out().println(terminal ? Printable.painted(text, false) : text);
      }

      @Override
      public void output(String head, String line) {
        line(head + (terminal ? Printable.output(line, false) : line));
      }

      @Override
      public void problem(String text) {
        waiting.clear();
        here.problem(where + text);
      }

      @Override
      public void waiting(Awaited awaited) {
        waiting.show(awaited);
      }

      @Override
      public OutputFormat canvas() {
        return canvas;
      }
    };
  }
}

package dev.supervise.repl;

import dev.supervise.posix.PrivateDirectory;
import dev.supervise.render.OutputFormat;
import dev.supervise.render.Style;
import dev.supervise.text.Printable;
import dev.supervise.verb.Awaited;
import dev.supervise.verb.Verb;
import java.io.ByteArrayOutputStream;
import java.io.IOError;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.impl.AbstractPosixTerminal;
import org.jline.utils.InfoCmp;

/// The terminal this process was started on, with a line being edited at its lower edge and
/// everything else above it. Printing is for any thread, reading for one.
public final class Console implements AutoCloseable {
  /// What is kept back behind a page, in characters.
  private static final int MOST_HELD = 100_000;

  /// Kept: a logger that nobody holds forgets its level.
  private static final Logger JLINE = Logger.getLogger("org.jline");

  private final QuietTerminal terminal;
  private final Prompt prompt;
  private final boolean colour;
  private final boolean unicode;
  private final StringBuilder held = new StringBuilder();
  private boolean holding;
  private volatile boolean closed;

  /// Somebody else has the terminal, as he left it.
  private volatile boolean suspended;

  /// What a read came to.
  sealed interface Read {
    record Text(String text) implements Read {}

    /// Ctrl-C.
    ///
    /// @param empty nothing had been typed
    record Interrupted(boolean empty) implements Read {}

    /// Ctrl-D on an empty line.
    record End() implements Read {}

    /// The terminal has gone, or is somebody else's now.
    record Lost() implements Read {}
  }

  private Console(QuietTerminal terminal, Prompt prompt, boolean colour, boolean unicode) {
    this.terminal = terminal;
    this.prompt = prompt;
    this.colour = colour;
    this.unicode = unicode;
  }

  /// Takes the terminal over; [#close] gives it back as it was. Somebody has to run [#keys].
  ///
  /// @param history where lines are kept, readable by nobody else; empty: nowhere
  /// @throws IOException there is no terminal, or none that can be drawn on
  static Console open(
      Commands commands,
      Completions completions,
      Optional<Path> history,
      boolean colour,
      boolean unicode)
      throws IOException {
    Terminal found = terminal();
    if (!(found instanceof AbstractPosixTerminal posix)) {
      found.close();
      throw new IOException("the terminal is of no known kind: " + found.getType());
    }
    QuietTerminal terminal = new QuietTerminal(posix);
    terminal.take();
    Prompt prompt = new Prompt(terminal, completions::hint);
    prompt.setParser(ParsedInput.parser(commands.grammar()));
    prompt.setCompleter((_, line, candidates) ->
        completions
            .of(line.line().substring(0, line.cursor()))
            .forEach(choice ->
                candidates.add(
                    new Candidate(
                        choice.text(),
                        choice.text(),
                        null,
                        choice.about().isEmpty() ? null : choice.about(),
                        null,
                        null,
                        choice.whole()))));
    prompt.setOpt(LineReader.Option.DISABLE_EVENT_EXPANSION);
    prompt.unsetOpt(LineReader.Option.INSERT_TAB);
    prompt.setOpt(LineReader.Option.HISTORY_IGNORE_SPACE);
    prompt.setVariable(LineReader.SECONDARY_PROMPT_PATTERN, "%P > ");
    prompt.setVariable(LineReader.BELL_STYLE, "none");
    String unkept = history.map(file -> keep(file, prompt)).orElse("");
    Console console = new Console(terminal, prompt, colour, unicode);
    if (!unkept.isEmpty()) {
      console.print("! lines typed here are not kept: " + unkept + "\n");
    }
    return console;
  }

  private static Terminal terminal() throws IOException {
    // It would print the stacks of what it tries, amid the lines of a terminal it does not know.
    JLINE.setLevel(Level.OFF);
    try {
      return TerminalBuilder.builder()
          .system(true)
          .dumb(false)
          .jni(false)
          .ffm(true)
          .exec(true)
          .nativeSignals(false)
          .encoding(StandardCharsets.UTF_8)
          .build();
    } catch (IllegalStateException e) {
      // How it says that none of its ways to a terminal works here.
      throw new IOException(e.getMessage(), e);
    }
  }

  /// Made by us, so that nobody else ever reads it.
  ///
  /// @return why it cannot be: then the prompt does without; empty when it is
  private static String keep(Path history, Prompt prompt) {
    try {
      prompt.setVariable(
          LineReader.HISTORY_FILE,
          PrivateDirectory.create(Objects.requireNonNull(history.getParent()))
              .file(String.valueOf(history.getFileName())));
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /// How listings are drawn now.
  OutputFormat canvas() {
    return new OutputFormat(terminal.getSize().getColumns(), colour, unicode);
  }

  /// Rows and columns.
  int rows() {
    return terminal.getSize().getRows();
  }

  /// Prints above the line being edited.
  public void print(String text) {
    if (closed || kept(text)) {
      return;
    }
    try {
      prompt.above(text);
    } catch (IOError e) {
      // The window was closed; whoever reads is told.
      closed = true;
    }
  }

  private boolean kept(String text) {
    synchronized (held) {
      if (holding) {
        held.append(text).append(text.endsWith("\n") ? "" : "\n");
        if (held.length() > MOST_HELD) {
          held.delete(0, held.indexOf("\n", held.length() - MOST_HELD) + 1);
        }
      }
      return holding;
    }
  }

  /// What is written to it is printed, a flush at a time.
  public OutputStream above() {
    return new OutputStream() {
      private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

      @Override
      public void write(int b) {
        bytes.write(b);
      }

      @Override
      public void write(byte[] more, int offset, int length) {
        bytes.write(more, offset, length);
      }

      @Override
      public void flush() throws IOException {
        if (bytes.size() > 0) {
          String text = bytes.toString(StandardCharsets.UTF_8);
          bytes.reset();
          print(text);
        }
        if (closed) {
          throw new IOException("the terminal has gone");
        }
      }
    };
  }

  /// What stands below the line being edited.
  void status(String text) {
    drawn(() -> prompt.status(text));
  }

  /// What the command that runs waits for.
  private void waiting(String text) {
    drawn(() -> prompt.waiting(text));
  }

  /// Keeps back what is printed, the newest of it, while a page covers the screen.
  void hold(boolean covered) {
    boolean changes;
    synchronized (held) {
      changes = holding != covered;
      holding = covered;
    }
    if (changes && covered) {
      prompt.covered(true);
      turnPage(InfoCmp.Capability.enter_ca_mode);
    } else if (changes) {
      turnPage(InfoCmp.Capability.exit_ca_mode);
      prompt.covered(false);
    }
    if (!covered) {
      String text;
      synchronized (held) {
        text = held.toString();
        held.setLength(0);
      }
      if (!text.isEmpty()) {
        print(text);
      }
    }
  }

  private void turnPage(InfoCmp.Capability how) {
    synchronized (held) {
      terminal.puts(how);
      terminal.flush();
    }
  }

  /// Draws a page over the whole screen; what does not fit is left out.
  ///
  /// @param foot the last line
  void page(List<String> lines, String foot) {
    int rows = Math.max(2, rows());
    List<String> shown = lines.subList(0, Math.min(lines.size(), rows - 2));
    StringBuilder text = new StringBuilder("\033[H");
    shown.forEach(line -> text.append(line).append("\033[K\r\n"));
    int left = lines.size() - shown.size();
    text.append(left > 0 ? "... " + left + " more lines" : "").append("\033[K\r\n");
    text.append(colour ? Style.PALE.paint(foot) : foot).append("\033[J");
    synchronized (held) {
      terminal.writer().print(text);
      terminal.flush();
    }
  }

  /// Reads one line, or several that belong together.
  Read read(String question) {
    if (closed) {
      return new Read.Lost();
    }
    try {
      terminal.makeRaw();
      return new Read.Text(prompt.readLine(question));
    } catch (UserInterruptException e) {
      return new Read.Interrupted(e.getPartialLine() == null || e.getPartialLine().isBlank());
    } catch (EndOfFileException _) {
      return prompt.lost() ? new Read.Lost() : new Read.End();
    } catch (IOError e) {
      return new Read.Lost();
    }
  }

  /// No further line is read: the prompt of the present one does not stay on the screen.
  void last() {
    drawn(prompt::last);
  }

  /// Reads what is typed; on a thread of its own.
  Runnable keys() {
    return terminal.keys();
  }

  /// A command begins.
  ///
  /// @param interrupt what Ctrl-C does until it is over
  void begin(Runnable interrupt) {
    terminal.keys().command(interrupt);
    drawn(() -> prompt.busy(true));
  }

  /// The command is over.
  void end() {
    drawn(() -> prompt.busy(false));
    terminal.keys().command(null);
  }

  private void drawn(Runnable drawing) {
    try {
      if (!closed) {
        drawing.run();
      }
    } catch (IOError e) {
      closed = true;
    }
  }

  /// Gives the terminal back as it was, until [#resume].
  void suspend() {
    closed = true;
    terminal.keys().pause();
    restore();
    suspended = true;
  }

  /// Takes it over again.
  void resume() {
    terminal.take();
    suspended = false;
    terminal.keys().resume();
    closed = false;
  }

  /// Gives the terminal back as it was. For the moment before the process ends at once too: takes
  /// no lock.
  @Override
  public void close() {
    closed = true;
    restore();
  }

  private void restore() {
    try {
      if (!suspended) {
        terminal.restore();
      }
    } catch (IOError e) {
      // There is nothing left that could be restored.
      closed = true;
    }
  }

  /// The lines of a verb.
  Verb.Out out() {
    return new Verb.Out() {
      @Override
      public void line(String text) {
        print(Printable.painted(text, colour) + "\n");
      }

      @Override
      public void output(String head, String line) {
        print(head + Printable.output(line, colour) + "\n");
      }

      @Override
      public void problem(String text) {
        String plain = Printable.text(text);
        print((colour ? Style.BAD.paint(plain) : plain) + "\n");
      }

      @Override
      public void waiting(Awaited awaited) {
        Console.this.waiting(awaited.text());
      }

      @Override
      public OutputFormat canvas() {
        return Console.this.canvas();
      }

      @Override
      public void lines(List<String> lines) {
        if (!lines.isEmpty()) {
          line(String.join("\n", lines));
        }
      }
    };
  }
}

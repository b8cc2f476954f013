package dev.supervise.cli.run;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.posix.Errno;
import dev.supervise.posix.Fd;
import dev.supervise.posix.PrivateDirectory;
import dev.supervise.run.ExitCodes;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// An instance in the background: this very JVM's command line with another verb, in a session of
/// its own, what it says in `supervise.log` of its state directory.
public final class Background {
  /// The system property by which it knows what it is.
  static final String PROPERTY = "dev.supervise.detached";

  static final String LOG = "supervise.log";

  private static final long LARGE = 10 << 20;

  /// The class that every command line of supervise calls.
  public static final String MAIN = "dev.supervise.cli.Main";

  private static final long LOOK_AGAIN_MILLIS = 10;

  /// A script may take 30 s to load.
  private static final long PATIENCE_MILLIS = 60_000;

  private final Path script;
  private final Process process;
  private final Path log;
  private final long from;

  private Background(Path script, Process process, Path log, long from) {
    this.script = script;
    this.process = process;
    this.log = log;
    this.from = from;
  }

  /// Whether this process is one.
  static boolean isHere() {
    return Boolean.getBoolean(PROPERTY);
  }

  /// @param script absolute
  /// @param arguments of the command line
  public static Background start(
      Path script, List<String> arguments, Map<String, String> environment) {
    PrivateDirectory state = StateDirectory.open(script, environment).directory();
    try {
      Path log = state.file(LOG);
      long from = Files.size(log);
      if (from > LARGE) {
        state.move(LOG, LOG + ".1");
        log = state.file(LOG);
        from = 0;
      }
      ProcessBuilder builder =
          new ProcessBuilder(command(arguments))
              .redirectInput(new File("/dev/null"))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectErrorStream(true);
      // It is nobody's child, whoever asked for it.
      builder.environment().remove(StateDirectory.SOCKET);
      return new Background(script, builder.start(), log, from);
    } catch (IOException e) {
      throw new CliError(ExitCodes.FAILED, "cannot be started: " + StateDirectory.reason(e));
    }
  }

  public Path log() {
    return log;
  }

  /// The state directory was taken away and is there again: what this instance says goes into its
  /// file there from now on.
  static void renewLog(PrivateDirectory state) throws IOException {
    int file = Fd.append(state.file(LOG).toString());
    if (file < 0) {
      throw new IOException(state.path().resolve(LOG) + ": " + Errno.words(-file));
    }
    Fd.become(file, 1);
    Fd.become(file, 2);
    Fd.close(file);
  }

  /// What this JVM was started with, up to the class that is called, then other arguments.
  private static List<String> command(List<String> arguments) throws IOException {
    String given = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8);
    List<String> command = new ArrayList<>();
    for (String word : Arrays.asList(given.split("\0"))) {
      if (word.equals(MAIN)) {
        command.add(1, "-D" + PROPERTY + "=true");
        command.add(word);
        command.addAll(arguments);
        return command;
      }
      command.add(word);
    }
    throw new IOException("this program's own command line is not understood");
  }

  /// Waits until it answers.
  ///
  /// @throws CliError it has ended before, with its exit code and what it said; or it has not
  ///   answered in time, and goes on
  public Connection connection(InstanceLocator instances, String by, Deadline deadline) {
    try {
      for (long waited = 0; ; waited += LOOK_AGAIN_MILLIS) {
        boolean ended = process.waitFor(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        Optional<Connection> connection = tried(instances, by, deadline);
        if (connection.isPresent() && connection.get().instance().pid() == process.pid()) {
          return connection.get();
        }
        connection.ifPresent(Connection::close);
        if (ended) {
          throw ended(process.exitValue());
        }
        if (deadline.passed()) {
          throw late(deadline);
        }
        if (waited > PATIENCE_MILLIS) {
          throw new CliError(
              ExitCodes.FAILED,
              "it runs (pid " + process.pid() + ") and does not answer; see " + log);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliError(ExitCodes.FAILED, "interrupted; it goes on starting");
    }
  }

  private Optional<Connection> tried(InstanceLocator instances, String by, Deadline deadline) {
    try {
      return instances.running(script, by);
    } catch (CliError e) {
      throw deadline.passed() && e.code() == ExitCodes.TIMED_OUT ? late(deadline) : e;
    }
  }

  private CliError late(Deadline deadline) {
    return new CliError(
        ExitCodes.TIMED_OUT,
        "not ready: "
            + Answer.TimedOut.within(
                    deadline.limit().orElseThrow(),
                    ": it runs (pid "
                        + process.pid()
                        + ") and does not answer yet; it goes on, see "
                        + log)
                .why());
  }

  /// A script or arguments that are wrong are told as they are in the foreground.
  private CliError ended(int code) {
    String exit = "exit " + process.exitValue();
    try {
      String said = said();
      return code == ExitCodes.WRONG && !said.isEmpty()
          ? CliError.said(code, said)
          : ended(code, said.isEmpty() ? exit : "\n" + said + "\n");
    } catch (IOException e) {
      return ended(code, exit + ", see " + log);
    }
  }

  private static CliError ended(int code, String how) {
    return CliError.said(code, "supervise: it has ended (" + how + ")");
  }

  /// What it wrote itself.
  private String said() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(from);
      byte[] text = new byte[(int) Math.min(file.length() - from, 1 << 16)];
      file.readFully(text);
      return new String(text, StandardCharsets.UTF_8).strip();
    }
  }
}

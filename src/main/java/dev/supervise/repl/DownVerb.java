package dev.supervise.repl;

import dev.supervise.control.Answer;
import dev.supervise.control.Connection;
import dev.supervise.control.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `down`: stops the whole tree, and with it the instance.
final class DownVerb implements Verb {
  /// How long an instance whose tree is down may take to end itself.
  private static final Duration LAST_BREATH = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "down";
  }

  @Override
  public String usage() {
    return "[--kill] [--timeout 30s]";
  }

  @Override
  public String purpose() {
    return "stop everything, and supervise itself; name what lives on";
  }

  @Override
  public Operand operand() {
    return Operand.NOTHING;
  }

  @Override
  public List<String> options() {
    return List.of("--kill", "--timeout");
  }

  @Override
  public int run(Connection connection, List<String> words, Out out) throws InterruptedException {
    Options options = Options.of(words, List.of("--kill"), List.of("--timeout"));
    options.words(0, 0, "no name; stop NAME stops one unit");
    Optional<Duration> limit = options.span("--timeout");
    return ended(
        connection,
        Exchange.ask(
            connection,
            new Query.Down(options.has("--kill")),
            limit,
            "still stopping; down --kill kills what is left"),
        out);
  }

  private static int ended(Connection connection, Answer answer, Out out)
      throws InterruptedException {
    if (!(answer
        instanceof Answer.Over(int _, String _, List<String> leftovers, List<String> detached))) {
      return Exchange.refused(answer, out);
    }
    awaitEnd(connection.instance().pid());
    leftovers.forEach(left -> out.problem("left over: " + left));
    detached.forEach(unit -> out.line(unit + " lives on"));
    out.line("down");
    return leftovers.isEmpty() ? 0 : Exchange.FAILED;
  }

  /// The next `up` finds the state directory free.
  private static void awaitEnd(long pid) throws InterruptedException {
    if (pid == ProcessHandle.current().pid()) {
      return;
    }
    for (long waited = 0; lives(pid) && waited < LAST_BREATH.toMillis(); waited += 5) {
      Thread.sleep(5);
    }
  }

  /// A zombie holds nothing any more: when its parent asks for it is not our business.
  private static boolean lives(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      // It has ended, or there is no /proc.
      return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
  }
}

package dev.supervise.verb;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Query;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.Request;
import dev.supervise.run.Selector;
import dev.supervise.run.Until;
import dev.supervise.text.DurationText;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `down`: stops the whole tree, and with it the instance.
public final class DownVerb implements Verb {
  /// How long an instance whose tree is down may take to end itself.
  private static final Duration LAST_BREATH = Duration.ofSeconds(10);

  @Override
  public String name() {
    return "down";
  }

  @Override
  public String purpose() {
    return "stop everything, and supervise itself; name what is left over";
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.of(
            "", Option.flag("stop nothing in order: kill what is left", "--kill"), Option.TIMEOUT));
  }

  @Override
  public Operand operand() {
    return Operand.NOTHING;
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    options.words(0, 0, "no name; stop NAME stops one unit");
    Optional<Duration> limit = options.span("--timeout");
    InstanceProcess instance = InstanceProcess.of(connection.instance().pid());
    Answer answer =
        Progress.await(
            connection,
            new Query.Order(new Request.Down(options.has("--kill"))),
            Progress.units(Selector.ALL, Until.DOWN),
            "the stop",
            limit,
            out);
    if (answer instanceof Answer.TimedOut(String why, var _)) {
      return QueryCall.refused(new Answer.TimedOut(why + "; down --kill kills what is left"), out);
    }
    return ended(instance, answer, out);
  }

  /// Whoever has asked for the end has got it when the process is gone, whatever it could still
  /// say.
  private static int ended(InstanceProcess instance, Answer answer, Out out)
      throws InterruptedException {
    List<String> leftovers = List.of();
    List<String> detached = List.of();
    if (answer instanceof Answer.Over(int _, String _, List<String> left, List<String> living)) {
      leftovers = left;
      detached = living;
    } else if (!(answer instanceof Answer.Gone) || instance.here()) {
      return QueryCall.refused(answer, out);
    }
    leftovers.forEach(left -> out.problem("left over: " + left));
    if (!instance.here() && !instance.awaitEnd(LAST_BREATH)) {
      out.problem(
          (answer instanceof Answer.Gone ? "the connection is lost" : "everything is down")
              + ", but supervise itself (pid "
              + instance.pid()
              + ") has not ended within "
              + DurationText.exact(LAST_BREATH));
      return ExitCodes.FAILED;
    }
    detached.forEach(unit -> out.line(unit + " lives on"));
    out.line("down");
    return leftovers.isEmpty() ? ExitCodes.FINE : ExitCodes.FAILED;
  }
}

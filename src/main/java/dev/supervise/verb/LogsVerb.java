package dev.supervise.verb;

import dev.supervise.control.client.LogTail;
import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Document;
import dev.supervise.control.protocol.Query;
import dev.supervise.control.protocol.UnitLog;
import dev.supervise.render.Style;
import dev.supervise.render.TextWidth;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.Selector;
import dev.supervise.run.SystemClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// `logs -f web`: what units wrote, read from their files across rotation. The instance only says
/// where they are.
final class LogsVerb implements Verb {
  private static final int MOST = 1_000_000;
  private static final int USUAL = 50;
  private static final long PAUSE_MILLIS = 100;

  /// How often it is looked whether the instance still runs, and whether there are new units.
  private static final long LOOK_MILLIS = 1000;

  /// One line as `--json` tells it.
  private record Told(String path, String line) {}

  @Override
  public String name() {
    return "logs";
  }

  @Override
  public String purpose() {
    return "what units wrote; -f goes on";
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.of(
            "[NAME...]",
            Option.FOLLOW,
            Option.of("50", "the last so many lines of each unit", "-n"),
            Option.of("5m", "what is not older", "--since"),
            Option.of("REGEX", "only lines in which this is found", "--grep"),
            Option.LABEL,
            Option.JSON_LINES));
  }

  @Override
  public boolean readsThePast(Options options) {
    return !options.has("-f");
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    Asked asked = Asked.of(options);
    return switch (QueryCall.ask(
        connection, new Query.Logs(asked.which(), asked.since().orElse(Duration.ZERO)))) {
      case Answer.Logs(List<UnitLog> logs) -> read(connection, logs, asked, out);
      case Answer.Refusal refusal -> QueryCall.refused(refusal, out);
      case Answer other -> QueryCall.unexpected(other, out);
    };
  }

  /// What the words mean.
  ///
  /// @param most lines of the past
  private record Asked(
      Selector which,
      Optional<Duration> since,
      int most,
      Predicate<String> wanted,
      boolean follow,
      boolean json) {
    static Asked of(Options options) {
      Optional<Duration> since = options.span("--since");
      // A time that is asked for sets the number free.
      String usual = Integer.toString(since.isPresent() ? MOST : USUAL);
      return new Asked(
          new Selector(options.words(), options.labels()),
          since,
          Options.number("-n", options.value("-n").orElse(usual), 0, MOST),
          options.value("--grep").map(Asked::matching).orElse(_ -> true),
          options.has("-f"),
          options.has("--json"));
    }

    private static Predicate<String> matching(String regex) {
      try {
        return Pattern.compile(regex).asPredicate();
      } catch (PatternSyntaxException e) {
        throw new Options.Wrong("--grep " + regex + ": " + e.getDescription());
      }
    }
  }

  private static int read(Connection connection, List<UnitLog> logs, Asked asked, Out out)
      throws InterruptedException {
    if (asked.json()) {
      connection.instance().notRunning().ifPresent(end -> out.line(Document.line(end)));
    }
    Lines lines = new Lines(logs, asked, out);
    for (UnitLog log : logs) {
      if (log.files().isEmpty() && logs.size() == 1) {
        out.problem("nothing is kept of what '" + log.path() + "' writes");
      }
      for (String file : log.files()) {
        if (LogTail.keepsNothing(file)) {
          out.problem("nothing is kept of what '" + log.path() + "' writes: it goes to " + file);
        }
      }
    }
    List<LogTail> tails = new ArrayList<>(logs.stream().map(LogTail::new).toList());
    try {
      if (asked.follow()) {
        // First the ear, then the past.
        tails.forEach(LogTail::follow);
      }
      past(tails, asked, lines, out);
      return asked.follow() ? follow(connection, asked.which(), tails, lines, out) : ExitCodes.FINE;
    } catch (IOException e) {
      out.problem("a log cannot be read: " + e);
      return ExitCodes.FAILED;
    } finally {
      tails.forEach(LogTail::close);
    }
  }

  private record Line(String path, LogTail.Stamped stamped) {}

  private static void past(List<LogTail> tails, Asked asked, Lines lines, Out out)
      throws IOException {
    long since =
        asked.since().map(span -> new SystemClock().timeOfDay() - span.toMillis()).orElse(0L);
    if (asked.most() == 0) {
      return;
    }
    List<Line> found = new ArrayList<>();
    boolean timed = true;
    for (LogTail tail : tails) {
      timed &= tail.timed();
      for (LogTail.Stamped line : tail.last(asked.most(), since, lines.wanted())) {
        found.add(new Line(tail.log().path(), line));
      }
    }
    if (timed) {
      found.sort(Comparator.comparingLong(line -> line.stamped().time().orElse(0)));
    }
    if (since > 0 && !tails.stream().allMatch(LogTail::exact)) {
      out.problem(
          "--since reaches back beyond this instance, and plain files keep no times: only whole"
              + " files that are older are left out");
    }
    found.forEach(line -> lines.tell(line.path(), line.stamped().text()));
  }

  private static int follow(
      Connection connection, Selector which, List<LogTail> tails, Lines lines, Out out)
      throws IOException, InterruptedException {
    SystemClock clock = new SystemClock();
    long looked = clock.now();
    Optional<Answer> over = Optional.empty();
    while (true) {
      boolean any = false;
      for (LogTail tail : tails) {
        for (String line : tail.next()) {
          any = true;
          if (lines.wanted().test(line)) {
            lines.tell(tail.log().path(), line);
          }
        }
      }
      if (over.isPresent() && !any) {
        return over.get() instanceof Answer.TimedOut late
            ? QueryCall.refused(late, out)
            : ExitCodes.FINE;
      }
      if (!any) {
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
      if (clock.now() - looked > TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)) {
        looked = clock.now();
        over = lookAgain(connection, which, tails);
      }
    }
  }

  /// Units come and go.
  ///
  /// @return what ends it: the instance has ended, or does not answer
  private static Optional<Answer> lookAgain(
      Connection connection, Selector which, List<LogTail> tails) throws InterruptedException {
    return switch (QueryCall.ask(connection, new Query.Logs(which, Duration.ZERO))) {
      case Answer.Logs(List<UnitLog> logs) -> {
        for (UnitLog log : logs) {
          if (tails.stream().noneMatch(tail -> tail.log().files().equals(log.files()))) {
            LogTail tail = new LogTail(log);
            tail.follow();
            tails.add(tail);
          }
        }
        yield Optional.empty();
      }
      case Answer.NoSuchUnit _ -> Optional.empty();
      case Answer other -> Optional.of(other);
    };
  }

  /// How a line is told.
  private static final class Lines {
    private final boolean json;
    private final boolean named;
    private final Out out;
    private final Predicate<String> wanted;
    private final List<String> order = new ArrayList<>();
    private int width;

    Lines(List<UnitLog> logs, Asked asked, Out out) {
      this.json = asked.json();
      this.named = logs.size() != 1;
      this.out = out;
      this.wanted = asked.wanted();
      logs.forEach(log -> width = Math.max(width, TextWidth.width(log.path())));
    }

    Predicate<String> wanted() {
      return wanted;
    }

    void tell(String path, String line) {
      if (json) {
        out.line(Document.line(new Told(path, line)));
      } else if (named) {
        String head = TextWidth.padded(path, width, false) + " | ";
        if (!order.contains(path)) {
          order.add(path);
        }
        out.output(
            out.canvas().colour() ? Style.name(order.indexOf(path)) + head + Style.RESET : head,
            line);
      } else {
        out.output("", line);
      }
    }
  }
}

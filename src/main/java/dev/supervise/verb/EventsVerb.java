package dev.supervise.verb;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Document;
import dev.supervise.control.protocol.Event;
import dev.supervise.control.protocol.Feed;
import dev.supervise.control.protocol.FeedItem;
import dev.supervise.control.protocol.Following;
import dev.supervise.control.protocol.Query;
import dev.supervise.render.EventText;
import dev.supervise.render.TimeText;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.Selector;
import dev.supervise.run.SystemClock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/// `events`: the journal, and with `-f` what is added to it.
final class EventsVerb implements Verb {
  private static final String USUAL = "50";
  private static final int MOST = 100_000;

  @Override
  public String name() {
    return "events";
  }

  @Override
  public String purpose() {
    return "what happened, to whom and why; -f goes on";
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.of(
            "[NAME...]",
            Option.FOLLOW,
            Option.of("50", "the last so many", "-n"),
            Option.of("5m", "what is not older", "--since"),
            Option.LABEL,
            Option.JSON_LINES));
  }

  @Override
  public boolean readsThePast(Options options) {
    return !options.has("-f");
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    Selector which = new Selector(options.words(), options.labels());
    long now = new SystemClock().timeOfDay();
    Optional<Duration> since = options.span("--since");
    // A time that is asked for sets the number free.
    String usual = since.isPresent() ? Integer.toString(MOST) : USUAL;
    int limit = Options.number("-n", options.value("-n").orElse(usual), 0, MOST);
    Query query =
        new Query.Events(which, since.map(span -> now - span.toMillis()).orElse(0L), limit);
    if (!options.has("-f")) {
      head(connection, options, out);
      return told(QueryCall.ask(connection, query), options, out, new long[1]);
    }
    // First the ear, then the past: nothing falls between the two.
    try (Following following = connection.follow(new Feed.Events(which))) {
      long[] last = new long[1];
      int code = told(QueryCall.ask(connection, query), options, out, last);
      return code != ExitCodes.FINE
          ? code
          : follow(following, new Pulse(connection), options, out, last[0]);
    }
  }

  private static void head(Connection connection, Options options, Out out) {
    if (options.has("--json")) {
      connection.instance().notRunning().ifPresent(end -> out.line(Document.line(end)));
    }
  }

  private static int told(Answer answer, Options options, Out out, long[] last) {
    return switch (answer) {
      case Answer.Events(List<Event> events) -> {
        for (Event event : events) {
          tell(event, options, out);
          last[0] = event.id();
        }
        yield ExitCodes.FINE;
      }
      case Answer.Refusal refusal -> QueryCall.refused(refusal, out);
      case Answer other -> QueryCall.unexpected(other, out);
    };
  }

  private static int follow(Following following, Pulse pulse, Options options, Out out, long last)
      throws InterruptedException {
    while (true) {
      Optional<FeedItem> item = QueryCall.next(following, pulse);
      if (item.isEmpty()) {
        continue;
      }
      switch (item.get()) {
        case FeedItem.Happened(Event event) -> {
          if (event.id() == 0 || event.id() > last) {
            tell(event, options, out);
          }
        }
        case FeedItem.Dropped(long count) -> {
          if (options.has("--json")) {
            out.line(Document.line(new FeedItem.Dropped(count)));
          } else {
            out.line("(" + count + " left out: they came faster than they were read)");
          }
        }
        case FeedItem.End(String why, boolean _) -> {
          int code = pulse.givenUp() ? ExitCodes.TIMED_OUT : ExitCodes.FINE;
          if (code != ExitCodes.FINE) {
            out.problem(why);
          }
          return code;
        }
        case FeedItem.Changed _, FeedItem.Line _, FeedItem.Said _ -> {}
      }
    }
  }

  private static void tell(Event event, Options options, Out out) {
    if (options.has("--json")) {
      out.line(Document.line(event));
    } else {
      TimeText moments = new TimeText(ZoneId.systemDefault(), new SystemClock().timeOfDay());
      out.line(EventText.line(event, moments, out.canvas()));
    }
  }
}

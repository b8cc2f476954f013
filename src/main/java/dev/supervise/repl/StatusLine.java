package dev.supervise.repl;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Feed;
import dev.supervise.control.protocol.FeedItem;
import dev.supervise.control.protocol.Following;
import dev.supervise.control.protocol.Query;
import dev.supervise.render.Listings;
import dev.supervise.render.OutputFormat;
import dev.supervise.render.StatusText;
import dev.supervise.render.Style;
import dev.supervise.run.Selector;
import dev.supervise.run.UnitSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// Keeps the line below the prompt, and what completion knows of the tree, up to date: after every
/// change, and every second while something is under way. On a thread of its own until interrupted
/// or the instance has gone.
final class StatusLine implements Runnable {
  private static final Duration STEP = Duration.ofSeconds(1);
  private static final Duration REST = Duration.ofMinutes(1);

  /// Changes that follow each other closely are one.
  private static final long TOGETHER_MILLIS = 150;

  private final Connection connection;
  private final Consumer<UnitSnapshot> seen;
  private final Consumer<String> show;
  private final OutputFormat canvas;
  private final String keys;
  private final Runnable gone;

  /// @param keys what the keys do here
  /// @param gone called when the instance has gone
  StatusLine(
      Connection connection,
      Consumer<UnitSnapshot> seen,
      Consumer<String> show,
      OutputFormat canvas,
      String keys,
      Runnable gone) {
    this.connection = connection;
    this.seen = seen;
    this.show = show;
    this.canvas = canvas;
    this.keys = keys;
    this.gone = gone;
  }

  @Override
  public void run() {
    try (Following changes = connection.follow(new Feed.Changes(Selector.ALL))) {
      boolean moving = look();
      while (true) {
        var item = changes.next(moving ? STEP : REST);
        if (item.isPresent()) {
          if (item.get() instanceof FeedItem.End) {
            gone.run();
            return;
          }
          Thread.sleep(TOGETHER_MILLIS);
          while (changes.next(Duration.ZERO).isPresent()) {
            continue;
          }
        }
        moving = look();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether something is under way.
  private boolean look() throws InterruptedException {
    try {
      if (connection.ask(new Query.Tree(Selector.ALL)).get(5, TimeUnit.SECONDS)
          instanceof Answer.Tree(var _, List<UnitSnapshot> units)) {
        UnitSnapshot root = units.getFirst();
        seen.accept(root);
        List<UnitSnapshot> troubled = new ArrayList<>();
        troubled(root, troubled);
        show.accept(text(root, troubled));
        return !troubled.isEmpty();
      }
    } catch (ExecutionException | TimeoutException _) {
      // The next look may do better; the line keeps what it said.
      return true;
    }
    return false;
  }

  private static void troubled(UnitSnapshot unit, List<UnitSnapshot> found) {
    if (!unit.group()) {
      switch (unit.status()) {
        case BACKING_OFF, STARTING, STOPPING, BLOCKED, FAILED, STUCK, WAITING -> found.add(unit);
        case RUNNING -> {
          if (!unit.ready()) {
            found.add(unit);
          }
        }
        case PENDING, STOPPED, FINISHED -> {}
      }
    }
    unit.children().forEach(child -> troubled(child, found));
  }

  private String text(UnitSnapshot root, List<UnitSnapshot> troubled) {
    String dot = canvas.unicode() ? " · " : " - ";
    Listings.Count count = Listings.Count.of(root);
    String ready = count.up() + count.finished() + "/" + count.units() + " ready";
    StringBuilder text = new StringBuilder(" ");
    text.append(
        canvas.colour() ? (troubled.isEmpty() ? Style.GOOD : Style.CARE).paint(ready) : ready);
    for (UnitSnapshot unit : troubled.subList(0, Math.min(3, troubled.size()))) {
      String said = unit.name() + " " + StatusText.status(unit);
      text.append(dot).append(canvas.colour() ? StatusText.ink(unit).paint(said) : said);
    }
    if (troubled.size() > 3) {
      text.append(dot).append(troubled.size() - 3).append(" more");
    }
    return text.append(canvas.colour() ? Style.PALE.paint(dot + keys) : dot + keys).toString();
  }
}

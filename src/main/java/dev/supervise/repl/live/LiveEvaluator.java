package dev.supervise.repl.live;

import dev.supervise.Engine;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Feed;
import dev.supervise.control.protocol.FeedItem;
import dev.supervise.control.server.Evaluator;
import dev.supervise.dsl.load.LiveSession;
import dev.supervise.dsl.mistake.ScriptMistakes;
import dev.supervise.dsl.words.LoadOptions;
import dev.supervise.render.OutputFormat;
import dev.supervise.run.Reply;
import dev.supervise.run.Request;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.UnitSpec;
import dev.supervise.text.Printable;
import dev.supervise.text.Secrets;
import dev.supervise.verb.Drift;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs typed lines against the engine of this process: what they declare is added to the tree and
/// started at once. Loads Groovy with the first line, not before.
public final class LiveEvaluator implements Evaluator {
  /// How long a line that was interrupted may take to end before the next one is refused.
  private static final long PATIENCE_MILLIS = 2000;

  private final Engine engine;
  private final Path base;
  private final LoadOptions options;
  private final Executor threads;
  private final LiveEdits edits = new LiveEdits();

  /// @param base the script's directory
  /// @param threads runs each line on a thread of its own
  public LiveEvaluator(Engine engine, Path base, LoadOptions options, Executor threads) {
    this.engine = engine;
    this.base = base;
    this.options = options;
    this.threads = threads;
  }

  @Override
  public Session open(Connection connection, String by) {
    return new Typing(connection, by);
  }

  @Override
  public List<String> dump() {
    UnitSnapshot now = engine.snapshot();
    List<String> lines = new ArrayList<>(edits.script(now));
    lines.addAll(Drift.lines(engine.app().root(), LiveEdits.live(now), now));
    return lines;
  }

  private final class Typing implements Session {
    private final Connection connection;
    private final String by;
    private @Nullable LiveSession session;
    private @Nullable Turn running;

    Typing(Connection connection, String by) {
      this.connection = connection;
      this.by = by;
    }

    private synchronized LiveSession session() {
      LiveSession known = session;
      if (known == null) {
        known = new LiveSession(base, options, new LiveTree(connection));
        session = known;
      }
      return known;
    }

    @Override
    public Runnable run(Feed.Typed line, Consumer<FeedItem> to) {
      Turn turn = new Turn();
      threads.execute(() -> {
        turn.thread = Thread.currentThread();
        run(line, turn, new Speaker(to, engine.secrets()));
        turn.over.countDown();
      });
      return turn::interrupt;
    }

    private void run(Feed.Typed line, Turn turn, Speaker speaker) {
      try {
        if (alone(turn)) {
          speaker.end(said(line, speaker));
        } else {
          speaker.end("the line before has not ended yet: its code ignores the interrupt");
        }
      } catch (InterruptedException | CancellationException _) {
        speaker.end("interrupted");
      } catch (ScriptMistakes mistakes) {
        speaker.misread(text(mistakes));
      } catch (IllegalStateException e) {
        speaker.end(String.valueOf(e.getMessage()));
      } catch (Throwable thrown) {
        speaker.end(LiveSession.text(thrown));
      }
    }

    /// Whether the line before is over, at last.
    private boolean alone(Turn turn) throws InterruptedException {
      Turn before = before();
      if (before != null && before.over.getCount() > 0) {
        before.interrupt();
        if (!before.over.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
      synchronized (this) {
        running = turn;
      }
      return true;
    }

    private synchronized @Nullable Turn before() {
      return running;
    }

    private String said(Feed.Typed line, Speaker speaker) throws Throwable {
      LiveSession.Said said = session().say(line.text(), speaker::print);
      speaker.flush();
      edits.said(this, line.text(), said.units());
      String refused = add(said.units());
      if (!refused.isEmpty()) {
        return refused;
      }
      speaker.lines(
          said.defined().isEmpty()
              ? Values.lines(
                  said.value(), new OutputFormat(line.columns(), line.colour(), line.unicode()))
              : List.of("defined: " + String.join(", ", said.defined())));
      return "";
    }

    /// All that a line declared, then waits for it: one that does not come up, or that nobody waits
    /// for any longer, keeps no other away.
    ///
    /// @return what is wrong, a line a unit; empty when all are up
    private String add(List<UnitSpec> units) throws InterruptedException {
      List<CompletableFuture<Reply>> replies = new ArrayList<>();
      for (UnitSpec unit : units) {
        replies.add(engine.ask(new Request.Declare("", unit), by));
      }
      List<String> wrong = new ArrayList<>();
      for (CompletableFuture<Reply> reply : replies) {
        try {
          switch (reply.get()) {
            case Reply.Done _ -> {}
            case Reply.Refused(String why) -> wrong.add(why);
            case Reply.NoSuchUnit(String why) -> wrong.add(why);
            case Reply.Failed(String why, var _) -> wrong.add("declared, but not up: " + why);
          }
        } catch (ExecutionException e) {
          throw new IllegalStateException(e.getCause());
        }
      }
      return String.join("\n", wrong);
    }

    @Override
    public List<String> complete(String text) {
      return List.copyOf(session().words(text));
    }

    @Override
    public void close() {
      Turn last = before();
      if (last != null) {
        last.interrupt();
      }
    }
  }

  /// One line on its thread.
  private static final class Turn {
    final CountDownLatch over = new CountDownLatch(1);
    volatile @Nullable Thread thread;

    void interrupt() {
      Thread own = thread;
      if (own != null && over.getCount() > 0) {
        own.interrupt();
      }
    }
  }

  /// One line's mistakes, without the place where there is only one.
  private static String text(ScriptMistakes mistakes) {
    return String.valueOf(mistakes.getMessage()).replaceAll("(?m)^line [0-9]+:1: ", "");
  }

  /// Cuts what is printed into lines, masked.
  private static final class Speaker {
    private final Consumer<FeedItem> to;
    private final Secrets secrets;
    private final StringBuilder rest = new StringBuilder();

    Speaker(Consumer<FeedItem> to, Secrets secrets) {
      this.to = to;
      this.secrets = secrets;
    }

    synchronized void print(String text) {
      rest.append(text);
      int newline;
      while ((newline = rest.indexOf("\n")) >= 0) {
        line(rest.substring(0, newline));
        rest.delete(0, newline + 1);
      }
    }

    synchronized void flush() {
      if (!rest.isEmpty()) {
        line(rest.toString());
        rest.setLength(0);
      }
    }

    void lines(List<String> lines) {
      lines.forEach(this::line);
    }

    /// As long as it is: it was asked for.
    private String shown(String text) {
      return Printable.text(secrets.mask(text));
    }

    private void line(String text) {
      to.accept(new FeedItem.Said(shown(text)));
    }

    void end(String why) {
      flush();
      to.accept(new FeedItem.End(shown(why)));
    }

    void misread(String why) {
      flush();
      to.accept(new FeedItem.End(shown(why), true));
    }
  }
}

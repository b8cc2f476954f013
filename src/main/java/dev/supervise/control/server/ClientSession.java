package dev.supervise.control.server;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Feed;
import dev.supervise.control.protocol.FeedItem;
import dev.supervise.control.protocol.Frame;
import dev.supervise.control.protocol.ItemCache;
import dev.supervise.control.protocol.Query;
import dev.supervise.control.protocol.RecordCodec;
import dev.supervise.control.protocol.Subscription;
import dev.supervise.text.DurationText;
import dev.supervise.text.InvalidJson;
import dev.supervise.text.Json;
import dev.supervise.vital.NoThread;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One client of the server. Belongs to the server's thread; answers and items that come on others
/// only post.
final class ClientSession {
  /// From so much on that it has not read, nothing it follows is added, and it is not listened to.
  private static final int FULL = 256 << 10;

  /// Lines longer than that share what there is for such.
  private static final int SHORT = 64 << 10;

  /// Questions at a time.
  private static final int OPEN = 64;

  private final SocketChannel channel;
  private final SelectionKey key;
  private final InstanceApi desk;
  private final ItemCache encoded;
  private final ByteBuffer input;
  private final Room room;
  private final Consumer<Runnable> post;
  private final long since;

  private ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final ArrayDeque<ByteBuffer> out = new ArrayDeque<>();
  private final Map<Long, Asked> asked = new HashMap<>();
  private final Map<Long, Subscription> followed = new HashMap<>();
  private @Nullable LocalConnection connection;
  private int unread;
  private boolean spoke;
  private long heard;
  private long seen;
  private long stuckSince;
  private long leavingSince;
  private boolean hushed;
  private Phase phase = Phase.NEW;

  private record Asked(Query query, CompletableFuture<Answer> answer) {}

  private enum Phase {
    NEW,
    SERVED,
    /// The instance ends: nothing new is heard, what was asked is still answered.
    ENDING,
    /// Nothing is heard any more; what was said is still handed out.
    LEAVING,
    GONE
  }

  /// What use a client makes of its place, the least first.
  enum Use {
    /// It has asked nothing yet: it has at most said who it is.
    NONE,
    /// It does not read what it has asked for.
    UNREAD,
    /// Nothing that it has asked is open.
    RESTING,
    FOLLOWING,
    ASKING
  }

  /// So long is nobody said not to read.
  private static final long READS_LATE_NANOS = 1_000_000_000;

  /// What all clients together may say at a time in long lines. One thread.
  static final class Room {
    private long left = 32 << 20;

    private boolean take() {
      left--;
      return left >= 0;
    }

    private void give(int bytes) {
      left += Math.max(0, bytes);
    }
  }

  /// @param input what is read goes through it; empty between two turns
  /// @param post hands a task to the server's thread
  ClientSession(
      SocketChannel channel,
      SelectionKey key,
      InstanceApi desk,
      ItemCache encoded,
      ByteBuffer input,
      Room room,
      Consumer<Runnable> post,
      long now) {
    this.channel = channel;
    this.key = key;
    this.desk = desk;
    this.encoded = encoded;
    this.input = input;
    this.room = room;
    this.post = post;
    this.since = now;
    this.heard = now;
    this.seen = now;
    key.attach(this);
  }

  boolean gone() {
    return phase == Phase.GONE;
  }

  /// It is turned away, and has not gone.
  boolean leaving() {
    return phase == Phase.LEAVING;
  }

  Use use() {
    if (!spoke) {
      return Use.NONE;
    }
    if (stuckSince != 0 && seen - stuckSince > READS_LATE_NANOS) {
      return Use.UNREAD;
    }
    return !asked.isEmpty() ? Use.ASKING : followed.isEmpty() ? Use.RESTING : Use.FOLLOWING;
  }

  /// When it last said something whole, or took something in.
  long heard() {
    return heard;
  }

  /// What time it is.
  void look(long now) {
    seen = now;
  }

  /// Nothing is left to be handed out.
  boolean idle() {
    return phase == Phase.GONE || out.isEmpty();
  }

  /// Nothing that it has asked is open.
  boolean answered() {
    return asked.isEmpty();
  }

  /// Time matters to it.
  boolean timed() {
    return phase == Phase.NEW || phase == Phase.LEAVING || !out.isEmpty();
  }

  void turn(int ready) {
    try {
      if ((ready & SelectionKey.OP_READ) != 0) {
        read();
      }
      if ((ready & SelectionKey.OP_WRITE) != 0) {
        feed();
      }
      flush();
    } catch (IOException e) {
      // It has gone, in whatever way; that is its right.
      close();
    }
  }

  // ---- listening ----

  private void read() throws IOException {
    input.clear();
    int n = channel.read(input);
    if (n < 0) {
      close();
      return;
    }
    input.flip();
    while (input.hasRemaining() && (phase == Phase.NEW || phase == Phase.SERVED)) {
      byte b = input.get();
      if (b == '\n') {
        String text = line.toString(StandardCharsets.UTF_8);
        forget();
        heard(text);
      } else if (line.size() >= Frame.LIMIT) {
        turnAway("a line is longer than " + Frame.LIMIT + " bytes");
      } else if (line.size() >= SHORT && !room.take()) {
        turnAway("there is no room for a long line now: others send long ones too");
      } else {
        line.write(b);
      }
    }
  }

  private void forget() {
    room.give(line.size() - SHORT);
    if (line.size() > SHORT) {
      line = new ByteArrayOutputStream();
    } else {
      line.reset();
    }
  }

  private void heard(String text) {
    heard = seen;
    try {
      switch (understood(Frame.Said.class, () -> Json.object(text))) {
        case Frame.Hello(int version, String by) -> hello(version, by);
        case Frame.Ask(long id, Object query) -> ask(id, query);
        case Frame.Follow(long id, Object feed) -> follow(id, feed);
        case Frame.Drop(long id) -> drop(id);
      }
    } catch (InvalidJson | RecordCodec.NotUnderstood e) {
      turnAway("not understood: " + e.getMessage());
    }
  }

  /// Nothing has been done yet: whatever goes wrong costs this client and nobody else.
  private static <T> T understood(Class<T> type, Supplier<Object> plain) {
    try {
      return RecordCodec.read(type, plain.get());
    } catch (InvalidJson | RecordCodec.NotUnderstood e) {
      throw e;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new RecordCodec.NotUnderstood(e.toString());
    }
  }

  private void hello(int version, String by) {
    if (phase != Phase.NEW) {
      turnAway("hello is said once");
    } else if (version != Query.VERSION) {
      turnAway(
          "this instance speaks version "
              + Query.VERSION
              + " of the protocol, the client "
              + version
              + "; use the supervise it was started with ("
              + desk.instance().version()
              + ")");
    } else {
      phase = Phase.SERVED;
      connection = new LocalConnection(desk, plain(by));
      say(new Frame.Welcome(Query.VERSION, desk.instance()));
    }
  }

  private static String plain(String by) {
    StringBuilder plain = new StringBuilder();
    by.chars().filter(c -> c >= ' ' && c != 0x7f).limit(100).forEach(c -> plain.append((char) c));
    return plain.toString();
  }

  private LocalConnection served() {
    if (connection == null) {
      throw new RecordCodec.NotUnderstood("hello comes first");
    }
    return connection;
  }

  private void ask(long id, Object plain) {
    LocalConnection to = served();
    spoke = true;
    if (asked.containsKey(id) || followed.containsKey(id)) {
      throw new RecordCodec.NotUnderstood("number " + id + " is in use");
    }
    Query query;
    try {
      query = understood(Query.class, () -> plain);
    } catch (RecordCodec.NotUnderstood e) {
      answered(id, new Answer.Refused(String.valueOf(e.getMessage())));
      return;
    }
    CompletableFuture<Answer> answer;
    try {
      answer = to.ask(query);
    } catch (NoThread e) {
      answered(id, AnswerThreads.none(e));
      return;
    }
    asked.put(id, new Asked(query, answer));
    answer.thenAccept(it ->
        post.accept(() -> {
          if (asked.remove(id) != null) {
            answered(id, it);
            turn(0);
          }
        }));
  }

  private void answered(long id, Answer answer) {
    try {
      say(new Frame.Answered(id, answer));
    } catch (RuntimeException | StackOverflowError e) {
      say(
          new Frame.Answered(
              id, new Answer.Failed("the answer cannot be sent: " + e.getMessage())));
    }
  }

  private void follow(long id, Object plain) {
    LocalConnection to = served();
    spoke = true;
    if (asked.containsKey(id) || followed.containsKey(id)) {
      throw new RecordCodec.NotUnderstood("number " + id + " is in use");
    }
    Feed feed;
    try {
      feed = understood(Feed.class, () -> plain);
    } catch (RecordCodec.NotUnderstood e) {
      tell("{\"is\":\"Came\",\"id\":" + id + ",\"items\":[" + end(e.getMessage()) + "]}\n");
      return;
    }
    try {
      followed.put(id, to.follow(feed, () -> post.accept(() -> turn(SelectionKey.OP_WRITE))));
    } catch (NoThread e) {
      tell("{\"is\":\"Came\",\"id\":" + id + ",\"items\":[" + end(e.getMessage()) + "]}\n");
      return;
    }
    feed();
  }

  private String end(@Nullable String why) {
    return encoded.of(new FeedItem.End(String.valueOf(why)));
  }

  private void drop(long id) {
    Optional.ofNullable(asked.remove(id)).ifPresent(it -> it.answer().cancel(false));
    Optional.ofNullable(followed.remove(id)).ifPresent(Subscription::close);
  }

  // ---- speaking ----

  /// Adds what it follows, as long as it reads.
  private void feed() {
    boolean more = true;
    while (more && unread < FULL) {
      more = false;
      for (Map.Entry<Long, Subscription> entry : Map.copyOf(followed).entrySet()) {
        more |= batch(entry.getKey(), entry.getValue());
      }
    }
  }

  private boolean batch(long id, Subscription pending) {
    StringBuilder items = new StringBuilder();
    boolean over = false;
    for (Optional<FeedItem> item = pending.poll(); item.isPresent(); item = pending.poll()) {
      items.append(items.isEmpty() ? "" : ",").append(encoded.of(item.get()));
      over |= item.get() instanceof FeedItem.End;
      if (items.length() > FULL / 4) {
        break;
      }
    }
    if (over) {
      followed.remove(id);
      pending.close();
    }
    if (items.isEmpty()) {
      return false;
    }
    tell("{\"is\":\"Came\",\"id\":" + id + ",\"items\":[" + items + "]}\n");
    return true;
  }

  private void say(Frame.Told frame) {
    tell(Json.write(RecordCodec.plain(frame, false), Json.DEEP) + "\n");
  }

  private void tell(String text) {
    if (phase != Phase.GONE) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      unread += bytes.remaining();
      out.add(bytes);
    }
  }

  /// Says why it is not served, and listens no more.
  void turnAway(String why) {
    say(new Frame.Turned(why));
    withdraw();
    phase = phase == Phase.GONE ? Phase.GONE : Phase.LEAVING;
    turn(0);
  }

  /// The instance ends: what is followed ends, and what was asked is answered as soon as the answer
  /// is there. All answers are on their way by now, but that of a task which will not be over.
  void conclude(String why) {
    if (phase == Phase.SERVED) {
      phase = Phase.ENDING;
    }
    for (Map.Entry<Long, Asked> open : Map.copyOf(asked).entrySet()) {
      if (open.getValue().query() instanceof Query.AwaitTask(String id, var _)) {
        drop(open.getKey());
        answered(
            open.getKey(),
            new Answer.Failed(why + "; task " + id + " goes on with the next start"));
      }
    }
    for (Subscription pending : followed.values()) {
      pending.offer(new FeedItem.End(why));
    }
    feed();
    turn(0);
  }

  /// What has not been answered by now is not answered.
  void leave(String why) {
    for (long id : asked.keySet()) {
      answered(id, new Answer.Gone(why));
    }
    withdraw();
    turn(0);
  }

  private void flush() throws IOException {
    while (!out.isEmpty()) {
      ByteBuffer next = out.peek();
      int n = channel.write(next);
      unread -= n;
      if (n > 0) {
        stuckSince = 0;
        heard = seen;
      }
      if (next.hasRemaining()) {
        break;
      }
      out.remove();
      if (unread < FULL / 2) {
        feed();
      }
    }
    if (phase == Phase.LEAVING && out.isEmpty() && !hushed) {
      // What it still says is read and thrown away: closing at once would take our last word back.
      channel.shutdownOutput();
      hushed = true;
    }
    if (phase != Phase.GONE) {
      boolean listens = phase != Phase.ENDING && unread < FULL && asked.size() < OPEN;
      key.interestOps(
          (listens ? SelectionKey.OP_READ : 0) | (out.isEmpty() ? 0 : SelectionKey.OP_WRITE));
    }
  }

  // ---- leaving ----

  /// @param patience with one that has not said hello, and with one that does not go
  /// @param unreadFor with one that does not read
  void dismissAfter(long now, long patience, long unreadFor) {
    if (phase == Phase.NEW && now - since > patience) {
      turnAway("no hello within " + DurationText.text(patience));
    }
    if (phase == Phase.LEAVING && leavingSince == 0) {
      leavingSince = now;
    } else if (phase == Phase.LEAVING && now - leavingSince > patience) {
      close();
    }
    if (out.isEmpty()) {
      stuckSince = 0;
    } else if (stuckSince == 0) {
      stuckSince = now;
    } else if (now - stuckSince > unreadFor) {
      close();
    }
  }

  private void withdraw() {
    followed.values().forEach(Subscription::close);
    followed.clear();
    asked.values().forEach(it -> it.answer().cancel(false));
    asked.clear();
    if (connection != null) {
      connection.close();
    }
  }

  void close() {
    if (phase == Phase.GONE) {
      return;
    }
    phase = Phase.GONE;
    forget();
    withdraw();
    out.clear();
    key.cancel();
    try {
      channel.close();
    } catch (IOException e) {
      // There is nothing left that could be lost by it.
      unread = 0;
    }
  }
}

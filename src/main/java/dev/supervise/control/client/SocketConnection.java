package dev.supervise.control.client;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Feed;
import dev.supervise.control.protocol.FeedItem;
import dev.supervise.control.protocol.Following;
import dev.supervise.control.protocol.Frame;
import dev.supervise.control.protocol.FrameReader;
import dev.supervise.control.protocol.Instance;
import dev.supervise.control.protocol.Query;
import dev.supervise.control.protocol.RecordCodec;
import dev.supervise.control.protocol.Rejected;
import dev.supervise.control.protocol.SocketAddress;
import dev.supervise.control.protocol.Subscription;
import dev.supervise.posix.PrivateDirectory;
import dev.supervise.posix.Untrusted;
import dev.supervise.run.Selector;
import dev.supervise.run.SystemClock;
import dev.supervise.text.DurationText;
import dev.supervise.text.InvalidJson;
import dev.supervise.text.Json;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import dev.supervise.vital.Timer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import jdk.net.ExtendedSocketOptions;

/// A [Connection] over an instance's socket. It has a clock of its own: nothing here waits for an
/// instance that is stopped, stuck, or half dead, longer than it says. Two threads of its own read
/// and write: who asks may be interrupted at any moment, and a channel closes under a thread that
/// is.
public final class SocketConnection implements Connection {
  /// How long an instance may take to say who it is, and to take what it is told.
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  /// A queue of callers that is full is looked at again after so long.
  private static final long LOOK_AGAIN_NANOS = 5_000_000;

  /// What a socket takes at once, whoever reads it or does not.
  private static final int TAKEN_AT_ONCE = 64 << 10;

  private final Path path;
  private final String by;
  private final SocketChannel channel;
  private final FrameReader input;
  private final CompletableFuture<Instance> welcome = new CompletableFuture<>();
  private final CompletableFuture<String> lost = new CompletableFuture<>();
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, CompletableFuture<Answer>> asked = new ConcurrentHashMap<>();
  private final Map<Long, Subscription> followed = new ConcurrentHashMap<>();

  /// Bytes said since the instance was last heard of.
  private final AtomicLong untaken = new AtomicLong();

  private final BlockingQueue<ByteBuffer> unsaid = new LinkedBlockingQueue<>();
  private final Thread talker;
  private volatile String gone = "";

  private SocketConnection(Path path, String by, SocketChannel channel) {
    this.path = path;
    this.by = by;
    this.channel = channel;
    this.input = new FrameReader(channel);
    this.talker = Threads.vital("supervise-questions", Threads.DEEP, this::talk);
  }

  /// Somebody has the socket open and says nothing.
  public static final class Silent extends IOException {
    private static final long serialVersionUID = 1L;

    Silent(String why) {
      super(why);
    }
  }

  /// Connects, within [#PATIENCE].
  public static SocketConnection open(Path path, String by) throws IOException {
    return open(path, by, PATIENCE);
  }

  /// Connects. Says nothing before it is certain that whoever answers is of our own user: the
  /// directory must be ours and closed to others, the socket ours, and the kernel names the one who
  /// listens.
  ///
  /// @param by who we are, for the journal: `cli pid 4711`
  /// @param patience with connecting and being welcomed together
  /// @throws Untrusted what is there is somebody else's
  /// @throws Rejected an instance is there and does not serve us
  /// @throws Silent somebody is there and did not answer in time
  /// @throws IOException nobody is there
  public static SocketConnection open(Path path, String by, Duration patience) throws IOException {
    Path above = Objects.requireNonNull(path.toAbsolutePath().getParent());
    Optional<PrivateDirectory> directory = PrivateDirectory.find(above);
    if (directory.isEmpty()
        || directory.get().socket(String.valueOf(path.getFileName())).isEmpty()) {
      throw new NoSuchFileException(path.toString());
    }
    SystemClock clock = new SystemClock();
    long deadline = clock.now() + patience.toNanos();
    SocketConnection connection =
        new SocketConnection(path, by, connected(path, clock, deadline, patience));
    try {
      ours(connection.channel, path, above);
      write(connection.channel, bytes(line(new Frame.Hello(Query.VERSION, by))));
      Threads.start(Threads.vital("supervise-answers", Threads.DEEP, connection::listen));
      Threads.start(connection.talker);
      connection.welcome.get(Math.max(1, deadline - clock.now()), TimeUnit.NANOSECONDS);
      return connection;
    } catch (TimeoutException e) {
      connection.close();
      throw new Silent("nobody has answered at " + path + " within " + DurationText.text(patience));
    } catch (ExecutionException e) {
      connection.close();
      throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
    } catch (InterruptedException e) {
      connection.close();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (NoThread e) {
      connection.close();
      throw new IOException(e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /// @param above was just seen to be ours
  private static void ours(SocketChannel channel, Path path, Path above) throws IOException {
    UserPrincipal listener = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
    UserPrincipal ours = Files.getOwner(above);
    if (!listener.equals(ours)) {
      throw new Rejected(
          "who answers at " + path + " is " + listener.getName() + ", not " + ours.getName());
    }
  }

  /// Without blocking: where the queue of callers is full, connecting would wait for ever.
  private static SocketChannel connected(
      Path path, SystemClock clock, long deadline, Duration patience) throws IOException {
    while (true) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try (SocketAddress address = SocketAddress.of(path)) {
        channel.configureBlocking(false);
        if (channel.connect(address.address())) {
          channel.configureBlocking(true);
          return channel;
        }
      } catch (ConnectException refused) {
        channel.close();
        throw refused;
      } catch (SocketException e) {
        channel.close();
        if (!takenLater(path)) {
          throw e;
        }
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
      channel.close();
      if (clock.now() - deadline > 0) {
        throw new Silent(
            "nobody has taken a caller at " + path + " within " + DurationText.text(patience));
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  /// Whether a connection that was refused without saying by whom was so because the queue of
  /// callers is full: the socket is there, and ours to call.
  private static boolean takenLater(Path path) throws IOException {
    return Files.isWritable(path)
        && Files.readAttributes(path, BasicFileAttributes.class).isOther();
  }

  /// Who of ours answers at a socket, if anybody does.
  ///
  /// @throws Silent somebody has it open and does not
  public static Optional<Instance> whoIsAt(Path path) throws Silent {
    try (SocketConnection connection = open(path, "a starting instance", PATIENCE)) {
      return Optional.of(connection.instance());
    } catch (Rejected e) {
      return Optional.of(new Instance("", 0, "", path.toString(), 0, ""));
    } catch (Silent e) {
      throw e;
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Instance instance() {
    return welcome.join();
  }

  @Override
  public CompletableFuture<String> lost() {
    return lost.copy();
  }

  /// By a second connection, which any version of an instance answers, and a question that goes
  /// through its loop: it is not alive when only its ear is.
  @Override
  public Optional<String> trouble(Duration patience) {
    if (!gone.isEmpty()) {
      return Optional.of(gone);
    }
    long pid = instance().pid();
    if (ProcessState.stopped(pid)) {
      return Optional.of(ProcessState.of(pid));
    }
    SystemClock clock = new SystemClock();
    long deadline = clock.now() + patience.toNanos();
    try (SocketConnection second = open(path, by, patience)) {
      second
          .ask(new Query.Tree(Selector.of(NOBODY)))
          .get(Math.max(1, deadline - clock.now()), TimeUnit.NANOSECONDS);
      return Optional.empty();
    } catch (IOException | TimeoutException | ExecutionException e) {
      return Optional.of(ProcessState.of(pid));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /// No unit has such a name.
  private static final String NOBODY = " ";

  @Override
  public CompletableFuture<Answer> ask(Query query) {
    long id = numbers.incrementAndGet();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    String frame;
    try {
      frame = line(new Frame.Ask(id, plain(query)));
    } catch (TooLong e) {
      return CompletableFuture.completedFuture(new Answer.Refused(String.valueOf(e.getMessage())));
    }
    asked.put(id, answer);
    say(frame);
    answer.whenComplete((_, _) -> {
      if (asked.remove(id) != null && answer.isCancelled()) {
        say(new Frame.Drop(id));
      }
    });
    return answer;
  }

  @Override
  public Following follow(Feed feed) {
    long id = numbers.incrementAndGet();
    Subscription pending =
        new Subscription(
            () -> {},
            () -> {
              if (followed.remove(id) != null) {
                say(new Frame.Drop(id));
              }
            });
    followed.put(id, pending);
    say(new Frame.Follow(id, plain(feed)));
    return pending;
  }

  private static Object plain(Object value) {
    return java.util.Objects.requireNonNull(RecordCodec.plain(value, false));
  }

  /// A frame no instance takes.
  private static final class TooLong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLong(int bytes) {
      super(
          "what is to be said is "
              + bytes
              + " bytes long; an instance takes up to "
              + Frame.LIMIT
              + " at a time, and nothing was sent",
          null,
          false,
          false);
    }
  }

  private static String line(Frame frame) {
    String text = Json.write(RecordCodec.plain(frame, false)) + "\n";
    if (text.length() > Frame.LIMIT / 3) {
      int bytes = text.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > Frame.LIMIT) {
        throw new TooLong(bytes);
      }
    }
    return text;
  }

  private void say(Frame frame) {
    say(line(frame));
  }

  private void say(String line) {
    unsaid.add(bytes(line));
    if (!gone.isEmpty()) {
      lost(gone);
    }
  }

  private static final Timer CLOCK = new Timer();

  private static ByteBuffer bytes(String line) {
    return ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(SocketChannel channel, ByteBuffer frame) throws IOException {
    while (frame.hasRemaining()) {
      channel.write(frame);
    }
  }

  // ---- the talking thread ----

  private void takesNothing() {
    String why = "the instance takes nothing in: " + ProcessState.of(instance().pid());
    asked.values().forEach(open -> open.complete(new Answer.TimedOut(why)));
    lost(why);
    shut();
  }

  private void talk() {
    try {
      while (gone.isEmpty()) {
        ByteBuffer frame = unsaid.take();
        long said = untaken.addAndGet(frame.remaining());
        Runnable inTime =
            said > TAKEN_AT_ONCE ? CLOCK.after(PATIENCE, this::takesNothing) : () -> {};
        try {
          write(channel, frame);
        } finally {
          inTime.run();
        }
      }
    } catch (IOException e) {
      lost("the connection is lost: " + e.getMessage());
    } catch (InterruptedException e) {
      // There is nobody left to talk to.
      Thread.currentThread().interrupt();
    }
  }

  // ---- the listening thread ----

  private void listen() {
    String why = "the instance has ended";
    try {
      welcome.complete(welcomed());
      while (gone.isEmpty()) {
        Frame.Told told = next(input);
        untaken.set(0);
        if (told instanceof Frame.Answered(long id, Answer answer)) {
          Optional.ofNullable(asked.remove(id)).ifPresent(open -> open.complete(answer));
        } else if (told instanceof Frame.Came(long id, var items)) {
          Optional.ofNullable(followed.get(id)).ifPresent(open -> items.forEach(open::offer));
        } else {
          throw new Rejected(
              told instanceof Frame.Turned(String reason) ? reason : "welcomed twice");
        }
      }
    } catch (Rejected e) {
      why = String.valueOf(e.getMessage());
      welcome.completeExceptionally(e);
    } catch (IOException e) {
      // The end of the stream, or a connection that broke: to those who wait it is the same.
      why = "the instance has ended, or closed the connection";
      welcome.completeExceptionally(e);
    }
    lost(why);
  }

  private Instance welcomed() throws IOException {
    input.limit(Frame.LIMIT);
    Frame.Told first = next(input);
    input.limit(Integer.MAX_VALUE);
    if (first instanceof Frame.Turned(String why)) {
      throw new Rejected(why);
    }
    if (!(first instanceof Frame.Welcome(int _, Instance instance))) {
      throw new Rejected("not welcomed first");
    }
    return instance;
  }

  private void lost(String why) {
    if (gone.isEmpty()) {
      gone = why;
    }
    talker.interrupt();
    for (CompletableFuture<Answer> open : asked.values()) {
      open.complete(new Answer.Gone(why));
    }
    for (Subscription open : followed.values()) {
      open.offer(new FeedItem.End(why));
    }
    lost.complete(why);
  }

  private static Frame.Told next(FrameReader input) throws IOException {
    String line = input.next();
    try {
      return RecordCodec.read(Frame.Told.class, Json.read(line, Json.DEEP));
    } catch (InvalidJson | RecordCodec.NotUnderstood e) {
      throw new Rejected("not understood: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    lost("closed");
    shut();
  }

  private void shut() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing that was asked is open any more.
      gone = "closed";
    }
  }
}

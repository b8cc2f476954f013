package dev.supervise.control;

import dev.supervise.posix.PrivateDirectory;
import dev.supervise.posix.Untrusted;
import dev.supervise.spec.InvalidJson;
import dev.supervise.spec.Json;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import jdk.net.ExtendedSocketOptions;

/// A [Connection] over an instance's socket. Two threads of its own read and write: who asks may be
/// interrupted at any moment, and a channel closes under a thread that is.
public final class SocketConnection implements Connection {
  private final SocketChannel channel;
  private final FrameReader input;
  private final Instance instance;
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Long, CompletableFuture<Answer>> asked = new ConcurrentHashMap<>();
  private final Map<Long, Pending> followed = new ConcurrentHashMap<>();
  private final BlockingQueue<ByteBuffer> unsaid = new LinkedBlockingQueue<>();
  private final Thread talker;
  private volatile String gone = "";

  private SocketConnection(SocketChannel channel, FrameReader input, Instance instance) {
    this.channel = channel;
    this.input = input;
    this.instance = instance;
    this.talker = thread("supervise-questions", this::talk);
  }

  /// Why there is no connection.
  public static final class Turned extends IOException {
    private static final long serialVersionUID = 1L;

    Turned(String why) {
      super(why);
    }
  }

  /// Connects. Says nothing before it is certain that whoever answers is of our own user: the
  /// directory must be ours and closed to others, the socket ours, and the kernel names the one who
  /// listens.
  ///
  /// @param by who we are, for the journal: `cli pid 4711`
  /// @throws Untrusted what is there is somebody else's
  /// @throws Turned an instance is there and does not serve us
  /// @throws IOException nobody is there
  public static SocketConnection open(Path path, String by) throws IOException {
    Path above = Objects.requireNonNull(path.toAbsolutePath().getParent());
    Optional<PrivateDirectory> directory = PrivateDirectory.find(above);
    if (directory.isEmpty()
        || directory.get().socket(String.valueOf(path.getFileName())).isEmpty()) {
      throw new NoSuchFileException(path.toString());
    }
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      try (SocketAddress address = SocketAddress.of(path)) {
        channel.connect(address.address());
      }
      UserPrincipal listener = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
      // The directory was just seen to be ours.
      UserPrincipal ours = Files.getOwner(above);
      if (!listener.equals(ours)) {
        throw new Turned(
            "who answers at " + path + " is " + listener.getName() + ", not " + ours.getName());
      }
      write(channel, bytes(new Frame.Hello(Query.VERSION, by)));
      FrameReader input = new FrameReader(channel);
      Frame.Told first = next(input);
      if (first instanceof Frame.Turned(String why)) {
        throw new Turned(why);
      }
      if (!(first instanceof Frame.Welcome(int _, Instance instance))) {
        throw new Turned("not welcomed first");
      }
      SocketConnection connection = new SocketConnection(channel, input, instance);
      connection.talker.start();
      thread("supervise-answers", connection::listen).start();
      return connection;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static Thread thread(String name, Runnable work) {
    return Thread.ofPlatform().daemon().stackSize(Server.STACK).name(name).unstarted(work);
  }

  /// Who of ours answers at a socket, if anybody does.
  public static Optional<Instance> whoIsAt(Path path) {
    try (SocketConnection connection = open(path, "a starting instance")) {
      return Optional.of(connection.instance());
    } catch (Turned e) {
      return Optional.of(new Instance("", 0, "", path.toString(), 0, ""));
    } catch (Untrusted e) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Instance instance() {
    return instance;
  }

  @Override
  public CompletableFuture<Answer> ask(Query query) {
    long id = numbers.incrementAndGet();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    asked.put(id, answer);
    say(new Frame.Ask(id, plain(query)));
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
    Pending pending =
        new Pending(
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
    return java.util.Objects.requireNonNull(Wire.plain(value, false));
  }

  private void say(Frame frame) {
    unsaid.add(bytes(frame));
    if (!gone.isEmpty()) {
      lost(gone);
    }
  }

  private static ByteBuffer bytes(Frame frame) {
    String text = Json.write(Wire.plain(frame, false)) + "\n";
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(SocketChannel channel, ByteBuffer frame) throws IOException {
    while (frame.hasRemaining()) {
      channel.write(frame);
    }
  }

  // ---- the talking thread ----

  private void talk() {
    try {
      while (gone.isEmpty()) {
        write(channel, unsaid.take());
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
      while (gone.isEmpty()) {
        Frame.Told told = next(input);
        if (told instanceof Frame.Answered(long id, Answer answer)) {
          Optional.ofNullable(asked.remove(id)).ifPresent(open -> open.complete(answer));
        } else if (told instanceof Frame.Came(long id, var items)) {
          Optional.ofNullable(followed.get(id)).ifPresent(open -> items.forEach(open::offer));
        } else {
          throw new Turned(told instanceof Frame.Turned(String reason) ? reason : "welcomed twice");
        }
      }
    } catch (Turned e) {
      why = String.valueOf(e.getMessage());
    } catch (IOException e) {
      // The end of the stream, or a connection that broke: to those who wait it is the same.
      why = "the instance has ended, or closed the connection";
    }
    lost(why);
  }

  private void lost(String why) {
    if (gone.isEmpty()) {
      gone = why;
    }
    talker.interrupt();
    for (CompletableFuture<Answer> open : asked.values()) {
      open.complete(new Answer.Gone(why));
    }
    for (Pending open : followed.values()) {
      open.offer(new Item.End(why));
    }
  }

  private static Frame.Told next(FrameReader input) throws IOException {
    String line = input.next();
    try {
      return Wire.read(Frame.Told.class, Json.read(line, Json.DEEP));
    } catch (InvalidJson | Wire.NotUnderstood e) {
      throw new Turned("not understood: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    lost("closed");
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing that was asked is open any more.
      gone = "closed";
    }
  }
}

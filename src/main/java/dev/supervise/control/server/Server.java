package dev.supervise.control.server;

import dev.supervise.control.client.SocketConnection;
import dev.supervise.control.protocol.Instance;
import dev.supervise.control.protocol.ItemCache;
import dev.supervise.control.protocol.SocketAddress;
import dev.supervise.control.protocol.SocketPlaces;
import dev.supervise.posix.PrivateDirectory;
import dev.supervise.run.SystemClock;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import dev.supervise.vital.Unhandled;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// The control socket of one instance: serves every client on one platform thread, which is never
/// one of those that users' functions may keep busy. The loop of the tree does no work for a client
/// but what was asked of it.
///
/// Only the owner gets in: the directory is 0700, the socket 0600, and the kernel says who calls.
/// What a client does to itself (nonsense, silence, a line without end, not reading) costs it its
/// own connection or its own items.
public final class Server implements AutoCloseable {
  /// Descriptors kept back; so many clients are let in when there are no others.
  private static final int SPARES = 4;

  /// How long a client may take to say who it is, and one that does not read to read again.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration UNREAD = Duration.ofSeconds(60);

  private final InstanceApi desk;
  private final Path path;
  private final PrivateDirectory directory;
  private final Consumer<String> warnings;
  private final LongSupplier clock;
  private final ServerSocketChannel door;
  private final Selector selector;
  private final UserPrincipal owner;
  private final ConcurrentLinkedQueue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final ClientSessions guests = new ClientSessions();
  private final ItemCache encoded = new ItemCache();
  private final ClientSession.Room room = new ClientSession.Room();
  private final ByteBuffer input = ByteBuffer.allocateDirect(1 << 16);
  private final Thread thread;
  private final ArrayDeque<Spare> spares = new ArrayDeque<>();
  private volatile Phase phase = Phase.OPEN;
  private volatile boolean noted;

  /// When the end began.
  private long begun;

  /// Whether the newest client could not be let in. It is told of once.
  private boolean shut;

  private enum Phase {
    OPEN,
    /// What has been asked is still answered.
    ANSWERING,
    /// What has been answered is still handed out.
    CLOSING
  }

  /// How long the end waits for answers, and for all of it to be handed out.
  private static final Duration ANSWERS = Duration.ofMillis(500);

  private static final Duration HANDED_OUT = Duration.ofMillis(900);

  private static final String ENDED = "the instance has ended";

  private Server(
      InstanceApi desk,
      Path path,
      PrivateDirectory directory,
      Consumer<String> warnings,
      LongSupplier clock,
      ServerSocketChannel door,
      Selector selector,
      UserPrincipal owner) {
    this.desk = desk;
    this.path = path;
    this.directory = directory;
    this.warnings = warnings;
    this.clock = clock;
    this.door = door;
    this.selector = selector;
    this.owner = owner;
    this.thread = Threads.vital("supervise-control", Threads.DEEP, this::serve);
  }

  /// Opens the socket and serves it until [#close].
  ///
  /// @param clock nanoseconds, monotonic
  /// @throws IOException there can be no socket; when another instance answers there, the message
  ///   names its pid
  public static Server open(
      InstanceApi desk, Path path, Consumer<String> warnings, LongSupplier clock)
      throws IOException {
    PrivateDirectory directory =
        PrivateDirectory.create(Objects.requireNonNull(path.toAbsolutePath().getParent()));
    replaceStale(directory, path);
    // The selector first: a channel that is registered is not closed before its selector is.
    try (Opening opening = new Opening(Selector.open())) {
      ServerSocketChannel door = opening.door();
      try (SocketAddress address = SocketAddress.of(path)) {
        door.bind(address.address(), ClientSessions.SERVED);
      }
      opening.bound(path);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      door.configureBlocking(false);
      door.register(opening.selector, SelectionKey.OP_ACCEPT);
      UserPrincipal owner = Files.getOwner(path);
      Server server =
          new Server(desk, path, directory, warnings, clock, door, opening.selector, owner);
      AnswerThreads.THREADS.begin();
      Threads.start(server.thread);
      opening.done();
      server.note();
      server.sweep();
      return server;
    } catch (NoThread e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /// Notes in the state directory where the socket is, also after somebody took the note away.
  /// Clients find it without. Any thread.
  public void note() {
    try {
      SocketPlaces.note(Path.of(desk.instance().stateDir()), path);
      noted = true;
    } catch (IOException e) {
      noted = false;
      warnings.accept(
          "where the control socket is cannot be noted in "
              + desk.instance().stateDir()
              + ": "
              + e.getMessage()
              + "; clients whose environment is another may not find it");
    }
  }

  /// Whether the note is written.
  public boolean noted() {
    return noted;
  }

  /// What is open until the server has it; closed whole when it comes to none.
  private static final class Opening implements AutoCloseable {
    final Selector selector;
    private Optional<ServerSocketChannel> door = Optional.empty();
    private Optional<Path> bound = Optional.empty();
    private boolean done;

    Opening(Selector selector) {
      this.selector = selector;
    }

    ServerSocketChannel door() throws IOException {
      ServerSocketChannel opened = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      door = Optional.of(opened);
      return opened;
    }

    void bound(Path path) {
      bound = Optional.of(path);
    }

    void done() {
      done = true;
    }

    @Override
    public void close() throws IOException {
      if (done) {
        return;
      }
      if (door.isPresent()) {
        door.get().close();
      }
      selector.close();
      if (bound.isPresent()) {
        Files.deleteIfExists(bound.get());
      }
    }
  }

  /// A socket nobody answers at is a dead instance's.
  private static void replaceStale(PrivateDirectory directory, Path path) throws IOException {
    String name = String.valueOf(path.getFileName());
    if (directory.socket(name).isEmpty()) {
      return;
    }
    Optional<Instance> there;
    try {
      there = SocketConnection.whoIsAt(path);
    } catch (SocketConnection.Silent e) {
      throw new IOException("another instance has " + path + " and does not answer", e);
    }
    if (there.isPresent()) {
      throw new IOException("another instance (pid " + there.get().pid() + ") answers at " + path);
    }
    directory.remove(name);
  }

  private void sweep() {
    try {
      long now = new SystemClock().timeOfDay();
      StaleSockets.sweep(directory, now);
      StaleSockets.sweepRecords(directory, now);
    } catch (IOException e) {
      warnings.accept("what dead instances have left could not be taken away: " + e.getMessage());
    }
  }

  public Path path() {
    return path;
  }

  // ---- the server's thread ----

  private void serve() {
    provide();
    while (phase != Phase.CLOSING || !leaving()) {
      try {
        selector.select(pause());
      } catch (IOException e) {
        throw new Unhandled("the control socket", e);
      }
      long now = clock.getAsLong();
      guests.forEach(guest -> guest.look(now));
      for (Runnable task = inbox.poll(); task != null; task = inbox.poll()) {
        task.run();
      }
      Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
      while (keys.hasNext()) {
        SelectionKey key = keys.next();
        keys.remove();
        turn(key);
      }
      dismiss();
      if (phase == Phase.ANSWERING
          && (guests.every(ClientSession::answered)
              || clock.getAsLong() - begun > ANSWERS.toNanos())) {
        phase = Phase.CLOSING;
        guests.forEach(guest -> guest.leave(ENDED));
      }
    }
    closeAll();
  }

  private void turn(SelectionKey key) {
    if (!key.isValid()) {
      return;
    }
    if (key.isAcceptable()) {
      accept();
    } else if (key.attachment() instanceof ClientSession guest) {
      guest.turn(key.readyOps());
    }
  }

  /// Where there is no further descriptor, one that was kept back for this is given up for the
  /// caller, or that of a client which makes no use of it, so that whoever wants to know, or to
  /// stop it all, can.
  private @Nullable SocketChannel accepted() throws IOException {
    try {
      return door.accept();
    } catch (IOException e) {
      Spare spare = spares.pollFirst();
      if (spare != null) {
        spare.close();
      } else if (!guests.giveUpOne()) {
        throw e;
      } else {
        // A channel that is registered is closed by its selector.
        selector.selectNow();
      }
      return door.accept();
    }
  }

  private void accept() {
    try {
      SocketChannel channel = accepted();
      if (channel == null) {
        return;
      }
      shut = false;
      UserPrincipal caller = caller(channel);
      channel.configureBlocking(false);
      ClientSession guest =
          new ClientSession(
              channel,
              channel.register(selector, SelectionKey.OP_READ),
              desk,
              encoded,
              input,
              room,
              this::post,
              clock.getAsLong());
      if (!caller.equals(owner)) {
        guest.turnAway("this instance is " + owner.getName() + "'s, and nobody else's to ask");
      }
      guests.add(guest);
    } catch (IOException e) {
      // Out of descriptors, or the caller has gone: the socket itself goes on. The pause keeps a
      // call that cannot be accepted from being looked at without end.
      if (!shut) {
        warnings.accept("a client could not be let in: " + e.getMessage());
      }
      shut = true;
      java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  /// Who it is comes first: nobody is served of whom that cannot be known.
  private static UserPrincipal caller(SocketChannel channel) throws IOException {
    try {
      return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /// Keeps descriptors back for times without any.
  private void provide() {
    try {
      while (spares.size() < SPARES) {
        spares.add(new Spare(FileChannel.open(Path.of("/dev/null"))));
      }
    } catch (IOException e) {
      // Such a time it is; they are kept back again after a later turn.
      return;
    }
  }

  private record Spare(FileChannel channel) {
    void close() throws IOException {
      channel.close();
    }
  }

  /// Lets go of those who have gone, and of those whose patience with us is ours with them.
  private void dismiss() {
    long now = clock.getAsLong();
    guests.forEach(guest -> guest.dismissAfter(now, PATIENCE.toNanos(), UNREAD.toNanos()));
    guests.removeGone();
    provide();
  }

  /// In milliseconds; 0: until something comes.
  private long pause() {
    if (!inbox.isEmpty()) {
      return 1;
    }
    if (phase != Phase.OPEN) {
      return 10;
    }
    return guests.every(Predicate.not(ClientSession::timed)) ? 0 : 1000;
  }

  private boolean leaving() {
    return guests.every(ClientSession::idle) || clock.getAsLong() - begun > HANDED_OUT.toNanos();
  }

  private void closeAll() {
    guests.forEach(ClientSession::close);
    try {
      selector.close();
      door.close();
      for (Spare spare : spares) {
        spare.close();
      }
      directory.remove(String.valueOf(path.getFileName()));
      SocketPlaces.forget(Path.of(desk.instance().stateDir()));
    } catch (IOException e) {
      warnings.accept("the control socket could not be removed: " + e.getMessage());
    }
  }

  // ---- any thread ----

  private void post(Runnable task) {
    inbox.add(task);
    selector.wakeup();
  }

  /// Answers what has been asked, ends what is followed, and removes the socket. Whoever has asked
  /// for the end is answered before his connection closes. Blocks for at most a second.
  @Override
  public void close() {
    post(() -> {
      begun = clock.getAsLong();
      phase = Phase.ANSWERING;
      guests.forEach(guest -> guest.conclude(ENDED));
    });
    try {
      thread.join(Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

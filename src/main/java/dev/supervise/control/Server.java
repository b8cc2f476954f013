package dev.supervise.control;

import dev.supervise.posix.PrivateDirectory;
import dev.supervise.run.SystemClock;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import jdk.net.ExtendedSocketOptions;

/// The control socket of one instance: serves every client on one platform thread, which is never
/// one of those that users' functions may keep busy. The loop of the tree does no work for a client
/// but what was asked of it.
///
/// Only the owner gets in: the directory is 0700, the socket 0600, and the kernel says who calls.
/// What a client does to itself (nonsense, silence, a line without end, not reading) costs it its
/// own connection or its own items.
public final class Server implements AutoCloseable {
  /// Clients at a time.
  static final int CLIENTS = 256;

  /// Trees may be a thousand supervisors deep.
  static final int STACK = 16 << 20;

  /// How long a client may take to say who it is, and one that does not read to read again.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Duration UNREAD = Duration.ofSeconds(60);

  private final Desk desk;
  private final Path path;
  private final PrivateDirectory directory;
  private final Consumer<String> warnings;
  private final LongSupplier clock;
  private final ServerSocketChannel door;
  private final Selector selector;
  private final UserPrincipal owner;
  private final ConcurrentLinkedQueue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final List<Guest> guests = new ArrayList<>();
  private final Encoded encoded = new Encoded();
  private final ByteBuffer input = ByteBuffer.allocateDirect(1 << 16);
  private final Thread thread;
  private volatile Phase phase = Phase.OPEN;
  private volatile boolean noted;

  /// When the end began.
  private long begun;

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
      Desk desk,
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
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .stackSize(STACK)
            .name("supervise-control")
            .unstarted(this::serve);
  }

  /// Opens the socket and serves it until [#close].
  ///
  /// @param clock nanoseconds, monotonic
  /// @throws IOException there can be no socket; when another instance answers there, the message
  ///   names its pid
  public static Server open(Desk desk, Path path, Consumer<String> warnings, LongSupplier clock)
      throws IOException {
    PrivateDirectory directory =
        PrivateDirectory.create(Objects.requireNonNull(path.toAbsolutePath().getParent()));
    replaceStale(directory, path);
    Selector selector = Selector.open();
    try {
      return open(desk, path, directory, warnings, clock, selector);
    } catch (IOException | RuntimeException | Error e) {
      // Last: a channel that is registered is only closed by its selector.
      selector.close();
      throw e;
    }
  }

  /// What goes wrong leaves no socket that nobody serves.
  private static Server open(
      Desk desk,
      Path path,
      PrivateDirectory directory,
      Consumer<String> warnings,
      LongSupplier clock,
      Selector selector)
      throws IOException {
    ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      try (SocketAddress address = SocketAddress.of(path)) {
        door.bind(address.address(), CLIENTS);
      }
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      door.configureBlocking(false);
      door.register(selector, SelectionKey.OP_ACCEPT);
      UserPrincipal owner = Files.getOwner(path);
      Server server = new Server(desk, path, directory, warnings, clock, door, selector, owner);
      server.thread.start();
      server.note();
      server.sweep();
      return server;
    } catch (IOException | RuntimeException | Error e) {
      door.close();
      Files.deleteIfExists(path);
      throw e;
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

  /// A socket nobody answers at is a dead instance's.
  private static void replaceStale(PrivateDirectory directory, Path path) throws IOException {
    String name = String.valueOf(path.getFileName());
    if (directory.socket(name).isEmpty()) {
      return;
    }
    Optional<Instance> there = SocketConnection.whoIsAt(path);
    if (there.isPresent()) {
      throw new IOException("another instance (pid " + there.get().pid() + ") answers at " + path);
    }
    directory.remove(name);
  }

  private void sweep() {
    try {
      StaleSockets.sweep(directory, new SystemClock().timeOfDay());
    } catch (IOException e) {
      warnings.accept("sockets of dead instances could not be taken away: " + e.getMessage());
    }
  }

  public Path path() {
    return path;
  }

  // ---- the server's thread ----

  private void serve() {
    try {
      while (phase != Phase.CLOSING || !leaving()) {
        selector.select(pause());
        for (Runnable task = inbox.poll(); task != null; task = inbox.poll()) {
          carryOut(task);
        }
        Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
          SelectionKey key = keys.next();
          keys.remove();
          turn(key);
        }
        dismiss();
        if (phase == Phase.ANSWERING
            && (guests.stream().allMatch(Guest::answered)
                || clock.getAsLong() - begun > ANSWERS.toNanos())) {
          phase = Phase.CLOSING;
          guests.forEach(guest -> guest.leave(ENDED));
        }
      }
    } catch (IOException | RuntimeException e) {
      warnings.accept("the control socket has failed and is closed: " + e);
    } finally {
      closeAll();
    }
  }

  private void carryOut(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      warnings.accept("a client of the control socket is left unanswered: " + e);
    }
  }

  private void turn(SelectionKey key) {
    if (!key.isValid()) {
      return;
    }
    if (key.isAcceptable()) {
      accept();
    } else if (key.attachment() instanceof Guest guest) {
      try {
        guest.turn(key.readyOps());
      } catch (RuntimeException e) {
        // A defect of ours costs one client, never the others.
        warnings.accept("a client of the control socket is dismissed: " + e);
        guest.close();
      }
    }
  }

  private void accept() {
    try {
      SocketChannel channel = door.accept();
      if (channel == null) {
        return;
      }
      channel.configureBlocking(false);
      Guest guest =
          new Guest(
              channel,
              channel.register(selector, SelectionKey.OP_READ),
              desk,
              encoded,
              input,
              this::post,
              clock.getAsLong());
      guests.add(guest);
      UserPrincipal caller = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
      if (!caller.equals(owner)) {
        guest.turnAway("this instance is " + owner.getName() + "'s, and nobody else's to ask");
      } else if (guests.size() > CLIENTS) {
        guest.turnAway("there are " + CLIENTS + " clients already");
      }
    } catch (IOException e) {
      // Out of descriptors, or the caller has gone: the socket itself goes on. The pause keeps a
      // call that cannot be accepted from being looked at without end.
      warnings.accept("a client could not be let in: " + e.getMessage());
      java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  /// Lets go of those who have gone, and of those whose patience with us is ours with them.
  private void dismiss() {
    long now = clock.getAsLong();
    for (int i = guests.size() - 1; i >= 0; i--) {
      Guest guest = guests.get(i);
      guest.dismissAfter(now, PATIENCE.toNanos(), UNREAD.toNanos());
      if (guest.gone()) {
        guests.remove(i);
      }
    }
  }

  /// In milliseconds; 0: until something comes.
  private long pause() {
    if (!inbox.isEmpty()) {
      return 1;
    }
    if (phase != Phase.OPEN) {
      return 10;
    }
    return guests.stream().anyMatch(Guest::timed) ? 1000 : 0;
  }

  private boolean leaving() {
    return guests.stream().allMatch(Guest::idle)
        || clock.getAsLong() - begun > HANDED_OUT.toNanos();
  }

  private void closeAll() {
    guests.forEach(Guest::close);
    try {
      selector.close();
      door.close();
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

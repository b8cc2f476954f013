package dev.supervise.worker.keeper;

import dev.supervise.posix.Epoll;
import dev.supervise.posix.Errno;
import dev.supervise.posix.Fd;
import dev.supervise.posix.PacketSocket;
import dev.supervise.posix.ProcessIdentity;
import dev.supervise.posix.Processes;
import dev.supervise.spec.Signals;
import dev.supervise.worker.Reactor;
import dev.supervise.worker.UninterruptedSleep;
import dev.supervise.worker.keeper.KeeperPackets.Report;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The supervisor's side of a keeper. Requests are written at once by whoever asks, as long as the
/// socket takes them; otherwise they queue here and the reactor writes them when it does. They
/// arrive in the order they were given.
///
/// When the keeper ends, what was not sent yet stays queued for the next one.
public final class Keeper {
  /// Whom the reactor tells what a keeper says.
  public interface Listener {
    void report(Report report);

    /// The keeper is gone, and everything it had said has been reported.
    void lost(Link link, String why);
  }

  /// A program to be started. Called under the keeper's lock: does what it must at once.
  public interface Spawn {
    /// The packet is about to be written.
    ///
    /// @return false when the program is not wanted any more
    boolean sending();

    /// The descriptors to be sent along.
    ///
    /// @return how many of `descriptors` are filled, or a negative error number
    int open(int[] descriptors);

    byte[] packet();

    /// It was not written, and will be tried again.
    void notYet();

    /// It was written.
    void sent();

    /// It never will be written.
    void unsent(int errno);
  }

  /// One keeper.
  public static final class Link {
    final PacketSocket socket;

    /// What was started: its guard, or where it has none, itself.
    public final int pid;

    private long tag;

    /// What its runs are marked with; none until it has said so, and when it makes none.
    public volatile KeeperMark mark = KeeperMark.NONE;

    /// Its guard and itself, guard first; empty until it has greeted.
    public volatile List<ProcessIdentity> processes = List.of();

    public final CountDownLatch greeted = new CountDownLatch(1);

    private boolean wantsOut;

    /// Whether it was found killed; of whoever waits for the end.
    private boolean guardLost;

    /// How it ended, once that is known: it can be asked of the system only once.
    private KeeperSource.End known = KeeperSource.End.NOT_YET;

    /// Nobody will ask any more how it ended.
    private volatile boolean settled;

    private final Supplier<KeeperSource.End> end;
    private final LongSupplier nanoClock;

    private Link(KeeperSource.Started started, LongSupplier nanoClock) {
      this.nanoClock = nanoClock;
      socket = started.socket();
      pid = started.pid();
      end = started.end();
    }

    private void greeted(Report.Hello hello) {
      mark = new KeeperMark(hello.mark());
      processes =
          IntStream.of(pid, hello.pid())
              .distinct()
              .mapToObj(ProcessIdentity::of)
              .flatMap(Optional::stream)
              .toList();
      greeted.countDown();
    }

    /// Waits for its end, for a while. When its guard was killed, the keeper itself may still be at
    /// work, and is a child of ours by then.
    ///
    /// @return `SWEPT` where it has ended by itself, and so has ended everything it had; `KILLED`
    ///   where it was, and its guard too if it had one
    public synchronized KeeperSource.End awaitEnd(long nanos) {
      long until = nanoClock.getAsLong() + nanos;
      while (known == KeeperSource.End.NOT_YET) {
        KeeperSource.End now = guardLost ? endOf(processes.get(1)) : end.get();
        if (now == KeeperSource.End.KILLED && !guardLost && processes.size() > 1) {
          guardLost = true;
        } else if (now != KeeperSource.End.NOT_YET) {
          known = now;
        } else if (nanoClock.getAsLong() - until >= 0) {
          break;
        } else {
          UninterruptedSleep.nanos(LOOK_NANOS);
        }
      }
      return known;
    }

    /// Its end has been dealt with, or is not waited for any more.
    public void settle() {
      settled = true;
    }

    public boolean settled() {
      return settled;
    }

    /// Ends what was started, and has not greeted.
    public void kill() {
      if (pid > 0 && end.get() == KeeperSource.End.NOT_YET) {
        ProcessIdentity.of(pid).ifPresent(it -> it.signal(Signals.KILL));
        KeeperSource.End _ = awaitEnd(1_000_000_000L);
      }
    }

    private static KeeperSource.End endOf(ProcessIdentity keeper) {
      KeeperSource.End end = KeeperSource.End.of(Processes.reap(keeper.pid()));
      if (end != KeeperSource.End.NOT_YET || keeper.alive()) {
        return end;
      }
      // It may have ended between the two looks.
      KeeperSource.End last = KeeperSource.End.of(Processes.reap(keeper.pid()));
      return last == KeeperSource.End.NOT_YET ? KeeperSource.End.KILLED : last;
    }
  }

  private sealed interface Item {
    record Plain(byte[] packet) implements Item {}

    record Start(Spawn spawn) implements Item {}

    record Hold(int descriptor) implements Item {}
  }

  private static final long LOOK_NANOS = 1_000_000;

  private final KeeperSource source;
  private final Reactor reactor;
  private final LongSupplier nanoClock;
  private final Listener listener;
  private volatile int held;
  private final byte[] incoming = new byte[PacketSocket.LIMIT];

  private final Object lock = new Object();
  private final ArrayDeque<Item> queue = new ArrayDeque<>();
  private final int[] descriptors = new int[4];
  private int descriptorCount = -1;
  private @Nullable Link link;
  private boolean closed;

  /// All whose end has not been dealt with, the present one among them.
  private final List<Link> unsettled = new ArrayList<>();

  /// @param held a descriptor every keeper is to hold while it lives; -1: none
  public Keeper(
      KeeperSource source, Reactor reactor, LongSupplier nanoClock, Listener listener, int held) {
    this.held = held;
    this.nanoClock = nanoClock;
    this.source = source;
    this.reactor = reactor;
    this.listener = listener;
  }

  /// Starts a keeper process and sends it what is queued.
  ///
  /// @return empty after [#close]: none is started any more
  /// @throws IllegalStateException when none can be started
  public Optional<Link> open() {
    // Under the lock from the beginning: none is started while the last one is being closed.
    synchronized (lock) {
      if (closed) {
        return Optional.empty();
      }
      Link fresh = new Link(source.start(), nanoClock);
      unsettled.removeIf(Link::settled);
      unsettled.add(fresh);
      if (held >= 0) {
        // The first packet into an empty socket: it has room.
        hold(fresh.socket, held);
      }
      link = fresh;
      fresh.tag = reactor.watch(fresh.socket.fd(), Epoll.IN, events -> ready(fresh, events));
      flush();
      return Optional.of(fresh);
    }
  }

  /// From now on every keeper holds this descriptor instead, the present one too.
  ///
  /// @param descriptor -1: none
  public void hold(int descriptor) {
    held = descriptor;
    if (descriptor >= 0) {
      add(new Item.Hold(descriptor));
    }
  }

  private static int hold(PacketSocket socket, int descriptor) {
    byte[] packet = KeeperPackets.hold();
    return socket.send(packet, packet.length, new int[] {descriptor}, 1);
  }

  /// The pids of the present keeper and its guard, guard first; empty while there is none.
  public List<Integer> pids() {
    synchronized (lock) {
      if (link == null || link.pid == 0) {
        return List.of();
      }
      List<ProcessIdentity> known = link.processes;
      return known.isEmpty()
          ? List.of(link.pid)
          : known.stream().map(ProcessIdentity::pid).toList();
    }
  }

  /// The same, with their start times; empty also before it has greeted.
  public List<ProcessIdentity> processes() {
    synchronized (lock) {
      return link == null ? List.of() : link.processes;
    }
  }

  /// The pids of all keepers and guards there were whose end somebody will ask for, or asks for
  /// just now.
  public Set<Integer> unreaped() {
    Set<Integer> pids = new HashSet<>();
    for (Link each : unsettled()) {
      pids.add(each.pid);
      each.processes.forEach(it -> pids.add(it.pid()));
    }
    return pids;
  }

  /// The keepers whose end has not been dealt with.
  public List<Link> unsettled() {
    synchronized (lock) {
      unsettled.removeIf(Link::settled);
      return List.copyOf(unsettled);
    }
  }

  /// What the present keeper's runs are marked with; none where there is none.
  public KeeperMark mark() {
    synchronized (lock) {
      return link == null ? KeeperMark.NONE : link.mark;
    }
  }

  public void send(byte[] packet) {
    add(new Item.Plain(packet));
  }

  public void spawn(Spawn spawn) {
    add(new Item.Start(spawn));
  }

  /// Has the keeper end, which kills everything it started before it goes. Does not wait for that,
  /// and starts no other.
  public void close() {
    Link last;
    synchronized (lock) {
      closed = true;
      last = link;
      link = null;
      queue.clear();
      closeDescriptors();
    }
    if (last != null) {
      reactor.unwatch(last.socket.fd(), last.tag);
      last.socket.close();
    }
  }

  private void add(Item item) {
    synchronized (lock) {
      queue.add(item);
      flush();
    }
  }

  /// Writes what the socket takes. Under the lock.
  private void flush() {
    Link now = link;
    if (now == null) {
      return;
    }
    while (!queue.isEmpty()) {
      int answer =
          switch (queue.peekFirst()) {
            case Item.Plain(byte[] packet) ->
                now.socket.send(packet, packet.length, descriptors, 0);
            case Item.Start(Spawn spawn) -> write(now.socket, spawn);
            case Item.Hold(int descriptor) -> hold(now.socket, descriptor);
          };
      if (again(answer)) {
        // At the end of the keeper the reactor sees it too, and a new one takes the rest of the
        // queue.
        wantOut(now, answer == -Errno.EAGAIN);
        return;
      }
      if (queue.removeFirst() instanceof Item.Start(Spawn spawn)
          && answer < 0
          && answer != -Errno.ECANCELED) {
        spawn.unsent(-answer);
      }
    }
    wantOut(now, false);
  }

  /// Gives up what is queued: no keeper can be had at present.
  public void giveUp() {
    synchronized (lock) {
      while (!queue.isEmpty()) {
        if (queue.removeFirst() instanceof Item.Start(Spawn spawn)) {
          spawn.unsent(Errno.ECONNRESET);
        }
      }
      closeDescriptors();
    }
  }

  /// Under the lock. What was opened for a packet that could not be written stays open for the next
  /// try.
  private int write(PacketSocket socket, Spawn spawn) {
    if (!spawn.sending()) {
      closeDescriptors();
      return -Errno.ECANCELED;
    }
    if (descriptorCount < 0) {
      int opened = spawn.open(descriptors);
      if (opened < 0) {
        return opened;
      }
      descriptorCount = opened;
    }
    byte[] packet = spawn.packet();
    int sent =
        packet.length <= PacketSocket.LIMIT
            ? socket.send(packet, packet.length, descriptors, descriptorCount)
            : writeLarge(socket, packet);
    if (again(sent)) {
      spawn.notYet();
      return sent;
    }
    closeDescriptors();
    if (sent == 0) {
      spawn.sent();
    }
    return sent;
  }

  private static boolean again(int answer) {
    return answer == -Errno.EAGAIN || answer == -Errno.EPIPE || answer == -Errno.ECONNRESET;
  }

  private void closeDescriptors() {
    for (int i = 0; i < descriptorCount; i++) {
      // 0 to 2 are our own, lent for `logs inherit`.
      if (descriptors[i] > 2) {
        Fd.close(descriptors[i]);
      }
    }
    descriptorCount = -1;
  }

  private int writeLarge(PacketSocket socket, byte[] packet) {
    int memory = Fd.memfd("supervise-spawn");
    if (memory < 0) {
      return memory;
    }
    try {
      int written = Fd.writeAll(memory, KeeperPackets.spawnBody(packet));
      if (written < 0) {
        return written;
      }
      int[] all = new int[descriptorCount + 1];
      all[0] = memory;
      System.arraycopy(descriptors, 0, all, 1, descriptorCount);
      byte[] small = KeeperPackets.spawnInMemfd(packet);
      return socket.send(small, small.length, all, all.length);
    } finally {
      Fd.close(memory);
    }
  }

  private void wantOut(Link link, boolean wanted) {
    if (link.wantsOut != wanted) {
      link.wantsOut = wanted;
      reactor.change(link.socket.fd(), wanted ? Epoll.IN | Epoll.OUT : Epoll.IN, link.tag);
    }
  }

  private void ready(Link from, int events) {
    if ((events & Epoll.OUT) != 0) {
      synchronized (lock) {
        flush();
      }
    }
    while (true) {
      int n = from.socket.receive(incoming);
      if (n == -Errno.EAGAIN || n == -Errno.EINTR) {
        return;
      }
      if (n <= 0) {
        lost(from, n == 0 ? "it ended" : Errno.words(-n));
        return;
      }
      Report report = KeeperPackets.report(incoming, n);
      if (report instanceof Report.Hello hello) {
        if (hello.version() != KeeperPackets.VERSION) {
          lost(from, "it speaks version " + hello.version());
          return;
        }
        from.greeted(hello);
      } else {
        listener.report(report);
      }
    }
  }

  private void lost(Link gone, String why) {
    synchronized (lock) {
      if (link != gone) {
        return;
      }
      link = null;
      reactor.unwatch(gone.socket.fd(), gone.tag);
      gone.socket.close();
    }
    listener.lost(gone, why);
  }
}

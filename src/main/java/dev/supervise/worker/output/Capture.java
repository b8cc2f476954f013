package dev.supervise.worker.output;

import dev.supervise.posix.Epoll;
import dev.supervise.posix.Errno;
import dev.supervise.posix.Fd;
import dev.supervise.worker.OutputTail;
import dev.supervise.worker.Reactor;
import dev.supervise.worker.output.BufferPool.Chunk;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One run's output between its pipe and its file: at most 1 MB. Where there is no room, output
/// stays in the pipe, and a full pipe holds the child up. Only when the file has taken nothing for
/// 2 s is output dropped and counted, unless the unit asked for that never to happen.
///
/// The reactor alone reads; a log writer alone writes; the queue between them is its own lock.
public final class Capture implements Reactor.Handler, LogWriters.Job {
  private static final int PIECES = 16;
  private static final int LITTLE_ROOM = 4096;
  private static final int LARGE_PIPE = 1 << 20;
  private static final long PATIENCE_NANOS = LogFile.PATIENCE.toNanos();

  /// What is held up for another reason than a full queue is looked at again after so long.
  private static final long LOOK_NANOS = 250_000_000;

  /// Ready again so soon, and so often in a row, somebody writes without a pause; what he writes is
  /// fetched in intervals then.
  private static final long RUSH_NANOS = 200_000;

  private static final int RUSH = 8;
  private static final long REST_NANOS = 1_000_000;

  /// A writer turns to other files after so long.
  private static final long TURN_NANOS = 20_000_000;

  /// Taken without a piece where none is to be had: a little room of its own that nobody else can
  /// use up. So much is also kept of what was dropped last.
  private static final int FEW = 4096;

  private static final int NOBODY_WAITS = -1;
  private static final byte[] NO_BYTES = {};

  /// What all captures of a worker share.
  ///
  /// @param unfinished of each file the newest one whose run is over while its pipe still holds
  ///   something: what a later run writes has to stand behind that
  public record Surroundings(
      Reactor reactor,
      BufferPool chunks,
      LogWriters writers,
      LongSupplier nanoClock,
      ConcurrentMap<LogFile, Capture> unfinished) {}

  private sealed interface Item {
    record Data(Chunk chunk) implements Item {}

    /// Taken without a piece.
    record Few(byte[] bytes, long at) implements Item {}

    record Dropped(long bytes) implements Item {}

    /// The newest of what was dropped: the last words of a child are worth more than what it
    /// flooded the log with before them.
    record Tail(byte[] bytes, long at) implements Item {}
  }

  private enum Flow {
    /// The pipe is not made yet.
    NEW,
    READING,
    /// There is no room; nobody looks at the pipe.
    HELD,
    /// There is no room; what comes is counted.
    DROPPING,
    CLOSED
  }

  private enum Pipe {
    /// As the kernel makes it.
    USUAL,
    LARGE,
    /// The kernel, or we, did not want it to be larger.
    SMALL
  }

  /// What is known of the end of its output.
  private enum Ending {
    NOT_YET,
    /// Nothing of the run lives any more: what the pipe holds is all.
    NEAR,
    /// All of it is in the queue.
    HERE
  }

  private final Surroundings around;
  private final LogStream stream;
  private final boolean block;
  private final byte source;
  private final OutputTail last;
  private final Runnable ended;

  // The reactor's; made before the descriptor is there.
  private volatile int fd = -1;
  private Flow flow = Flow.NEW;

  /// Of the watch; 0 while nobody looks at the pipe.
  private long tag;

  /// When it was ready last, and how often without a pause.
  private long readyAt;

  private byte rush;
  private int rest;
  private Pipe pipe = Pipe.USUAL;
  private boolean timed;

  /// How much of what the pipe held at the last call of [#drain] is still in it.
  private int owed;

  private ArrayDeque<Runnable> drained = NONE;
  private @Nullable Capture earlier;
  private List<Capture> behind = List.of();
  private volatile @Nullable OutputTap watched;

  private static final ArrayDeque<Runnable> NONE = new ArrayDeque<>(0);

  // Under the lock, which is the queue.
  private final ArrayDeque<Item> queue = new ArrayDeque<>(2);
  private Ending ending = Ending.NOT_YET;
  private byte[] tail = NO_BYTES;
  private long dropped;
  private byte pieces;
  private int few;

  /// How few pieces there must be for reading to go on.
  private int resumeAt = NOBODY_WAITS;

  private boolean scheduled;
  private boolean wrote;

  /// @param block output is never dropped
  /// @param source which of the run's pipes it is, for `last`
  /// @param last is told what is read
  /// @param ended called by a log writer once all is written
  public Capture(
      Surroundings around,
      LogStream stream,
      boolean block,
      int source,
      OutputTail last,
      Runnable ended) {
    this.around = around;
    this.stream = stream;
    this.block = block;
    this.source = (byte) source;
    this.last = last;
    this.ended = ended;
  }

  /// Makes the pipe. Any thread, once, before the program is started.
  ///
  /// @return the end to give to the program, or a negative error number
  int open() {
    int[] ends = new int[2];
    int made = Fd.pipe(ends);
    if (made < 0) {
      return made;
    }
    earlier = around.unfinished().get(stream.file());
    flow = Flow.READING;
    try {
      tag = around.reactor().watch(ends[0], Epoll.IN, this);
    } catch (Reactor.Refused e) {
      Fd.close(ends[0]);
      Fd.close(ends[1]);
      return -e.errno();
    }
    // Last: it publishes all this to the reactor.
    fd = ends[0];
    return ends[1];
  }

  /// Somebody else is to see what is read, too. Before [#open].
  void watched(OutputTap watched) {
    this.watched = watched;
    watched.onRoom(() -> around.reactor().post(this::resume));
  }

  // ---- the reactor ----

  @Override
  public void ready(int events) {
    if (fd < 0) {
      return;
    }
    long now = around.nanoClock().getAsLong();
    rush = (byte) (now - readyAt < RUSH_NANOS ? Math.min(rush + 1, RUSH) : 0);
    readyAt = now;
    readOn();
    if (rush >= RUSH && reads() && enlarge()) {
      rest();
    }
  }

  private long readOn() {
    long all = 0;
    for (int i = 0; i < PIECES && reads(); i++) {
      long n = read();
      all += n;
      if (n < BufferPool.SIZE / 2) {
        break;
      }
      boolean _ = enlarge();
    }
    // Not after each piece: to wake a writer costs as much as to write one.
    handOver();
    return all;
  }

  /// Who writes little by little, but without a pause, is read at a pace of our own: his pipe holds
  /// what comes meanwhile, and to be woken by it each time would cost more than to read it.
  private void rest() {
    deafen();
    int number = ++rest;
    around.reactor().after(REST_NANOS, () -> rested(number));
  }

  private void rested(int number) {
    if (number != rest || tag != 0 || !reads()) {
      return;
    }
    if (readOn() >= BufferPool.SIZE && reads()) {
      rest();
    } else if (reads() && tag == 0) {
      rush = 0;
      listen();
    }
  }

  private void listen() {
    if (tag == 0) {
      tag = around.reactor().watch(fd, Epoll.IN, this);
    }
  }

  private void deafen() {
    if (tag != 0) {
      around.reactor().unwatch(fd, tag);
      tag = 0;
    }
  }

  /// @return whether its pipe holds much
  private boolean enlarge() {
    if (pipe == Pipe.USUAL) {
      pipe = enlarged() ? Pipe.LARGE : Pipe.SMALL;
    }
    return pipe == Pipe.LARGE;
  }

  private boolean enlarged() {
    BufferPool chunks = around.chunks();
    if (!chunks.mayEnlarge()) {
      return false;
    }
    if (Fd.growPipe(fd, LARGE_PIPE) >= LARGE_PIPE) {
      return true;
    }
    chunks.usual();
    return false;
  }

  private boolean reads() {
    return switch (flow) {
      case READING, DROPPING -> true;
      case NEW, HELD, CLOSED -> false;
    };
  }

  /// Takes over what the pipe holds at this moment, however much is written meanwhile, and calls
  /// `then`: at once, or where there is no room for it, when there is, and after 2 s in any case.
  /// Calls come in the order in which they were asked for.
  void drain(Runnable then) {
    if (fd >= 0) {
      owed = Fd.available(fd);
      takeOwed();
    }
    if (owed == 0) {
      tellDrained();
      then.run();
    } else {
      if (drained.equals(NONE)) {
        drained = new ArrayDeque<>(2);
      }
      drained.add(then);
      around.reactor().after(PATIENCE_NANOS, () -> overdue(then));
    }
  }

  /// Nothing of the run lives any more: as [#drain], and closes the pipe when it is empty.
  void finish(Runnable then) {
    synchronized (queue) {
      if (ending == Ending.NOT_YET) {
        ending = Ending.NEAR;
      }
    }
    drain(then);
    if (fd >= 0) {
      around.unfinished().put(stream.file(), this);
    }
  }

  /// Its program was never started, or not any more wanted. Any thread.
  public void abandon() {
    if (fd >= 0) {
      around.reactor().post(() -> finish(() -> {}));
    } else {
      ended.run();
    }
  }

  private void takeOwed() {
    while (owed > 0 && reads()) {
      if (read() <= 0 && reads()) {
        owed = 0;
      }
    }
    handOver();
    if (owed == 0 && isNear()) {
      close();
    }
  }

  private boolean isNear() {
    synchronized (queue) {
      return ending == Ending.NEAR;
    }
  }

  private void tellDrained() {
    while (!drained.isEmpty()) {
      drained.remove().run();
    }
  }

  private void overdue(Runnable then) {
    while (drained.contains(then)) {
      drained.remove().run();
    }
  }

  private void close() {
    if (flow == Flow.CLOSED) {
      return;
    }
    if (tag != 0) {
      around.reactor().closing(tag);
    }
    if (pipe == Pipe.LARGE) {
      around.chunks().usual();
    }
    Fd.close(fd);
    fd = -1;
    flow = Flow.CLOSED;
    owed = 0;
    around.unfinished().remove(stream.file(), this);
    behind.forEach(Capture::resume);
    behind = List.of();
    LogFile file = stream.file();
    synchronized (queue) {
      ending = Ending.HERE;
      if (queue.isEmpty() && !wrote && dropped > 0) {
        // Of a run that began and ended while its file took nothing, only the number is kept: there
        // may be any number of them.
        passOver(file);
        return;
      }
      markDropped();
      if (scheduled || !queue.isEmpty() || wrote || !file.closed()) {
        schedule();
        return;
      }
    }
    // Nothing was ever written, and no file is open that would have to be closed on a thread that
    // may wait for a disk: most ends in a crash loop wake no log writer.
    ended.run();
  }

  private void passOver(LogFile file) {
    if (file.pass(dropped)) {
      around
          .writers()
          .add(
              file,
              () -> {
                try {
                  file.settle();
                } finally {
                  ended.run();
                }
                return false;
              });
    } else {
      ended.run();
    }
  }

  /// @return how many bytes were read; 0 when there are none, or no room
  private long read() {
    Chunk chunk = null;
    int room = 0;
    if (!waitsForOthers()) {
      synchronized (queue) {
        chunk = piece();
        room = chunk != null ? chunk.room() : little();
        if (room == 0 && flow == Flow.READING) {
          resumeAt = pieces / 2;
        }
      }
    }
    if (room > 0) {
      flow = Flow.READING;
    } else if (flow == Flow.READING) {
      hold();
      return 0;
    }
    long n =
        chunk != null
            ? Fd.read(fd, chunk.address + chunk.filled, room)
            : Fd.read(fd, around.chunks().spill(), room > 0 ? room : BufferPool.SIZE);
    if (n > 0) {
      owed = (int) Math.max(0, owed - n);
      hear(chunk, (int) n);
    }
    synchronized (queue) {
      if (chunk != null) {
        took(chunk, (int) Math.max(n, 0));
      } else if (n > 0 && room > 0) {
        few += (int) n;
        put(new Item.Few(around.chunks().spilled(0, (int) n), stream.time()));
      } else if (n > 0) {
        drop((int) n);
      }
    }
    if (n == 0 || n < 0 && n != -Errno.EAGAIN && n != -Errno.EINTR) {
      close();
    }
    return Math.max(n, 0);
  }

  private void hear(@Nullable Chunk chunk, int n) {
    BufferPool chunks = around.chunks();
    last.add(source, chunk == null ? chunks.spill(n) : chunk.view(chunk.filled, n));
    OutputTap also = watched;
    if (also != null && also.wanted()) {
      also.take(chunk == null ? chunks.spilled(0, n) : chunk.copy(chunk.filled, n));
    }
  }

  /// Whether an earlier run goes first, or those who look for lines have not caught up.
  private boolean waitsForOthers() {
    Capture first = earlier;
    if (first != null && first.flow == Flow.CLOSED) {
      earlier = null;
      first = null;
    }
    OutputTap also = watched;
    return first != null || also != null && flow == Flow.READING && also.full();
  }

  /// Under the lock: a piece to read into, taken out of the queue if its last one has room; null
  /// where there is to be none.
  private @Nullable Chunk piece() {
    if (queue.peekLast() instanceof Item.Data(Chunk newest) && newest.room() >= LITTLE_ROOM) {
      queue.removeLast();
      return newest;
    }
    Chunk fresh = pieces < PIECES && !stuck() ? around.chunks().take(pieces) : null;
    if (fresh != null) {
      pieces++;
      markDropped();
    }
    return fresh;
  }

  /// Under the lock: how many bytes it may take without a piece.
  private int little() {
    return pieces > 0 || dropped > 0 || stuck() ? 0 : FEW - few;
  }

  /// Who is known to take nothing is given nothing that others may need.
  private boolean stuck() {
    return stream.file().stuck(around.nanoClock().getAsLong()) >= PATIENCE_NANOS;
  }

  private void took(Chunk chunk, int n) {
    if (n > 0) {
      chunk.took(n, stream.time());
    }
    if (chunk.filled == 0) {
      around.chunks().give(chunk);
      pieces--;
    } else {
      put(new Item.Data(chunk));
    }
  }

  private void put(Item item) {
    queue.add(item);
    wrote = true;
  }

  private void handOver() {
    synchronized (queue) {
      if (!queue.isEmpty()) {
        schedule();
      }
    }
  }

  /// Under the lock: these bytes, just read into the spill, found no room.
  private void drop(int bytes) {
    dropped += bytes;
    int taken = Math.min(bytes, FEW);
    byte[] newest = around.chunks().spilled(bytes - taken, taken);
    int kept = Math.min(tail.length, FEW - taken);
    byte[] joined =
        Arrays.copyOf(Arrays.copyOfRange(tail, tail.length - kept, tail.length), kept + taken);
    System.arraycopy(newest, 0, joined, kept, taken);
    tail = joined;
  }

  /// Under the lock: puts what was dropped since the last piece into its place in the queue.
  private void markDropped() {
    if (dropped > 0) {
      if (dropped > tail.length) {
        queue.add(new Item.Dropped(dropped - tail.length));
      }
      queue.add(new Item.Tail(tail, stream.time()));
      dropped = 0;
      tail = NO_BYTES;
    }
  }

  // ---- without room ----

  private void hold() {
    flow = Flow.HELD;
    deafen();
    Capture first = earlier;
    if (first != null) {
      first.before(this);
    }
    decide();
  }

  private void before(Capture next) {
    if (!behind.contains(next)) {
      behind = new ArrayList<>(behind);
      behind.add(next);
    }
  }

  /// Held up: for how much longer?
  private void decide() {
    LogFile file = stream.file();
    long stuck = file.stuck(around.nanoClock().getAsLong());
    if (!block && stuck >= PATIENCE_NANOS) {
      file.tellStuck("output is counted and dropped until it does");
      again(Flow.DROPPING);
    } else if (!timed) {
      timed = true;
      long wait = stuck >= PATIENCE_NANOS ? LOOK_NANOS : PATIENCE_NANOS - stuck;
      around.reactor().after(Math.min(wait, LOOK_NANOS), this::lookAgain);
    }
  }

  private void lookAgain() {
    timed = false;
    if (flow == Flow.HELD) {
      boolean somethingWaits;
      synchronized (queue) {
        somethingWaits = pieces > 0 || few > 0;
      }
      if (somethingWaits) {
        decide();
      } else {
        // Nobody gives back what it does not have.
        resume();
      }
    }
  }

  private void resume() {
    if (flow == Flow.HELD) {
      again(Flow.READING);
    }
  }

  private void again(Flow how) {
    synchronized (queue) {
      resumeAt = NOBODY_WAITS;
    }
    flow = how;
    listen();
    takeOwed();
    if (owed == 0) {
      tellDrained();
    }
  }

  // ---- the log writer ----

  /// Under the lock.
  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      around.writers().add(stream.file(), this);
    }
  }

  @Override
  public boolean write() {
    long until = around.nanoClock().getAsLong() + TURN_NANOS;
    boolean mayTurn;
    do {
      Item item;
      synchronized (queue) {
        item = queue.poll();
        // What a run has left when it has ended is not put behind the next run's.
        mayTurn = ending == Ending.NOT_YET;
        if (item == null) {
          scheduled = false;
          if (ending != Ending.HERE) {
            return false;
          }
        }
      }
      if (item == null) {
        end();
        return false;
      }
      write(item);
    } while (!mayTurn || around.nanoClock().getAsLong() - until < 0);
    return true;
  }

  private void end() {
    try {
      stream.end();
    } finally {
      ended.run();
    }
  }

  private void write(Item item) {
    switch (item) {
      case Item.Dropped(long bytes) -> stream.dropped(bytes);
      case Item.Tail(byte[] bytes, long at) -> stream.next(ByteBuffer.wrap(bytes), at);
      case Item.Few(byte[] bytes, long at) -> {
        try {
          stream.next(ByteBuffer.wrap(bytes), at);
        } finally {
          gaveBack(bytes.length);
        }
      }
      case Item.Data(Chunk chunk) -> {
        try {
          chunk.pour(stream);
        } finally {
          around.chunks().give(chunk);
          gaveBackPiece();
        }
      }
    }
  }

  private void gaveBackPiece() {
    synchronized (queue) {
      pieces--;
    }
    resumeIfWanted();
  }

  private void gaveBack(int bytes) {
    synchronized (queue) {
      few -= bytes;
    }
    resumeIfWanted();
  }

  private void resumeIfWanted() {
    boolean roomWanted;
    synchronized (queue) {
      roomWanted = pieces <= resumeAt && few == 0;
      if (roomWanted) {
        resumeAt = NOBODY_WAITS;
      }
    }
    if (roomWanted) {
      around.reactor().post(this::resume);
    }
  }
}

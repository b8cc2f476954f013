package dev.supervise.worker;

import dev.supervise.posix.Epoll;
import dev.supervise.posix.Errno;
import dev.supervise.posix.Fd;
import dev.supervise.worker.Chunks.Chunk;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One run's output between its pipe and its file: at most 1 MB, then output is dropped and
/// counted, or, where the unit asked for that, left in the pipe until there is room again.
///
/// The reactor alone reads; a log writer alone writes; the queue between them is under the lock.
final class Capture implements Reactor.Handler, LogWriters.Job {
  private static final int PIECES = 16;
  private static final int LITTLE_ROOM = 4096;
  private static final int READS_A_TURN = 8;

  /// More than can be left once a run has ended, so that none of it is put behind the next run's.
  private static final int ITEMS_A_TURN = 4 * PIECES;

  private static final int LARGE_PIPE = 1 << 20;

  private sealed interface Item {
    record Data(Chunk chunk) implements Item {}

    /// Read while others had used all memory up: a few words of somebody who says little.
    record Few(byte[] bytes, long at) implements Item {}

    record Dropped(long bytes) implements Item {}

    /// The newest of what found no room: the last words of a child are worth more than what it
    /// flooded the log with before them.
    record Tail(byte[] bytes, long at) implements Item {}
  }

  /// How much is held without a piece: of what is dropped, in case nothing comes after it, and of
  /// what is not dropped although no piece could be had.
  private static final int TAIL = 4096;

  private byte[] tail = new byte[0];

  private final Reactor reactor;
  private final Chunks chunks;
  private final LogWriters writers;
  private final LogStream stream;
  private final boolean block;
  private final Runnable ended;

  // The reactor's.
  private volatile int fd = -1;
  private long tag;
  private boolean grown;
  private boolean paused;
  private boolean closeAfterPause;
  private volatile LogWatch.@Nullable Stream watched;

  private final Object lock = new Object();
  private final ArrayDeque<Item> queue = new ArrayDeque<>();
  private int pieces;
  private long dropped;
  private int few;
  private boolean scheduled;
  private boolean finished;
  private boolean wrote;
  private boolean wantsRoom;

  /// @param ended called by a log writer once all is written
  Capture(
      Reactor reactor,
      Chunks chunks,
      LogWriters writers,
      LogStream stream,
      boolean block,
      Runnable ended) {
    this.reactor = reactor;
    this.chunks = chunks;
    this.writers = writers;
    this.stream = stream;
    this.block = block;
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
    try {
      tag = reactor.watch(ends[0], Epoll.IN, this);
    } catch (Reactor.Refused e) {
      Fd.close(ends[0]);
      Fd.close(ends[1]);
      return -e.errno();
    }
    // Last: it publishes the tag to the reactor.
    fd = ends[0];
    return ends[1];
  }

  /// Somebody else is to see what is read, too. Before [#open].
  void watched(LogWatch.Stream watched) {
    this.watched = watched;
  }

  @Override
  public void ready(int events) {
    if (fd < 0 || paused) {
      return;
    }
    for (int i = 0; i < READS_A_TURN; i++) {
      if (read() < Chunks.SIZE / 2) {
        return;
      }
      if (!grown) {
        grown = true;
        Fd.growPipe(fd, LARGE_PIPE);
      }
    }
  }

  /// Takes over what the pipe holds at this moment, however much is written meanwhile. With
  /// back-pressure and no room it stays in the pipe, which is as safe.
  void drain() {
    if (fd < 0 || paused) {
      return;
    }
    for (long left = Fd.available(fd); left > 0 && fd >= 0 && !paused; ) {
      long n = read();
      if (n <= 0) {
        return;
      }
      left -= n;
    }
  }

  /// Nothing of the run lives any more: takes the rest over and closes the pipe.
  void finish() {
    drain();
    if (paused) {
      closeAfterPause = true;
    } else {
      close();
    }
  }

  /// Its program was never started, or not any more wanted. Any thread.
  void abandon() {
    if (fd >= 0) {
      reactor.post(this::finish);
    } else {
      ended.run();
    }
  }

  private void close() {
    if (fd >= 0) {
      if (!paused) {
        reactor.closing(tag);
      }
      Fd.close(fd);
      fd = -1;
    }
    synchronized (lock) {
      if (finished) {
        return;
      }
      finished = true;
      markDropped();
      if (scheduled || !queue.isEmpty() || wrote || !stream.file().closed()) {
        schedule();
        return;
      }
    }
    // Nothing was ever written, and no file is open that would have to be closed on a thread that
    // may
    // wait for a disk: most ends in a crash loop wake no log writer.
    ended.run();
  }

  /// @return how many bytes were read; 0 when there are none, or no room
  private long read() {
    Chunk chunk = room();
    if (chunk == null && block) {
      pause();
      return 0;
    }
    long n =
        chunk == null
            ? Fd.read(fd, chunks.spill(), Chunks.SIZE)
            : Fd.read(fd, chunk.address + chunk.filled, chunk.room());
    LogWatch.Stream also = watched;
    if (also != null && n > 0 && also.wanted()) {
      also.take(chunk == null ? chunks.spilled(0, (int) n) : chunk.copy(chunk.filled, (int) n));
    }
    synchronized (lock) {
      if (chunk == null) {
        withoutPiece((int) Math.max(n, 0));
      } else {
        if (n > 0) {
          chunk.took((int) n, stream.time());
        }
        if (chunk.filled == 0) {
          chunks.give(chunk);
          pieces--;
        } else {
          queue.add(new Item.Data(chunk));
          wrote = true;
          schedule();
        }
      }
    }
    if (n == 0) {
      close();
    } else if (n < 0 && n != -Errno.EAGAIN && n != -Errno.EINTR) {
      close();
    }
    return Math.max(n, 0);
  }

  /// Under the lock: these bytes are in the spill. Some are taken all the same, or a child that has
  /// one thing to say, while a thousand others talk, would be heard at its end only.
  private void withoutPiece(int bytes) {
    if (bytes == 0 || pieces > 0 || dropped > 0 || few + bytes > TAIL) {
      drop(bytes);
      return;
    }
    few += bytes;
    queue.add(new Item.Few(chunks.spilled(0, bytes), stream.time()));
    wrote = true;
    schedule();
  }

  /// Under the lock: these bytes, just read into the spill, found no room.
  private void drop(long bytes) {
    dropped += bytes;
    int taken = (int) Math.min(bytes, TAIL);
    byte[] newest = chunks.spilled(bytes - taken, taken);
    int kept = Math.min(tail.length, TAIL - taken);
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
      tail = new byte[0];
    }
  }

  /// A piece to read into, taken out of the queue if its last one has room; null when the bound is
  /// reached.
  private @Nullable Chunk room() {
    synchronized (lock) {
      if (queue.peekLast() instanceof Item.Data(Chunk last) && last.room() >= LITTLE_ROOM) {
        queue.removeLast();
        return last;
      }
      Chunk fresh = pieces < PIECES ? chunks.take() : null;
      if (fresh == null) {
        wantsRoom = block;
        return null;
      }
      pieces++;
      markDropped();
      return fresh;
    }
  }

  private void pause() {
    paused = true;
    reactor.unwatch(fd, tag);
    if (pieces() == 0) {
      // Not this run but all others together have used the memory up: nobody will call back for us.
      chunks.whenRoom(() -> reactor.post(this::resume));
    }
  }

  private int pieces() {
    synchronized (lock) {
      return pieces;
    }
  }

  private void resume() {
    if (!paused || fd < 0) {
      return;
    }
    paused = false;
    tag = reactor.watch(fd, Epoll.IN, this);
    if (closeAfterPause) {
      finish();
    }
  }

  /// Under the lock.
  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      writers.add(stream.file(), this);
    }
  }

  @Override
  public boolean write() {
    for (int i = 0; i < ITEMS_A_TURN; i++) {
      Item item;
      synchronized (lock) {
        item = queue.poll();
        if (item == null) {
          scheduled = false;
          if (!finished) {
            return false;
          }
        }
      }
      switch (item) {
        case null -> {
          try {
            stream.end();
          } finally {
            ended.run();
          }
          return false;
        }
        case Item.Dropped(long bytes) -> stream.dropped(bytes);
        case Item.Tail(byte[] bytes, long at) -> stream.next(ByteBuffer.wrap(bytes), at);
        case Item.Few(byte[] bytes, long at) -> {
          stream.next(ByteBuffer.wrap(bytes), at);
          synchronized (lock) {
            few -= bytes.length;
          }
        }
        case Item.Data(Chunk chunk) -> {
          try {
            chunk.pour(stream);
          } finally {
            give(chunk);
          }
        }
      }
    }
    return true;
  }

  private void give(Chunk chunk) {
    boolean roomWanted;
    synchronized (lock) {
      pieces--;
      roomWanted = wantsRoom && pieces <= PIECES / 2;
      if (roomWanted) {
        wantsRoom = false;
      }
    }
    chunks.give(chunk);
    if (roomWanted) {
      reactor.post(this::resume);
    }
  }
}

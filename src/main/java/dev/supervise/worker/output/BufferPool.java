package dev.supervise.worker.output;

import dev.supervise.posix.Region;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// The memory for output on its way from pipes to files: 64 MB over all children, in pieces of 64
/// KB. Costs nothing until it is used, and gives back what a storm took. Thread-safe.
public final class BufferPool {
  static final int SIZE = 64 << 10;

  /// Pieces kept when nobody needs any.
  private static final int KEPT = 32;

  private static final int LARGE_PIPES = 64;

  private static final int OFFSET_BITS = 17;
  private static final int READS = 1024;

  /// One piece; [#buffer] is at its limit what has been filled.
  static final class Chunk {
    final int index;
    final long address;
    final ByteBuffer buffer;

    /// How many bytes of it hold output.
    int filled;

    /// Where what was read at another time begins, 17 bits, and above them that time.
    private long[] reads = new long[1];

    private int readCount;

    private Chunk(int index, long address, ByteBuffer buffer) {
      this.index = index;
      this.address = address;
      this.buffer = buffer;
    }

    int room() {
      return SIZE - filled;
    }

    /// The next `bytes` of it were read.
    ///
    /// @param at when; what comes 1,024 times later is said to have come with what was before it
    void took(int bytes, long at) {
      if (readCount == 0 || at != reads[readCount - 1] >> OFFSET_BITS && readCount < READS) {
        if (readCount == reads.length) {
          reads = Arrays.copyOf(reads, 4 * reads.length);
        }
        reads[readCount++] = at << OFFSET_BITS | filled;
      }
      filled += bytes;
    }

    /// All of it, in the order and with the times it was read.
    void pour(LogStream to) {
      for (int i = 0; i < readCount; i++) {
        int from = (int) (reads[i] & (1 << OFFSET_BITS) - 1);
        int end = i + 1 < readCount ? (int) (reads[i + 1] & (1 << OFFSET_BITS) - 1) : filled;
        to.next(buffer.limit(end).position(from), reads[i] >> OFFSET_BITS);
      }
    }

    private void clear() {
      filled = 0;
      readCount = 0;
      if (reads.length > 1) {
        reads = new long[1];
      }
    }

    byte[] copy(int from, int length) {
      byte[] bytes = new byte[length];
      buffer.duplicate().clear().get(from, bytes);
      return bytes;
    }

    ByteBuffer view(int from, int length) {
      return buffer.duplicate().clear().position(from).limit(from + length);
    }
  }

  private final int count;
  private final Region region;
  private final @Nullable Chunk[] made;
  private final BitSet taken;
  private int inUse;
  private int high;
  private int large;

  public BufferPool(int count) {
    this.count = count;
    region = new Region((count + 1L) * SIZE);
    made = new Chunk[count];
    taken = new BitSet(count);
  }

  /// A piece for somebody who holds some already: the more there are who hold many, the fewer each
  /// of them is given, so that there is something left for who comes next.
  ///
  /// @param held how many he holds
  /// @return null when he is to have no more
  synchronized @Nullable Chunk take(int held) {
    int index = taken.nextClearBit(0);
    if (index >= count || count - inUse < held) {
      return null;
    }
    taken.set(index);
    inUse++;
    high = Math.max(high, index + 1);
    Chunk chunk = made[index];
    if (chunk == null) {
      long offset = (long) index * SIZE;
      chunk = new Chunk(index, region.address() + offset, region.slice(offset, SIZE));
      made[index] = chunk;
    }
    chunk.clear();
    return chunk;
  }

  /// Whether one more pipe may be a large one, of 1 MB that the kernel holds. Who was allowed says
  /// [#usual] when it is closed.
  synchronized boolean mayEnlarge() {
    if (large >= LARGE_PIPES) {
      return false;
    }
    large++;
    return true;
  }

  synchronized void usual() {
    large--;
  }

  /// Where to read what nobody has room for. For the reactor alone.
  long spill() {
    return region.address() + (long) count * SIZE;
  }

  /// What was last read into the spill. For the reactor alone.
  ByteBuffer spill(int length) {
    return region.slice((long) count * SIZE, length);
  }

  /// A copy of what was last read into the spill. For the reactor alone.
  byte[] spilled(long from, int length) {
    byte[] bytes = new byte[length];
    region.slice((long) count * SIZE + from, length).get(bytes);
    return bytes;
  }

  synchronized void give(Chunk chunk) {
    taken.clear(chunk.index);
    inUse--;
    if (inUse == 0 && high > KEPT) {
      region.release((long) KEPT * SIZE, (long) (high - KEPT) * SIZE);
      high = KEPT;
    }
  }
}

package dev.supervise.posix;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/// A stretch of memory outside the heap that costs nothing until it is written to, and can be given
/// back piece by piece. Lives as long as the process.
public final class Region {
  private static final MemorySegment MMAP = Libc.symbol("mmap");
  private static final MemorySegment MADVISE = Libc.symbol("madvise");
  private static final int READ_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS_NORESERVE = 0x4022;
  private static final int MADV_DONTNEED = 4;

  private final long address;
  private final long size;

  public Region(long size) {
    this.size = size;
    address = Libc.word(MMAP, 0, size, READ_WRITE, PRIVATE_ANONYMOUS_NORESERVE, -1, 0);
    if (address < 0) {
      throw new OutOfMemoryError("mmap of " + size + ": " + Errno.words((int) -address));
    }
  }

  public long address() {
    return address;
  }

  public ByteBuffer slice(long offset, int length) {
    if (offset < 0 || offset + length > size) {
      throw new IndexOutOfBoundsException(offset + " + " + length + " of " + size);
    }
    return Libc.at(address + offset, length);
  }

  /// Gives the pages back; what was in them is gone.
  public void release(long offset, long length) {
    Libc.number(MADVISE, address + offset, length, MADV_DONTNEED);
  }
}

package dev.supervise.worker.output;

import java.util.Arrays;

/// Bytes that are gathered to be written at once. What the JDK has for this takes a lock at every
/// call. One thread at a time.
final class Bytes {
  private byte[] held = new byte[64];
  private int size;

  void put(int b) {
    room(1);
    held[size++] = (byte) b;
  }

  void put(byte[] bytes) {
    put(bytes, 0, bytes.length);
  }

  void put(byte[] bytes, int offset, int length) {
    room(length);
    System.arraycopy(bytes, offset, held, size, length);
    size += length;
  }

  int size() {
    return size;
  }

  byte[] copy() {
    return Arrays.copyOf(held, size);
  }

  void clear() {
    size = 0;
  }

  private void room(int more) {
    if (held.length - size < more) {
      held = Arrays.copyOf(held, Math.max(2 * held.length, size + more));
    }
  }
}

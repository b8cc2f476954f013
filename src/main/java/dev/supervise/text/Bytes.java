package dev.supervise.text;

import java.util.Arrays;

/// Bytes that become more.
final class Bytes {
  private byte[] bytes;
  private int size;

  Bytes(int expected) {
    bytes = new byte[expected];
  }

  void put(byte[] from, int start, int end) {
    int longer = size + end - start;
    if (longer > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(longer, bytes.length * 2));
    }
    System.arraycopy(from, start, bytes, size, end - start);
    size = longer;
  }

  void put(byte[] more) {
    put(more, 0, more.length);
  }

  byte[] all() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }
}

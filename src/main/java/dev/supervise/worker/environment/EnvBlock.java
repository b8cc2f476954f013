package dev.supervise.worker.environment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/// Entries of an environment, `K=V` each, as a kernel keeps them: one block with a NUL after each.
/// What all children inherit is laid out once and copied whole.
public record EnvBlock(byte[] block, int count) implements Iterable<byte[]> {
  public static EnvBlock of(List<byte[]> entries) {
    int size = entries.size();
    for (byte[] entry : entries) {
      size += entry.length;
    }
    byte[] block = new byte[size];
    int at = 0;
    for (byte[] entry : entries) {
      System.arraycopy(entry, 0, block, at, entry.length);
      at += entry.length + 1;
    }
    return new EnvBlock(block, entries.size());
  }

  public EnvBlock with(EnvBlock more) {
    byte[] both = Arrays.copyOf(block, block.length + more.block.length);
    System.arraycopy(more.block, 0, both, block.length, more.block.length);
    return new EnvBlock(both, count + more.count);
  }

  @Override
  public Iterator<byte[]> iterator() {
    List<byte[]> entries = new ArrayList<>(count);
    for (int from = 0, to = 0; to < block.length; to++) {
      if (block[to] == 0) {
        entries.add(Arrays.copyOfRange(block, from, to));
        from = to + 1;
      }
    }
    return entries.iterator();
  }
}

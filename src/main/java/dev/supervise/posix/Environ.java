package dev.supervise.posix;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// The environment this process was started with, byte for byte. `System.getenv` decodes it with
/// the locale's character set and loses whatever does not fit.
public final class Environ {
  private Environ() {}

  /// Every entry, `K=V` as a rule, in the order given, without its NUL.
  public static List<byte[]> entries() {
    long array = Libc.at(Libc.symbol("environ").address(), 8).get(ValueLayout.JAVA_LONG, 0);
    List<byte[]> entries = new ArrayList<>();
    if (array == 0) {
      return entries;
    }
    MemorySegment pointers = Libc.at(array, Long.MAX_VALUE - array);
    for (long i = 0; ; i++) {
      long text = pointers.getAtIndex(ValueLayout.JAVA_LONG, i);
      if (text == 0) {
        return entries;
      }
      MemorySegment bytes = Libc.at(text, Long.MAX_VALUE - text);
      long length = 0;
      while (bytes.get(ValueLayout.JAVA_BYTE, length) != 0) {
        length++;
      }
      entries.add(bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    }
  }
}

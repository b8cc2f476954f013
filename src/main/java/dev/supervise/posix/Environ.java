package dev.supervise.posix;

import java.util.ArrayList;
import java.util.List;

/// The environment this process was started with, byte for byte. `System.getenv` decodes it with
/// the locale's character set and loses whatever does not fit.
public final class Environ {
  private Environ() {}

  /// Every entry, `K=V` as a rule, in the order given, without its NUL.
  public static List<byte[]> entries() {
    long array = Libc.at(Libc.symbol("environ").address(), 8).getLong(0);
    List<byte[]> entries = new ArrayList<>();
    if (array == 0) {
      return entries;
    }
    for (long at = array; ; at += 8) {
      long text = Libc.at(at, 8).getLong(0);
      if (text == 0) {
        return entries;
      }
      entries.add(Libc.text(text));
    }
  }
}

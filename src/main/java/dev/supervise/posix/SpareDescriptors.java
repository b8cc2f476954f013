package dev.supervise.posix;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/// Descriptors that are kept back for looking for processes: whoever has used up all others, what
/// is to be ended can be found and ended. One is given up at the moment it is needed; what is
/// opened in its place takes its part afterwards, so nothing else can have it but in between.
/// `/proc` itself is open all the time.
///
/// One for all, because descriptors are. Any thread.
public final class SpareDescriptors {
  static final String PROC = "/proc";

  private static final int COUNT = 8;
  private static final int SEEK_SET = 0;

  /// getdents64(2): asm/unistd_64.h against asm-generic/unistd.h.
  private static final long SYS_GETDENTS64 =
      System.getProperty("os.arch", "").equals("aarch64") ? 61 : 217;

  private static final int ENTRIES = 32 << 10;

  private static final ArrayDeque<Integer> SPARE = new ArrayDeque<>();
  private static int proc = -1;

  /// The calls, known only to whoever keeps some back: others never need the C library for it.
  private static final class Calls {
    static final MemorySegment OPEN = Libc.symbol("open");
    static final MemorySegment LSEEK = Libc.symbol("lseek");
    static final MemorySegment SYSCALL = Libc.symbol("syscall");
  }

  private SpareDescriptors() {}

  /// From now on there are some, as many as can be had; also fills up what was lost.
  public static synchronized void keep() {
    if (proc < 0) {
      proc = Math.max(-1, opened(PROC, OpenFlags.DIRECTORY));
    }
    while (SPARE.size() < COUNT) {
      int spare = opened("/dev/null", 0);
      if (spare < 0) {
        return;
      }
      SPARE.push(spare);
    }
  }

  /// Opens something, in the place of a spare descriptor where there is no other.
  ///
  /// @param opener answers a descriptor or a negative error number
  /// @return the same; to be given to [#back] when it is not needed any more
  static synchronized int borrow(IntSupplier opener) {
    int descriptor = opener.getAsInt();
    while ((descriptor == -Errno.EMFILE || descriptor == -Errno.ENFILE) && !SPARE.isEmpty()) {
      Fd.close(SPARE.pop());
      descriptor = opener.getAsInt();
      if (descriptor < 0 && descriptor != -Errno.EMFILE && descriptor != -Errno.ENFILE) {
        // What was to be opened is not there: the place is taken again before others take it.
        int spare = opened("/dev/null", 0);
        if (spare >= 0) {
          SPARE.push(spare);
        }
      }
    }
    return descriptor;
  }

  /// Closes what was borrowed, or keeps it in the place of a spare that was given up for it.
  static synchronized void back(int descriptor) {
    if (proc >= 0 && SPARE.size() < COUNT) {
      SPARE.push(descriptor);
    } else {
      Fd.close(descriptor);
    }
  }

  private static int opened(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      long name = Libc.text(arena, path).address();
      return Libc.number(Calls.OPEN, name, flags | OpenFlags.CLOEXEC, 0);
    }
  }

  /// What a file of `/proc` holds that could not be read in the usual way.
  ///
  /// @param why that was so
  /// @throws IOException it cannot be read in this way either
  static String text(String path, IOException why) throws IOException {
    if (!areKept()) {
      throw why;
    }
    int descriptor = borrow(() -> opened(path, 0));
    if (descriptor < 0) {
      throw new IOException(path + ": " + Errno.words(-descriptor));
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment room = arena.allocate(4096);
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      byte[] some = new byte[4096];
      while (true) {
        long n = Fd.read(descriptor, room.address(), some.length);
        if (n < 0) {
          throw new IOException(path + ": " + Errno.words((int) -n));
        }
        if (n == 0) {
          return text.toString(StandardCharsets.ISO_8859_1);
        }
        room.asByteBuffer().get(some, 0, (int) n);
        text.write(some, 0, (int) n);
      }
    } finally {
      back(descriptor);
    }
  }

  private static synchronized boolean areKept() {
    return proc >= 0;
  }

  /// The names in a directory of `/proc`, or in itself, where it could not be listed in the usual
  /// way.
  ///
  /// @throws IOException it cannot be listed in this way either
  static synchronized List<String> names(String path) throws IOException {
    if (proc < 0) {
      throw new IOException(path + " cannot be listed");
    }
    if (path.equals(PROC)) {
      return names(path, proc);
    }
    int directory = borrow(() -> opened(path, OpenFlags.DIRECTORY));
    if (directory < 0) {
      throw new IOException(path + " cannot be listed: " + Errno.words(-directory));
    }
    try {
      return names(path, directory);
    } finally {
      back(directory);
    }
  }

  private static List<String> names(String path, int directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment room = arena.allocate(ENTRIES, 8);
      ByteBuffer entries = room.asByteBuffer().order(ByteOrder.nativeOrder());
      long n = Libc.word(Calls.LSEEK, directory, 0, SEEK_SET);
      while (n >= 0) {
        n = Libc.word(Calls.SYSCALL, SYS_GETDENTS64, directory, room.address(), ENTRIES, 0, 0);
        if (n == 0) {
          return names;
        }
        // struct linux_dirent64: u64 inode, s64 offset, u16 length, u8 type, the name.
        for (int at = 0; at < n; at += entries.getShort(at + 16)) {
          int end = at + 19;
          while (entries.get(end) != 0) {
            end++;
          }
          byte[] name = new byte[end - at - 19];
          entries.get(at + 19, name);
          String text = new String(name, StandardCharsets.ISO_8859_1);
          if (!text.equals(".") && !text.equals("..")) {
            names.add(text);
          }
        }
      }
      throw new IOException(path + " cannot be listed: " + Errno.words((int) -n));
    }
  }
}

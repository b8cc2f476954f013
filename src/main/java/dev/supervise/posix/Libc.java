package dev.supervise.posix;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.NoSuchElementException;

/// Calls into the C library. Nothing here knows what it is used for.
///
/// Every function is called by **one** shape, six machine words in and one out: on 64-bit Linux
/// (System V x86-64, AAPCS64) all integers and pointers travel in registers, a callee does not look
/// at those it has no parameter for, and an `int` is the low half of its register. One shape means
/// one generated stub, which is most of what the foreign-function interface costs at the start of a
/// JVM.
///
/// Answers follow the kernel's convention, not the library's: a failure is the **negative error
/// number** (see [Errno]), so that no caller needs a second place to look.
public final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;
  private static final MethodHandle CALL =
      LINKER.downcallHandle(
          FunctionDescriptor.of(WORD, WORD, WORD, WORD, WORD, WORD, WORD),
          Linker.Option.captureCallState("errno"));

  private static final MemorySegment STRLEN = symbol("strlen");

  private Libc() {}

  /// Whether this platform is one whose numbers and layouts the room knows.
  public static boolean supported() {
    String arch = System.getProperty("os.arch", "");
    return System.getProperty("os.name", "").equals("Linux")
        && (arch.equals("amd64") || arch.equals("aarch64"));
  }

  /// Has the dynamic linker load a library and let go of it again (dlopen(3), dlclose(3)): code of
  /// the JVM does not come to see it.
  ///
  /// @throws UnsatisfiedLinkError it cannot be loaded from there
  public static void tryLoading(Path library) {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup _ = SymbolLookup.libraryLookup(library, arena);
    } catch (IllegalArgumentException e) {
      throw new UnsatisfiedLinkError(e.getMessage());
    }
  }

  static MemorySegment symbol(String name) {
    return LINKER
        .defaultLookup()
        .find(name)
        .orElseThrow(() -> new NoSuchElementException("the C library has no '" + name + "'"));
  }

  /// Calls a function that answers a word (`ssize_t`, a pointer).
  static long word(MemorySegment function, long a, long b, long c, long d, long e, long f) {
    Scratch scratch = Scratch.own();
    long answer = call(function, scratch.state, a, b, c, d, e, f);
    return answer == -1L ? -scratch.errno() : answer;
  }

  /// The call itself: what the function answered, -1 for a failure.
  ///
  /// @param state where the error number is left
  static long call(
      MemorySegment function, MemorySegment state, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) CALL.invokeExact(function, state, a, b, c, d, e, f);
    } catch (RuntimeException | Error own) {
      // A full heap, or the end of the stack, before the call.
      throw own;
    } catch (Throwable t) {
      throw new AssertionError("a downcall throws nothing of its own", t);
    }
  }

  static long word(MemorySegment function, long a, long b, long c) {
    return word(function, a, b, c, 0, 0, 0);
  }

  /// Calls a function that answers an `int`.
  static int number(MemorySegment function, long a, long b, long c, long d, long e, long f) {
    Scratch scratch = Scratch.own();
    int answer = (int) call(function, scratch.state, a, b, c, d, e, f);
    return answer == -1 ? -scratch.errno() : answer;
  }

  static int number(MemorySegment function, long a, long b, long c) {
    return number(function, a, b, c, 0, 0, 0);
  }

  /// A NUL-terminated copy of `text` in UTF-8.
  static MemorySegment text(Arena arena, String text) {
    return bytes(arena, text.getBytes(StandardCharsets.UTF_8));
  }

  static MemorySegment bytes(Arena arena, byte[] bytes) {
    MemorySegment copy = arena.allocate(bytes.length + 1L);
    copy.asByteBuffer().put(bytes);
    return copy;
  }

  /// The memory at an address the C library gave us.
  static ByteBuffer at(long address, int size) {
    return MemorySegment.ofAddress(address)
        .reinterpret(size)
        .asByteBuffer()
        .order(ByteOrder.nativeOrder());
  }

  /// The text at such an address, up to its NUL.
  static byte[] text(long address) {
    byte[] bytes = new byte[(int) word(STRLEN, address, 0, 0)];
    at(address, bytes.length).get(bytes);
    return bytes;
  }
}

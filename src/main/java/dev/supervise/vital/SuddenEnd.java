package dev.supervise.vital;

import dev.supervise.posix.LastWords;
import dev.supervise.posix.Libc;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The end of this process because a thread it cannot do without has failed. It says so in one
/// sentence that was made when the thread was, and ends; nothing is closed, nobody is waited for.
/// The keeper sees the end of its connection and ends what was started.
///
/// Needs no thread, no lock and no descriptor it has not got, and of memory what was kept back for
/// it. Where more can be had all the same, the cause follows with its stack. A standard error that
/// nobody reads holds nothing up.
public final class SuddenEnd {
  private static final int CODE = 1;

  /// With more a pipe that has room might not take all of it at once.
  private static final long LAST_WORDS_NANOS = 100_000_000;

  private static final int LONGEST_CAUSE = 3000;

  private static final int FRAMES = 24;

  /// As much as the words need, many times over, so that somebody else may take some of it.
  private static final int KEPT_BACK = 256 << 10;

  private static final FileOutputStream ERR = new FileOutputStream(FileDescriptor.err);
  private static final AtomicBoolean UNDER_WAY = new AtomicBoolean();
  private static volatile @Nullable LastWords words;

  /// Given up where the heap may be full.
  private static final AtomicReference<byte @Nullable []> RESERVE = new AtomicReference<>();

  private final byte[] sentence;

  /// @param what has failed then: a thread's name, or what such a thread does. Made beforehand.
  public SuddenEnd(String what) {
    sentence =
        ("supervise: " + what + " has failed, and supervise ends at once\n")
            .getBytes(StandardCharsets.UTF_8);
  }

  /// From now on the end takes the short way, through the C library, where that is known. To be
  /// called once, before there is anything to end.
  public static void prepare() {
    if (Libc.supported()) {
      words = new LastWords();
    }
    RESERVE.set(new byte[KEPT_BACK]);
  }

  /// Does something that may not stay half done, where nobody would hear of what it throws: in the
  /// completion of a future.
  public void unless(Runnable whole) {
    try {
      whole.run();
    } catch (Throwable thrown) {
      because(thrown);
    }
  }

  /// Does not return.
  public void because(Throwable cause) {
    try {
      RESERVE.set(null);
      if (UNDER_WAY.compareAndSet(false, true)) {
        say(sentence, sentence.length);
        byte[] why = why(cause).getBytes(StandardCharsets.UTF_8);
        say(why, Math.min(why.length, LONGEST_CAUSE));
      } else {
        // What fails second may fail because of the first, which is to have its say.
        LockSupport.parkNanos(LAST_WORDS_NANOS);
      }
    } catch (Throwable noMemoryForWords) {
      // The end is what matters.
      leave();
    }
    leave();
  }

  private static void say(byte[] text, int length) throws IOException {
    LastWords prepared = words;
    if (prepared == null) {
      ERR.write(text, 0, length);
    } else {
      prepared.say(text, length);
    }
  }

  private static void leave() {
    try {
      LastWords prepared = words;
      if (prepared != null) {
        prepared.leave(CODE);
      }
    } finally {
      Runtime.getRuntime().halt(CODE);
    }
  }

  private static String why(Throwable cause) {
    StringBuilder text = new StringBuilder();
    Throwable inner = cause;
    for (int depth = 0; inner != null && depth < 5; depth++) {
      text.append("  ")
          .append(inner instanceof Unhandled ? inner.getMessage() : inner)
          .append('\n');
      StackTraceElement[] frames = inner.getStackTrace();
      for (int i = 0; i < Math.min(frames.length, FRAMES); i++) {
        text.append("    at ").append(frames[i]).append('\n');
      }
      inner = inner.getCause();
    }
    return text.toString();
  }
}

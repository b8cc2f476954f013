package dev.supervise.vital;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Where every thread of ours is made. Two kinds:
///
/// - A **vital** thread is one without which the supervisor is not whole. What leaves it by an
///   exception, an `Error` included, ends the process at once ([SuddenEnd]); the keeper ends what
///   was started. Nothing goes on half done.
/// - Any other may end at any moment without harm, and says what is to become of what leaves it.
///
/// All are daemon threads: none of them keeps a JVM alive. Code of users runs on virtual threads
/// ([Carriers]), whatever leaves it being an answer already.
public final class Threads {
  /// A stack for threads that walk trees, which may be a thousand supervisors deep; in bytes. What
  /// is not used of it costs nothing.
  public static final long DEEP = 64 << 20;

  private Threads() {}

  /// A thread that is not started yet.
  public static Thread vital(String name, Runnable body) {
    return vital(name, 0, body);
  }

  /// @param stack bytes; 0: as the JVM has it
  public static Thread vital(String name, long stack, Runnable body) {
    return Thread.ofPlatform().name(name).daemon().stackSize(stack).unstarted(whole(name, body));
  }

  /// @param failed told what left `body`, on the same thread
  public static Thread aside(String name, Runnable body, Consumer<Throwable> failed) {
    return aside(name, 0, body, failed);
  }

  /// @param stack bytes; 0: as the JVM has it
  public static Thread aside(String name, long stack, Runnable body, Consumer<Throwable> failed) {
    return Thread.ofPlatform()
        .name(name)
        .daemon()
        .stackSize(stack)
        .unstarted(() -> {
          try {
            body.run();
          } catch (Throwable thrown) {
            told(thrown, failed);
          }
        });
  }

  private static void told(Throwable thrown, Consumer<Throwable> failed) {
    try {
      failed.accept(thrown);
    } catch (VirtualMachineError noMemoryForWords) {
      // It may end without harm, and so without a word.
      Thread.yield();
    }
  }

  /// Starts one of them.
  ///
  /// @throws NoThread it cannot be started; it is as it was, and another one may be tried later
  public static Thread start(Thread thread) {
    try {
      thread.start();
      return thread;
    } catch (OutOfMemoryError e) {
      throw NoThread.of(e);
    }
  }

  /// Vital threads `NAME-1`, `NAME-2` and so on.
  static ThreadFactory factory(String name, long stack) {
    AtomicInteger made = new AtomicInteger();
    return body -> vital(name + "-" + made.incrementAndGet(), stack, body);
  }

  static Runnable whole(String name, Runnable body) {
    SuddenEnd end = new SuddenEnd(name);
    return () -> {
      try {
        body.run();
      } catch (Throwable thrown) {
        end.because(thrown);
      }
    };
  }
}

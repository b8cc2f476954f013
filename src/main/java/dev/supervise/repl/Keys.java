package dev.supervise.repl;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jline.utils.NonBlockingReader;
import org.jspecify.annotations.Nullable;

/// What is typed on the terminal, read by the one thread that calls [#run]. The terminal makes no
/// signals of keys: a Ctrl-C is a key like any other, so that nothing depends on how soon a signal
/// is heard. While a command runs it ends the command, and takes with it what was typed ahead;
/// otherwise it goes to the line that is being edited.
final class Keys extends NonBlockingReader implements Runnable {
  private static final char INTERRUPT = 3;

  /// What is typed ahead beyond this is lost.
  private static final int MOST = 1 << 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final StringBuilder ahead = new StringBuilder();
  private @Nullable Runnable command;
  private State state = State.READING;

  private enum State {
    READING,
    /// The terminal is left to somebody else.
    PAUSED,
    /// Nothing comes any more: the terminal has gone, or is another job's.
    ENDED,
    CLOSED
  }

  /// From now on Ctrl-C is for a command; null: for the line.
  ///
  /// @param interrupt called on the thread that reads; must not block
  void command(@Nullable Runnable interrupt) {
    lock.lock();
    try {
      command = interrupt;
    } finally {
      lock.unlock();
    }
  }

  /// Nobody reads until [#resume].
  void pause() {
    become(State.PAUSED);
  }

  /// Reads again, from now on.
  void resume() {
    become(State.READING);
  }

  @Override
  public void close() {
    become(State.CLOSED);
  }

  private void become(State next) {
    lock.lock();
    try {
      if (state != State.CLOSED) {
        state = next;
        ahead.setLength(0);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  // ---- the thread that reads ----

  @Override
  public void run() {
    InputStreamReader in =
        new InputStreamReader(new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8);
    char[] chunk = new char[1024];
    while (wanted()) {
      try {
        int n = in.read(chunk);
        if (n < 0) {
          end();
        } else {
          took(chunk, n);
        }
      } catch (IOException e) {
        // In the background a terminal is not read from, and one that has gone even less.
        end();
      }
    }
  }

  /// Waits until somebody wants keys; false when nobody ever will.
  private boolean wanted() {
    lock.lock();
    try {
      while (state == State.PAUSED || state == State.ENDED) {
        changed.awaitUninterruptibly();
      }
      return state == State.READING;
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      if (state == State.READING) {
        state = State.ENDED;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void took(char[] chunk, int length) {
    Runnable interrupt = null;
    lock.lock();
    try {
      for (int i = 0; i < length; i++) {
        if (chunk[i] == INTERRUPT && command != null) {
          ahead.setLength(0);
          interrupt = command;
        } else if (ahead.length() < MOST) {
          ahead.append(chunk[i]);
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (interrupt != null) {
      interrupt.run();
    }
  }

  // ---- the thread that edits the line ----

  /// @param timeout in milliseconds; 0: for ever
  @Override
  protected int read(long timeout, boolean peek) throws IOException {
    lock.lock();
    try {
      if (!await(timeout)) {
        return state == State.READING ? READ_EXPIRED : EOF;
      }
      char first = ahead.charAt(0);
      if (!peek) {
        ahead.deleteCharAt(0);
      }
      return first;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int readBuffered(char[] into, int offset, int length, long timeout) throws IOException {
    lock.lock();
    try {
      if (!await(timeout)) {
        return state == State.READING ? READ_EXPIRED : EOF;
      }
      int n = Math.min(length, ahead.length());
      ahead.getChars(0, n, into, offset);
      ahead.delete(0, n);
      return n;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int available() {
    lock.lock();
    try {
      return ahead.length();
    } finally {
      lock.unlock();
    }
  }

  /// @return whether something has been typed
  private boolean await(long timeout) throws InterruptedIOException {
    long left = timeout > 0 ? TimeUnit.MILLISECONDS.toNanos(timeout) : Long.MAX_VALUE;
    try {
      while (ahead.isEmpty() && state == State.READING && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      InterruptedIOException interrupted = new InterruptedIOException();
      interrupted.initCause(e);
      throw interrupted;
    }
    return !ahead.isEmpty();
  }
}

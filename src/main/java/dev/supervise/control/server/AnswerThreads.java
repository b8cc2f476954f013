package dev.supervise.control.server;

import dev.supervise.control.protocol.Answer;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Pool;
import dev.supervise.vital.Threads;

/// The threads that answers are made on: neither the loop's, nor the server's, nor any that users'
/// functions can keep busy. One of the first kind is there as long as the server is, so that
/// looking needs none where none can be had.
final class AnswerThreads {
  private static final int MOST = 4;

  /// So many may wait for a disk at a time.
  private static final int MOST_WAITING = 64;

  /// For what needs no disk.
  static final Pool THREADS = new Pool("supervise-answer", MOST, Threads.DEEP);

  /// For what may wait for one.
  static final Pool WAITING = new Pool("supervise-disk-answer", MOST_WAITING, Threads.DEEP);

  private AnswerThreads() {}

  /// What is said to whoever asked.
  static Answer none(NoThread why) {
    return new Answer.Failed("cannot be answered now: " + why.getMessage());
  }
}

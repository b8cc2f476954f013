package dev.supervise.control;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The threads that answers are made on: neither the loop's, nor the server's, nor any that users'
/// functions can keep busy. They go when nobody has asked anything for a while.
final class Clerks {
  private static final int MOST = 4;

  static final Executor THREADS = threads();

  private Clerks() {}

  private static Executor threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            MOST,
            MOST,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform()
                .daemon()
                .stackSize(Server.STACK)
                .name("supervise-answer-", 1)
                .factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}

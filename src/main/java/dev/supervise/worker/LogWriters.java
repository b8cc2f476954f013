package dev.supervise.worker;

import dev.supervise.vital.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The two threads that may wait for a disk. Each file has its thread, so that what an earlier run
/// wrote stands before what a later one did.
final class LogWriters implements AutoCloseable {
  interface Job {
    /// @return whether there is more to write; it is called again after the others
    boolean write();
  }

  private static final int THREADS = 2;

  private final List<LinkedBlockingQueue<Job>> queues = new ArrayList<>();
  private final Thread[] threads = new Thread[THREADS];
  private volatile boolean closing;

  LogWriters() {
    for (int i = 0; i < THREADS; i++) {
      LinkedBlockingQueue<Job> jobs = new LinkedBlockingQueue<>();
      queues.add(jobs);
      threads[i] = Threads.start(Threads.vital("supervise-log-" + (i + 1), () -> run(jobs)));
    }
  }

  void add(LogFile file, Job job) {
    queues.get(Math.floorMod(file.hashCode(), THREADS)).add(job);
  }

  /// Writes what is queued, for at most a second; a disk that takes longer keeps its thread, which
  /// dies with the process.
  @Override
  public void close() {
    closing = true;
    queues.forEach(jobs -> jobs.add(() -> false));
    try {
      for (Thread thread : threads) {
        thread.join(TimeUnit.SECONDS.toMillis(1) / THREADS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(LinkedBlockingQueue<Job> jobs) {
    while (!(closing && jobs.isEmpty())) {
      Job job;
      try {
        job = jobs.take();
      } catch (InterruptedException e) {
        return;
      }
      if (job.write()) {
        jobs.add(job);
      }
    }
  }
}

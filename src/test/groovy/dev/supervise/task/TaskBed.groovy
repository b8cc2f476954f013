package dev.supervise.task

import dev.supervise.spec.LiveTree
import dev.supervise.spec.Origin
import dev.supervise.spec.Pause
import dev.supervise.spec.TaskBody
import dev.supervise.spec.TaskSpec
import dev.supervise.spec.TaskSpec.Keep
import dev.supervise.spec.TaskSpec.Retry
import dev.supervise.store.MemoryTaskStore
import dev.supervise.store.SqliteTaskStore
import dev.supervise.store.TaskRow
import dev.supervise.store.TaskStore
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList

/** A task engine and what it told. `restart` begins a next one on the same record. */
class TaskBed implements AutoCloseable {
  final Path dir = Files.createTempDirectory('tasks')
  final List<String> warnings = new CopyOnWriteArrayList<>()
  final List<String> lines = new CopyOnWriteArrayList<>()
  final List<TaskRow> told = new CopyOnWriteArrayList<>()
  final Map<String, TaskSpec> types = new ConcurrentHashMap<>()
  volatile long ahead
  TaskEngine engine
  Closure<TaskStore> opening

  TaskBed(String kind = 'sqlite') {
    def kept = new Unclosed(new MemoryTaskStore())
    opening = kind == 'memory' ? { kept } : { SqliteTaskStore.open(dir.resolve('state.db'), { warnings << it }, { 'now' }) }
  }

  TaskBed type(Map m = [:], String name, Closure body) {
    types[name] = new TaskSpec(name, Origin.NONE, m.params, new Retry(m.retry ?: 0, m.pause ?: new Pause.Delay(Duration.ZERO)),
        Optional.ofNullable(m.timeout), m.concurrency ? OptionalInt.of(m.concurrency) : OptionalInt.empty(), m.keep ?: Keep.DEFAULT,
        { ctx, p -> body(ctx, p) } as TaskBody)
    this
  }

  TaskBed open() {
    engine = TaskEngine.open({ opening() }, { types }, new TaskEnvironment({ System.nanoTime() }, { System.currentTimeMillis() + ahead },
        { n, l -> lines << "$n: $l".toString() }, {}, { warnings << it }, { it.replace('s3cret', '***') }, [:] as LiveTree, { told << it }, {}))
    this
  }

  /** In order, as a shutdown does it. */
  TaskBed restart() {
    engine.stop(true).join()
    engine.close()
    open()
  }

  UUID submit(Map params = [:], String type) { engine.submit(type, params, Optional.empty()) }

  TaskRow over(UUID id) {
    def row = engine.await(id, Duration.ofSeconds(20))
    if (!row.present) {
      def dump = Files.createTempDirectory('dump').resolve('threads.txt')
      java.lang.management.ManagementFactory.getPlatformMXBean(com.sun.management.HotSpotDiagnosticMXBean)
          .dumpThreads("$dump", com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN)
      throw new AssertionError("still open: ${engine.find(id)}; warnings $warnings; threads in $dump" as Object)
    }
    row.get()
  }

  TaskRow run(Map params = [:], String type) { over(submit(params, type)) }

  TaskRow row(UUID id) { engine.find(id).get() }

  static void until(Closure<Boolean> claim) {
    long end = System.nanoTime() + 20_000_000_000L
    while (!claim()) {
      if (System.nanoTime() > end) throw new AssertionError('it never came true' as Object)
      Thread.sleep(2)
    }
  }

  void close() {
    engine?.close()
    dir.toFile().deleteDir()
  }

  /** What a next engine opens again. */
  static class Unclosed implements TaskStore {
    @Delegate(excludes = ['close']) TaskStore store
    Unclosed(TaskStore store) { this.store = store }
    void close() {}
  }
}

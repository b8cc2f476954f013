package dev.supervise.run;

import dev.supervise.spec.AutoShutdown;
import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.FunctionSpec;
import dev.supervise.spec.Grace;
import dev.supervise.spec.Hook;
import dev.supervise.spec.Intensity;
import dev.supervise.spec.LiveTree;
import dev.supervise.spec.Members;
import dev.supervise.spec.Origin;
import dev.supervise.spec.Pause;
import dev.supervise.spec.Restart;
import dev.supervise.spec.Strategy;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitPolicy;
import dev.supervise.spec.UnitSpec;
import dev.supervise.worker.HookReports;
import dev.supervise.worker.HookRun;
import dev.supervise.worker.Launch;
import dev.supervise.worker.Reports;
import dev.supervise.worker.Run;
import dev.supervise.worker.function.FunctionWorker;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/// Supervised functions: start N children of one pool, their memory, crash every one once and wait
/// until all run again, stop. The same work as the OTP program it is compared with.
public final class FunctionBench {
  private FunctionBench() {}

  public static void main(String[] args) throws Exception {
    int n = Integer.parseInt(args[0]);
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 1;
    for (int i = 0; i < rounds; i++) {
      measure(n);
    }
  }

  private static void measure(int n) throws Exception {
    Semaphore up = new Semaphore(0);
    AtomicReferenceArray<Thread> threads = new AtomicReferenceArray<>(n);
    FunctionBody body =
        context -> {
          int me = Integer.parseInt(context.name().substring("pool/".length())) - 1;
          threads.set(me, Thread.currentThread());
          up.release();
          LockSupport.park();
          if (!context.cancelled()) {
            throw new Crash();
          }
          return null;
        };
    UnitPolicy policy =
        UnitPolicy.DEFAULT.withRestart(Restart.ALWAYS).withPause(new Pause.Delay(Duration.ZERO));
    FunctionSpec child = new FunctionSpec("child", Origin.NONE, policy, body);
    SupervisorSpec pool =
        new SupervisorSpec(
            "pool",
            Origin.NONE,
            policy,
            Strategy.ONE_FOR_ONE,
            new Intensity.Unlimited(),
            AutoShutdown.NEVER,
            new Grace.Unlimited(),
            new Members.Pool(child, n));
    FunctionWorker worker = new FunctionWorker((path, line) -> {}, NO_TREE);
    Semaphore over = new Semaphore(0);
    Watcher watcher =
        new Watcher() {
          @Override
          public void moved(Transition transition) {}

          @Override
          public void warned(String text) {
            System.err.println(text);
          }

          @Override
          public void reached(List<CriticalPathStep> path) {}

          @Override
          public void over(Outcome outcome) {
            over.release();
          }
        };
    long before = used();
    Tree tree =
        new Tree(
            new SystemClock(),
            new Workers() {
              @Override
              public Run start(UnitSpec spec, Launch launch, Reports reports) {
                return worker.start((FunctionSpec) spec, launch, reports);
              }

              @Override
              public HookRun hook(
                  UnitSpec spec,
                  Hook hook,
                  Launch launch,
                  Map<String, String> extra,
                  HookReports reports) {
                throw new IllegalStateException("none is declared");
              }
            },
            watcher,
            new Random(1));
    tree.serve();
    long t0 = System.nanoTime();
    tree.start(SupervisorSpec.root(new Members.Listed(List.of(pool)))).get();
    up.acquire(n);
    long t1 = System.nanoTime();
    long memory = used() - before;
    long t2 = System.nanoTime();
    for (int i = 0; i < n; i++) {
      LockSupport.unpark(threads.get(i));
    }
    up.acquire(n);
    long t3 = System.nanoTime();
    tree.ask(new Request.Down(false)).get();
    over.acquire();
    long t4 = System.nanoTime();
    tree.close();
    System.out.printf(
        "supervise n=%d start_us_each=%.2f bytes_each=%d restart_us_each=%.2f stop_us_each=%.2f%n",
        n, (t1 - t0) / 1e3 / n, memory / n, (t3 - t2) / 1e3 / n, (t4 - t3) / 1e3 / n);
  }

  private static final LiveTree NO_TREE =
      (LiveTree)
          Proxy.newProxyInstance(
              FunctionBench.class.getClassLoader(),
              new Class<?>[] {LiveTree.class},
              (proxy, method, arguments) -> {
                throw new UnsupportedOperationException(method.getName());
              });

  private static long used() {
    System.gc();
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("crash");
    }
  }
}

package dev.supervise.worker.probe;

import dev.supervise.spec.Check;
import dev.supervise.spec.Lifecycle;
import dev.supervise.spec.Liveness;
import dev.supervise.spec.Readiness;
import dev.supervise.worker.Reports;
import dev.supervise.worker.output.OutputTap;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// All that is asked of one run while it lives: whether it is ready, then whether it is well. Made
/// before the run begins, so that nothing it says early is missed. Any thread.
public final class Probes {
  /// What probes are given by the worker whose run they look at.
  ///
  /// @param dir what a relative path of `file` is relative to
  /// @param before how a file was before the run
  /// @param beside runs the commands of `exec`
  /// @param said takes what a closure prints
  public record Surroundings(
      ProbeThreads threads,
      Path dir,
      Function<Path, FileStamp> before,
      ExecProbe.Beside beside,
      Consumer<String> said) {}

  private final long run;
  private final Reports reports;
  private final Surroundings around;
  private final Latch saidReady = new Latch(() -> "no READY=1 yet", this::poke);
  private final Latch called = new Latch(() -> "ctx.ready() was not called yet", this::poke);
  private final Heartbeat heartbeat = new Heartbeat();
  private final LogWatch log;
  private final List<Probe> forReady = new ArrayList<>();
  private final List<Probe> forAlive = new ArrayList<>();
  private final boolean listens;

  private @Nullable ProbeLoop awaiting;
  private @Nullable ProbeLoop watching;
  private String lastWhy = "";
  private int failures;
  private boolean stopping;
  private boolean closed;

  public Probes(Lifecycle lifecycle, long run, Reports reports, Surroundings around) {
    this(lifecycle, run, reports, around, false);
  }

  /// Of a process that was up before there was anybody to listen: what it can have said once counts
  /// as said, and its silence as health.
  public static Probes ofAdopted(
      Lifecycle lifecycle, long run, Reports reports, Surroundings around) {
    return new Probes(lifecycle, run, reports, around, true);
  }

  private Probes(
      Lifecycle lifecycle, long run, Reports reports, Surroundings around, boolean adopted) {
    this.run = run;
    this.reports = reports;
    this.around = around;
    log = new LogWatch(around.threads());
    lifecycle.ready().ifPresent(ready -> collect(ready.check(), saidReady, forReady));
    lifecycle
        .alive()
        .ifPresent(alive -> collect(alive.check(), adopted ? saidReady : heartbeat, forAlive));
    listens = forReady.contains(saidReady) || forAlive.contains(heartbeat);
    if (adopted) {
      saidReady.set();
      log.assume();
    }
    if (!log.seeks()) {
      log.close();
    }
  }

  /// Whether anything is ever asked of a unit's runs.
  public static boolean declared(Lifecycle lifecycle) {
    return lifecycle.ready().isPresent() || lifecycle.alive().isPresent();
  }

  private void collect(Check check, Probe notify, List<Probe> into) {
    switch (check) {
      case Check.AllOf(List<Check> parts) -> parts.forEach(part -> collect(part, notify, into));
      case Check.AnyOf(List<Check> parts) -> parts.forEach(part -> collect(part, notify, into));
      case Check.Tcp(String host, int port, boolean _) ->
          into.add(new TcpProbe(around.threads(), host, port));
      case Check.Http(String url, int from, int to, boolean _) ->
          into.add(new HttpProbe(around.threads(), URI.create(url), from, to));
      case Check.Exec(var command) ->
          into.add(new ExecProbe(around.threads(), around.beside(), command));
      case Check.LogLine(var pattern) -> into.add(log.seek(pattern, this::poke));
      case Check.File(String path, boolean stale) -> {
        Path file = around.dir().resolve(path);
        into.add(
            new FileProbe(
                around.threads(), file, stale ? FileStamp.NONE : around.before().apply(file)));
      }
      case Check.SdNotify() -> into.add(notify);
      case Check.Asked(var body, var _) ->
          into.add(new ClosureProbe(around.threads(), body, around.said()));
      case Check.Called() -> into.add(called);
    }
  }

  /// The files that are asked for, but not those that count however old they are.
  public static List<Path> files(Lifecycle lifecycle, Path dir) {
    List<Path> files = new ArrayList<>();
    lifecycle.ready().ifPresent(ready -> files(ready.check(), dir, files));
    lifecycle.alive().ifPresent(alive -> files(alive.check(), dir, files));
    return files;
  }

  private static void files(Check check, Path dir, List<Path> into) {
    switch (check) {
      case Check.AllOf(List<Check> parts) -> parts.forEach(part -> files(part, dir, into));
      case Check.AnyOf(List<Check> parts) -> parts.forEach(part -> files(part, dir, into));
      case Check.File(String path, boolean stale) -> {
        if (!stale) {
          into.add(dir.resolve(path));
        }
      }
      case Check.Tcp _, Check.Http _, Check.Exec _, Check.LogLine _ -> {}
      case Check.SdNotify _, Check.Asked _, Check.Called _ -> {}
    }
  }

  /// Whether the run is to be given a notify socket.
  public boolean listens() {
    return listens;
  }

  /// How long the run may be silent on it before it counts as ill; empty where it may be so for
  /// ever.
  public static Optional<Duration> watchdog(Lifecycle lifecycle) {
    return lifecycle
        .alive()
        .filter(alive -> alive.check().contains(Check.SdNotify.class::isInstance))
        .map(alive -> alive.every().multipliedBy(alive.failures()));
  }

  /// One of the streams the run writes, to be looked at; nothing is done where nobody looks.
  public OutputTap stream() {
    return log.stream();
  }

  // --- what the loop asks

  public void awaitReady(Readiness readiness) {
    ProbeLoop fresh;
    synchronized (this) {
      if (closed || awaiting != null) {
        return;
      }
      fresh =
          new ProbeLoop(
              readiness.check(),
              forReady,
              readiness.every(),
              forReady.stream().allMatch(Probe::speaksUp),
              around.threads(),
              this::askedReady);
      awaiting = fresh;
    }
    fresh.begin(Duration.ZERO);
  }

  private boolean askedReady(ProbeResult answer) {
    boolean news;
    synchronized (this) {
      if (closed || awaiting == null) {
        return false;
      }
      news = !answer.why().equals(lastWhy);
      lastWhy = answer.why();
    }
    if (answer.holds()) {
      log.close();
      reports.ready(run);
    } else if (news) {
      reports.notReady(run, answer.why());
    }
    return !answer.holds();
  }

  public void watch(Liveness liveness) {
    ProbeLoop fresh;
    synchronized (this) {
      if (closed || stopping || watching != null) {
        return;
      }
      failures = 0;
      fresh =
          new ProbeLoop(
              liveness.check(),
              forAlive,
              liveness.every(),
              false,
              around.threads(),
              answer -> askedAlive(answer, liveness.failures()));
      watching = fresh;
    }
    fresh.begin(liveness.every());
  }

  private boolean askedAlive(ProbeResult answer, int allowed) {
    synchronized (this) {
      if (closed || watching == null) {
        return false;
      }
      failures = answer.holds() ? 0 : failures + 1;
      if (failures < allowed) {
        return true;
      }
    }
    reports.unhealthy(run, answer.why());
    return false;
  }

  /// Asks nothing any more; what is under way is cancelled.
  public void end() {
    List<ProbeLoop> open = new ArrayList<>();
    synchronized (this) {
      if (awaiting != null) {
        open.add(awaiting);
      }
      if (watching != null) {
        open.add(watching);
      }
      awaiting = null;
      watching = null;
    }
    open.forEach(ProbeLoop::end);
  }

  /// The run is over.
  public void close() {
    synchronized (this) {
      closed = true;
    }
    end();
    log.close();
  }

  // --- what the run says

  /// `ctx.ready()`.
  ///
  /// @return whether anybody had asked for it
  public boolean called() {
    called.set();
    return forReady.contains(called);
  }

  /// A line a function wrote to its log.
  public void logged(String line) {
    OutputTap stream = log.stream();
    if (stream.wanted()) {
      stream.awaitRoom();
      stream.take((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  public void heard(NotifyMessage notice) {
    switch (notice) {
      case NotifyMessage.Ready() -> saidReady.set();
      case NotifyMessage.Beat() -> heartbeat.beat();
      case NotifyMessage.Ill() -> ill();
      case NotifyMessage.Stopping() -> stopping();
      case NotifyMessage.Status(String text) -> reports.says(run, text);
      case NotifyMessage.MainPid _ -> {
        // The socket has taken note: it is the one that is listened to now.
      }
    }
  }

  private void ill() {
    ProbeLoop open;
    synchronized (this) {
      open = watching;
      watching = null;
    }
    if (open != null) {
      open.end();
      reports.unhealthy(run, "it said WATCHDOG=trigger");
    }
  }

  private void stopping() {
    ProbeLoop open;
    synchronized (this) {
      stopping = true;
      open = watching;
      watching = null;
    }
    if (open != null) {
      open.end();
    }
  }

  private void poke() {
    ProbeLoop open;
    synchronized (this) {
      open = awaiting;
    }
    if (open != null) {
      open.poke();
    }
  }
}

package dev.supervise.worker.probe;

import dev.supervise.posix.Errno;
import dev.supervise.spec.Check;
import dev.supervise.spec.Lifecycle;
import dev.supervise.spec.Liveness;
import dev.supervise.spec.Readiness;
import dev.supervise.spec.StartFailure.Step;
import dev.supervise.worker.StartRefused;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntFunction;

/// What the probes of a run ask of this host must not hold before the run: somebody else's server
/// would be taken for the unit's. So they are asked once, all at the same time, before the program
/// is started, and one that holds fails the start, naming who has the port. Nobody who listens
/// answers within microseconds.
///
/// Not asked are other hosts, probes that say `stale`, and what only the run itself can bring
/// about.
public final class PriorAnswers {
  /// A unit of this tree that a process belongs to.
  ///
  /// @param sibling whether it is another copy of the very unit that is to start, an instance or a
  ///   pool's child: those may share a port
  public record Owner(String path, boolean sibling) {}

  private final ProbeThreads threads;
  private final IntFunction<Optional<Owner>> owners;

  /// @param owners the unit a process belongs to
  public PriorAnswers(ProbeThreads threads, IntFunction<Optional<Owner>> owners) {
    this.threads = threads;
    this.owners = owners;
  }

  /// Whether there is anything to be looked at before a run starts, files included, so that it must
  /// not be started on a thread that may not block.
  public static boolean due(Lifecycle lifecycle) {
    return lifecycle.ready().map(Readiness::check).filter(PriorAnswers::due).isPresent()
        || lifecycle.alive().map(Liveness::check).filter(PriorAnswers::due).isPresent();
  }

  private static boolean due(Check check) {
    return check.contains(part ->
        switch (part) {
          case Check.Tcp tcp -> !tcp.stale();
          case Check.Http http -> !http.stale();
          case Check.File file -> !file.stale();
          case Check.Exec _, Check.LogLine _, Check.SdNotify _, Check.Asked _, Check.Called _ ->
              false;
          case Check.AllOf _, Check.AnyOf _ -> false;
        });
  }

  /// One question.
  private record Question(Probe probe, String host, int port) {}

  /// Blocks for as long as the slowest answer takes, two seconds at most.
  ///
  /// @throws StartRefused when one holds already
  public void refuse(Lifecycle lifecycle) throws StartRefused {
    Set<Question> questions = new LinkedHashSet<>();
    lifecycle.ready().ifPresent(ready -> collect(ready.check(), questions));
    lifecycle.alive().ifPresent(alive -> collect(alive.check(), questions));
    questions.removeIf(question -> !OwnHost.is(question.host));
    Map<Question, CompletableFuture<ProbeResult>> answers = new LinkedHashMap<>();
    List<Runnable> cancels = new ArrayList<>();
    for (Question question : questions) {
      CompletableFuture<ProbeResult> told = new CompletableFuture<>();
      answers.put(question, told);
      cancels.add(question.probe.attempt(told::complete));
    }
    try {
      for (Map.Entry<Question, CompletableFuture<ProbeResult>> answer : answers.entrySet()) {
        if (answer.getValue().get().holds()) {
          refuse(answer.getKey());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartRefused(Step.FORK, Errno.ECANCELED, "stopped before its program was started");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      cancels.forEach(Runnable::run);
    }
  }

  private void collect(Check check, Set<Question> into) {
    switch (check) {
      case Check.AllOf(List<Check> parts) -> parts.forEach(part -> collect(part, into));
      case Check.AnyOf(List<Check> parts) -> parts.forEach(part -> collect(part, into));
      case Check.Tcp(String host, int port, boolean stale) -> {
        if (!stale) {
          into.add(new Question(new TcpProbe(threads, host, port), host, port));
        }
      }
      case Check.Http(String url, int from, int to, boolean stale) -> {
        if (!stale) {
          HttpProbe probe = new HttpProbe(threads, URI.create(url), from, to);
          into.add(new Question(probe, probe.host(), probe.port()));
        }
      }
      case Check.File _ -> {
        // Its stamp is taken instead.
      }
      case Check.Exec _, Check.LogLine _, Check.SdNotify _, Check.Asked _, Check.Called _ -> {
        // Only the run itself can bring those about, or the script says what they mean.
      }
    }
  }

  private void refuse(Question held) throws StartRefused {
    List<Listeners.Listener> listeners = listeners(held);
    for (Listeners.Listener listener : listeners) {
      Optional<Owner> owner =
          listener.process().isPresent()
              ? owners.apply(listener.process().getAsInt())
              : Optional.empty();
      if (owner.filter(Owner::sibling).isEmpty()) {
        String who =
            listener.process().isPresent()
                ? Listeners.named(listener.process().getAsInt())
                : Listeners.unseen(listener.user());
        throw taken(
            held.port,
            "is taken by " + who + owner.map(unit -> " of '" + unit.path() + "'").orElse(""));
      }
    }
    if (listeners.isEmpty()) {
      throw taken(held.port, "answers already, and who has it cannot be seen from here");
    }
  }

  private static List<Listeners.Listener> listeners(Question held) {
    try {
      return Listeners.on(held.port, TcpConnect.addresses(held.host));
    } catch (UnknownHostException gone) {
      return List.of();
    }
  }

  private static StartRefused taken(int port, String how) {
    return new StartRefused(Step.PORT, Errno.EADDRINUSE, "port " + port + " " + how);
  }
}

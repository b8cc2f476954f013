package dev.supervise.cli;

import dev.supervise.Engine;
import dev.supervise.control.Answer;
import dev.supervise.control.Planned;
import dev.supervise.control.Script;
import dev.supervise.dsl.PortSource;
import dev.supervise.dsl.ScriptMistakes;
import dev.supervise.plan.Change;
import dev.supervise.plan.ReloadPlan;
import dev.supervise.run.Reply;
import dev.supervise.spec.App;
import dev.supervise.spec.Mask;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// The script of a running tree, loaded again when somebody asks, on a thread of its own: with the
/// parameters of the first load, and with the ports that are known by then. A script with mistakes
/// changes nothing.
final class Reloader implements Script {
  private final Engine engine;
  private final Function<PortSource, App> loader;
  private final Consumer<App> taken;
  private final Consumer<String> told;
  private App app;

  /// @param app what runs
  /// @param loader loads the script; throws [ScriptMistakes] and [Refusal]
  /// @param taken told what is to run from now on, before it does
  /// @param told takes a line about each reload
  Reloader(
      Engine engine,
      App app,
      Function<PortSource, App> loader,
      Consumer<App> taken,
      Consumer<String> told) {
    this.engine = engine;
    this.app = app;
    this.loader = loader;
    this.taken = taken;
    this.told = told;
  }

  /// The files the running tree was declared by.
  synchronized List<String> inputs() {
    return app.inputs();
  }

  /// The directory of the script.
  synchronized Path base() {
    return Path.of(app.base());
  }

  /// The number of a port that the running tree knows.
  synchronized Optional<Integer> port(String name) {
    return Optional.ofNullable(app.ports().get(name));
  }

  @Override
  public CompletableFuture<Answer> plan() {
    return beside(() -> {
      App next = load();
      ReloadPlan plan = engine.plan(next);
      Mask mask = new Mask(secrets(next));
      return CompletableFuture.completedFuture(
          new Answer.Plan(
              plan.changesSomething(),
              plan.summary(),
              plan.changes().stream().map(change -> planned(change, mask)).toList()));
    });
  }

  private static Planned planned(Change change, Mask mask) {
    return new Planned(
        change.kind().name().toLowerCase(Locale.ROOT),
        change.path(),
        change.unit(),
        change.why().stream().map(mask::of).toList());
  }

  @Override
  public CompletableFuture<Answer> reload(String by) {
    CompletableFuture<Answer> answer =
        beside(() -> {
          App next = load();
          take(next);
          return engine.reload(next, by).thenApply(reply -> answer(reply, new Mask(secrets(next))));
        });
    answer.thenAccept(each -> told.accept(line(each, by)));
    return answer;
  }

  private synchronized void take(App next) {
    taken.accept(next);
    app = next;
  }

  private static Answer answer(Reply reply, Mask mask) {
    return switch (reply) {
      case Reply.Done(String text) -> new Answer.Done("reloaded: " + mask.of(text));
      case Reply.Refused(String why) -> new Answer.Refused("not reloaded: " + mask.of(why));
      case Reply.NoSuchUnit(String why) -> new Answer.Refused("not reloaded: " + mask.of(why));
      case Reply.Failed(String why) -> new Answer.Failed("reloaded, but " + mask.of(why));
    };
  }

  private static String line(Answer answer, String by) {
    String text = "";
    if (answer instanceof Answer.Done(String done)) {
      text = done;
    } else if (answer instanceof Answer.ScriptWrong(String why)) {
      text = "not reloaded, the script has mistakes:\n" + why;
    } else if (answer instanceof Answer.Refusal refusal) {
      text = refusal.why();
    }
    return "~ " + by + ": " + text;
  }

  private App load() {
    Map<String, Integer> known = ports();
    try (FreePorts free = new FreePorts()) {
      return loader.apply(name -> {
        Integer port = known.get(name);
        return port == null ? free.free(name) : port;
      });
    }
  }

  private synchronized Map<String, Integer> ports() {
    return app.ports();
  }

  /// What was a secret stays one: it may stand in what an older run wrote.
  private synchronized Set<String> secrets(App next) {
    Set<String> secrets = new HashSet<>(app.secrets());
    secrets.addAll(next.secrets());
    return secrets;
  }

  private static CompletableFuture<Answer> beside(Supplier<CompletableFuture<Answer>> work) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Runnable reload =
        () -> {
          try {
            work.get()
                .whenComplete((done, failure) -> {
                  if (failure == null) {
                    answer.complete(done);
                  } else {
                    answer.completeExceptionally(failure);
                  }
                });
          } catch (ScriptMistakes mistakes) {
            answer.complete(new Answer.ScriptWrong(String.valueOf(mistakes.getMessage())));
          } catch (Refusal refusal) {
            answer.complete(new Answer.Refused("not reloaded: " + refusal.sentence()));
          } catch (RuntimeException | Error defect) {
            answer.completeExceptionally(defect);
          }
        };
    try {
      Threads.start(
          Threads.aside("supervise-reload", Threads.DEEP, reload, answer::completeExceptionally));
    } catch (NoThread e) {
      answer.complete(new Answer.Refused("not reloaded: " + e.getMessage()));
    }
    return answer;
  }
}

package dev.supervise.cli.run;

import static java.util.stream.Collectors.joining;

import dev.supervise.Engine;
import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Planned;
import dev.supervise.control.server.Script;
import dev.supervise.dsl.load.ScriptLoader;
import dev.supervise.dsl.mistake.ScriptMistakes;
import dev.supervise.plan.Change;
import dev.supervise.plan.ReloadPlan;
import dev.supervise.run.Reply;
import dev.supervise.spec.App;
import dev.supervise.text.Secrets;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The script of a running tree, loaded again when somebody asks, on a thread of its own: with the
/// parameters of the first load, and with the ports that are known by then. A script with mistakes
/// changes nothing.
final class Reloader implements Script {
  private final Engine engine;
  private final Function<Set<String>, App> loader;
  private final Consumer<App> taken;
  private final Consumer<String> told;

  /// @param loader loads the script, given the names of the ports that are in use; throws
  ///   [ScriptMistakes] and [CliError]
  /// @param taken told what runs from now on, once it does
  /// @param told takes a line about each reload
  Reloader(
      Engine engine,
      Function<Set<String>, App> loader,
      Consumer<App> taken,
      Consumer<String> told) {
    this.engine = engine;
    this.loader = loader;
    this.taken = taken;
    this.told = told;
  }

  /// The files the running tree was declared by.
  List<String> inputs() {
    return engine.app().inputs();
  }

  @Override
  public CompletableFuture<Answer> plan() {
    return beside(() -> {
      App next = load();
      ReloadPlan plan = engine.plan(next);
      return CompletableFuture.completedFuture(
          new Answer.Plan(
              plan.changesSomething(),
              plan.summary(),
              plan.changes().stream().map(this::planned).toList(),
              told(plan)));
    });
  }

  /// What a plan says besides what becomes of whom.
  private List<String> told(ReloadPlan plan) {
    return Stream.concat(plan.warnings().stream(), plan.tasks().stream())
        .map(engine.secrets()::mask)
        .toList();
  }

  private Planned planned(Change change) {
    return new Planned(
        change.kind().name().toLowerCase(Locale.ROOT),
        change.path(),
        change.unit(),
        change.why().stream().map(engine.secrets()::mask).toList());
  }

  @Override
  public CompletableFuture<Answer> reload(String by) {
    CompletableFuture<Answer> answer =
        beside(() -> {
          List<String> warnings = new ArrayList<>();
          return engine
              .reload(
                  load(),
                  by,
                  plan -> {
                    warnings.addAll(told(plan));
                    taken.accept(plan.app());
                  })
              .thenApply(reply -> answer(reply, warnings));
        });
    answer.thenAccept(each -> told.accept(line(each, by)));
    return answer;
  }

  private Answer answer(Reply reply, List<String> warnings) {
    Secrets secrets = engine.secrets();
    return switch (reply) {
      case Reply.Done(String text) ->
          new Answer.Done(
              "reloaded: "
                  + secrets.shown(text)
                  + warnings.stream().map(each -> "\n! " + each).collect(joining()));
      case Reply.Refused(String why) -> new Answer.Refused("not reloaded: " + secrets.shown(why));
      case Reply.NoSuchUnit(String why) ->
          new Answer.Refused("not reloaded: " + secrets.shown(why));
      case Reply.Failed(String why, var _) ->
          new Answer.Failed("reloaded, but " + secrets.shown(why));
    };
  }

  private static String line(Answer answer, String by) {
    String text = "";
    if (answer instanceof Answer.Done(String done)) {
      // The warnings that follow were told already.
      text = done.lines().findFirst().orElse("");
    } else if (answer instanceof Answer.ScriptWrong(String why)) {
      text = "not reloaded, the script has mistakes:\n" + why;
    } else if (answer instanceof Answer.Refusal refusal) {
      text = refusal.why();
    }
    return "~ " + by + ": " + text;
  }

  private App load() {
    return loader.apply(engine.app().ports().keySet());
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
          } catch (CliError refusal) {
            answer.complete(new Answer.Refused("not reloaded: " + refusal.sentence()));
          } catch (RuntimeException | Error defect) {
            answer.completeExceptionally(defect);
          } finally {
            ScriptLoader.forget();
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

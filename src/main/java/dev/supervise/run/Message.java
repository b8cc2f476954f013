package dev.supervise.run;

import dev.supervise.plan.UnitEvent;
import dev.supervise.worker.Survivors;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// Everything the loop is told, by whomever.
sealed interface Message {
  /// A worker's report, or a supervisor's about itself.
  record Report(Recipient unit, UnitEvent event) implements Message {}

  /// What a run says it is doing.
  record Said(Recipient unit, long run, String text) implements Message {}

  /// What outlived a run's leader; comes before the report of its end.
  record Left(Recipient unit, long run, Survivors remains) implements Message {}

  /// A try of a hook nobody waits for is over; `why` is empty when it went well.
  record HookOver(Consumer<String> hook, String why) implements Message {}

  /// The next slice of a long piece of work, so that between two slices others are heard.
  record More(Runnable slice) implements Message {}

  /// Nothing holds back some of the units that were asked to stop.
  record Opened() implements Message {}

  record Ask(Request request, String by, CompletableFuture<Reply> reply) implements Message {}

  record Look(Selector which, CompletableFuture<Lookup> reply) implements Message {}

  /// A stop step of a unit could not be carried out.
  record Warning(String text) implements Message {}

  /// The keeper died: everything it kept is down at once and counts as one failed round of the
  /// root.
  record KeeperLost() implements Message {}

  /// Something beside the tree has come to rest, or a task that a unit waits for has completed.
  record Nudge() implements Message {}

  /// Take over a tree and start it.
  record Begin(CompletableFuture<Reply> reply) implements Message {}
}

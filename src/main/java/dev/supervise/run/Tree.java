package dev.supervise.run;

import dev.supervise.plan.UnitEvent;
import dev.supervise.spec.App;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.vital.Unhandled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// The tree, to whoever starts it and asks something of it: everything asked is mail to the loop,
/// which hands it to whom it is for.
public final class Tree {
  private static final Reply.Refused DOWN = new Reply.Refused("the tree is down");

  private final Loop loop;
  private final RunningTree running;

  /// Whoever waits for units before there are any.
  private final List<Message.Ask> early = new ArrayList<>();

  /// @param dice varies pauses; seeded by tests
  public Tree(Clock clock, Workers workers, Watcher watcher, Random dice) {
    this.loop = new Loop(clock, this::handle, this::tell, this::rest);
    this.running = new RunningTree(loop, workers, watcher, dice);
  }

  // ---- from any thread ----

  /// Starts the loop's thread. Tests drive [#turn] instead.
  public void serve() {
    loop.start();
  }

  /// Takes over what is declared, before anything of it is started. Once.
  public void declare(App app) {
    running.reload.declare(app);
  }

  /// What the tree is declared as now.
  public Declaration declaration() {
    return running.reload.declaration();
  }

  /// Starts what is declared. Once.
  public CompletableFuture<Reply> start() {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    urgent(new Message.Begin(reply));
    return reply;
  }

  /// Takes over a tree without a script, and starts it. Once.
  public CompletableFuture<Reply> start(SupervisorSpec root) {
    declare(App.of(root));
    return start();
  }

  public CompletableFuture<Reply> ask(Request request) {
    return ask(request, "");
  }

  /// @param by who asks, for people: `SIGTERM`, `the REPL`; stands in the causes of what follows
  public CompletableFuture<Reply> ask(Request request, String by) {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    urgent(new Message.Ask(request, by, reply));
    return reply;
  }

  /// The whole tree at one moment.
  public CompletableFuture<UnitSnapshot> look() {
    return look(Selector.ALL).thenApply(Lookup::root);
  }

  /// The units that are meant, each with all below it, at one moment.
  public CompletableFuture<Lookup> look(Selector which) {
    CompletableFuture<Lookup> reply = new CompletableFuture<>();
    urgent(new Message.Look(which, reply));
    return reply;
  }

  /// What [Watcher#busy] spoke of is over.
  public void nudge() {
    loop.post(new Message.Nudge());
  }

  /// The keeper died. To be called before its runs are reported as ended.
  public void keeperLost() {
    loop.post(new Message.KeeperLost());
  }

  /// Ends the loop's thread and waits for it; what still runs is the workers' to end. Whatever is
  /// asked from now on is answered that the tree is down.
  public void close() throws InterruptedException {
    loop.close();
    loop.join();
    refuseLate();
  }

  private void urgent(Message item) {
    loop.postUrgent(item);
    if (loop.closed()) {
      refuseLate();
    }
  }

  private void refuseLate() {
    Optional<Message> late = loop.late();
    while (late.isPresent()) {
      switch (late.get()) {
        case Message.Ask(var _, var _, var reply) -> reply.complete(DOWN);
        case Message.Begin(var reply) -> reply.complete(DOWN);
        case Message.Look(var _, var reply) -> reply.completeExceptionally(down());
        case Message.Report _,
            Message.Said _,
            Message.Left _,
            Message.HookOver _,
            Message.More _ -> {}
        case Message.Warning _, Message.Nudge _, Message.KeeperLost _, Message.Opened _ -> {}
      }
      late = loop.late();
    }
  }

  private static IllegalStateException down() {
    return new IllegalStateException(DOWN.why());
  }

  // ---- for tests ----

  /// Handles what has come and is due; true if there was anything.
  boolean turn() {
    boolean any = loop.turn();
    if (!any) {
      rest();
    }
    return any;
  }

  // ---- mail ----

  private void handle(Message item) {
    try {
      switch (item) {
        case Message.Report(Recipient unit, UnitEvent event) -> unit.apply(event);
        case Message.Said(Recipient unit, long run, String text) -> unit.heard(run, text);
        case Message.Left(Recipient unit, long run, var remains) -> unit.outlived(run, remains);
        case Message.HookOver(var hook, String why) -> hook.accept(why);
        case Message.More(Runnable slice) -> slice.run();
        case Message.Opened() -> running.stopOrder.proceed();
        case Message.Ask ask when !running.begun() && ask.request() instanceof Request.Await ->
            early.add(ask);
        case Message.Ask(Request request, String by, var reply) ->
            running.requests.carryOut(request, Cause.asked(loop.now(), by, request), reply);
        case Message.Look(var which, var reply) -> answer(reply, () -> looked(which));
        case Message.Warning(String text) -> running.warn(text);
        // What follows for the tree is seen when there is no mail left.
        case Message.Nudge() -> running.waiting.taskCompleted();
        case Message.KeeperLost() -> running.keeperLost();
        case Message.Begin(var reply) -> begin(reply);
      }
    } catch (RuntimeException | Error defect) {
      // Half of it is done, and nobody knows which half.
      throw new Unhandled(describe(item), defect);
    }
  }

  /// A question that only reads: what goes wrong with it is its answer, and changes nothing.
  private static <T> void answer(CompletableFuture<T> reply, Supplier<T> question) {
    T answer;
    try {
      answer = question.get();
    } catch (RuntimeException | Error defect) {
      reply.completeExceptionally(defect);
      return;
    }
    reply.complete(answer);
  }

  private Lookup looked(Selector which) {
    if (!running.begun()) {
      throw new NoTree();
    }
    return running.requests.look(which);
  }

  private static String describe(Message item) {
    return item instanceof Message.Report(Recipient unit, UnitEvent event)
        ? "'" + unit.path() + "' " + event
        : item.getClass().getSimpleName();
  }

  private void begin(CompletableFuture<Reply> reply) {
    if (running.begun()) {
      reply.complete(new Reply.Refused("a tree is running already"));
      return;
    }
    running.grow();
    reply.complete(new Reply.Done(""));
    running.begin();
    early.forEach(this::handle);
    early.clear();
  }

  private void tell() {
    running.transitions.tell();
  }

  private void rest() {
    running.rest();
  }
}

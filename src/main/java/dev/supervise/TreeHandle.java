package dev.supervise;

import dev.supervise.run.Reply;
import dev.supervise.run.Request;
import dev.supervise.run.Selector;
import dev.supervise.run.Tree;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.LiveTree;
import dev.supervise.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;

/// The tree for those who live in it: the same requests as anybody's.
final class TreeHandle implements LiveTree {
  private final Tree tree;

  TreeHandle(Tree tree) {
    this.tree = tree;
  }

  @Override
  public List<String> units() {
    List<String> paths = new ArrayList<>();
    collect(tree.look().join(), paths);
    return paths;
  }

  private static void collect(UnitSnapshot unit, List<String> paths) {
    if (!unit.path().isEmpty()) {
      paths.add(unit.path());
    }
    unit.children().forEach(child -> collect(child, paths));
  }

  @Override
  public String status(String name) {
    List<UnitSnapshot> found = new ArrayList<>();
    find(tree.look().join(), name, found);
    if (found.size() != 1) {
      throw new IllegalStateException(
          found.isEmpty()
              ? "no unit '" + Printable.line(name) + "'"
              : "'" + name + "' is the name of several units");
    }
    return found.getFirst().status().word();
  }

  private static void find(UnitSnapshot unit, String name, List<UnitSnapshot> found) {
    if (unit.path().equals(name) || unit.path().endsWith("/" + name)) {
      found.add(unit);
    }
    unit.children().forEach(child -> find(child, name, found));
  }

  @Override
  public void start(String... names) {
    ask(new Request.Start(Selector.of(names)));
  }

  @Override
  public void stop(String... names) {
    ask(new Request.Stop(Selector.of(names)));
  }

  @Override
  public void restart(String... names) {
    ask(new Request.Restart(Selector.of(names)));
  }

  @Override
  public void scale(String pool, int size) {
    ask(new Request.Scale(pool, size));
  }

  private void ask(Request request) {
    try {
      switch (tree.ask(request, "a script").get()) {
        case Reply.Done _ -> {}
        case Reply.Refused(String why) -> throw new IllegalStateException(why);
        case Reply.NoSuchUnit(String why) -> throw new IllegalStateException(why);
        case Reply.Failed(String why, var _) -> throw new IllegalStateException(why);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("cancelled while waiting for the tree");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}

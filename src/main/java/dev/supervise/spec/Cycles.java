package dev.supervise.spec;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds units that wait for each other. Each unit has two moments, *begins* and *is up*; what must
/// come before a moment is listed below, and a circle among them can never start.
final class Cycles {
  private static final int REPORTED = 50;
  private static final int STEPS_SHOWN = 8;

  /// Why one moment must come before another.
  private sealed interface Because {
    record After(Edge edge) implements Because {}

    record Inside() implements Because {}

    record RestForOne() implements Because {}
  }

  private record Step(
      Dependencies.Node from, Dependencies.Node to, boolean toUp, Because because) {}

  private final List<Dependencies.Node> nodes;
  private final Dependencies.@Nullable Node[] before;

  Cycles(List<Dependencies.Node> nodes, Map<Dependencies.Node, List<Dependencies.Node>> ordered) {
    this.nodes = nodes;
    this.before = new Dependencies.Node[nodes.size()];
    ordered.forEach((supervisor, children) -> {
      if (((SupervisorSpec) supervisor.spec).strategy() == Strategy.REST_FOR_ONE) {
        // Who is not started with the others is looked through.
        Dependencies.Node previous = null;
        for (Dependencies.Node child : children) {
          before[child.number] = previous;
          previous = child.spec.policy().autostart() ? child : previous;
        }
      }
    });
  }

  /// What a unit's beginning, or its being up, must wait for.
  private List<Step> steps(Dependencies.Node node, boolean up) {
    List<Step> steps = new ArrayList<>();
    if (up) {
      steps.add(new Step(node, node, false, new Because.Inside()));
      for (Dependencies.Node child : node.children) {
        if (child.spec.policy().autostart()) {
          steps.add(new Step(node, child, true, new Because.Inside()));
        }
      }
    } else {
      for (Dependencies.Link link : node.links) {
        steps.add(new Step(node, link.target(), true, new Because.After(link.edge())));
      }
      Dependencies.@Nullable Node previous = before[node.number];
      if (previous != null) {
        steps.add(new Step(node, previous, true, new Because.RestForOne()));
      }
      if (node.parent != null) {
        steps.add(new Step(node, node.parent, false, new Because.Inside()));
      }
    }
    return steps;
  }

  private static final class Frame {
    final int moment;
    final List<Step> steps;
    int next;

    Frame(int moment, List<Step> steps) {
      this.moment = moment;
      this.steps = steps;
    }
  }

  private static int moment(Dependencies.Node node, boolean up) {
    return node.number * 2 + (up ? 1 : 0);
  }

  /// Depth first, on a stack of its own: a chain of 10,000 units is deeper than Java's.
  List<Wiring.Problem> find() {
    List<Wiring.Problem> problems = new ArrayList<>();
    byte[] colour = new byte[nodes.size() * 2];
    for (int start = 0; start < colour.length && problems.size() < REPORTED; start++) {
      if (colour[start] != 0) {
        continue;
      }
      Deque<Frame> stack = new ArrayDeque<>();
      stack.push(new Frame(start, steps(nodes.get(start / 2), start % 2 == 1)));
      colour[start] = 1;
      while (!stack.isEmpty() && problems.size() < REPORTED) {
        Frame frame = stack.element();
        if (frame.next == frame.steps.size()) {
          colour[frame.moment] = 2;
          stack.pop();
          continue;
        }
        Step step = frame.steps.get(frame.next++);
        int target = moment(step.to, step.toUp);
        if (colour[target] == 0) {
          colour[target] = 1;
          stack.push(new Frame(target, steps(step.to, step.toUp)));
        } else if (colour[target] == 1) {
          problems.add(circle(stack, target));
        }
      }
    }
    return problems;
  }

  private static Wiring.Problem circle(Deque<Frame> stack, int target) {
    List<Step> circle = new ArrayList<>();
    for (Frame frame : stack) {
      circle.add(frame.steps.get(frame.next - 1));
      if (frame.moment == target) {
        break;
      }
    }
    List<Step> path = circle.reversed();
    int first = 0;
    while (!(path.get(first).because instanceof Because.After) && first < path.size() - 1) {
      first++;
    }
    List<String> told = new ArrayList<>();
    for (int i = 0; i < path.size(); i++) {
      Step step = path.get((first + i) % path.size());
      if (step.from != step.to || step.because instanceof Because.After) {
        told.add(tell(step));
      }
    }
    int left = told.size() - STEPS_SHOWN;
    if (left > 0) {
      told = new ArrayList<>(told.subList(0, STEPS_SHOWN));
      told.add("and " + left + " more");
    }
    Step blamed = path.get(first);
    boolean after = blamed.because instanceof Because.After;
    Origin origin =
        blamed.because instanceof Because.After(Edge edge) && edge.origin().line() > 0
            ? edge.origin()
            : blamed.from.spec.origin();
    return new Wiring.Problem(
        origin,
        blamed.from.path,
        blamed.from.spec.kind(),
        after ? blamed.to.spec.name() : "",
        told.size() == 1 && blamed.from == blamed.to
            ? "waits for itself"
            : "a circle of waiting units: " + String.join(", ", told),
        List.of());
  }

  private static String tell(Step step) {
    String from = "'" + step.from.path + "'";
    String to = "'" + step.to.path + "'";
    return switch (step.because) {
      case Because.After _ -> from + " after " + to;
      case Because.RestForOne _ -> from + " follows " + to + " under restForOne";
      case Because.Inside _ ->
          step.toUp
              ? (step.from.path.isEmpty() ? "the script" : from) + " contains " + to
              : from + " is inside " + (step.to.path.isEmpty() ? "the script" : to);
    };
  }
}

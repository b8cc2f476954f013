package dev.supervise.spec;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Resolves the `after` words of a whole tree. Pure; cost grows with the declared units and edges,
/// not with the sizes of pools or the numbers of instances.
///
/// A name, or a path, is looked for among the unit's siblings (instances count), then among those
/// of each supervisor around it, up to the root; last, it means any unit of the tree, where only
/// one has that name.
public final class Dependencies {
  /// One declared unit in the tree.
  static final class Node {
    final int number;
    final String path;
    final UnitSpec spec;
    final @Nullable Node parent;
    final List<Node> children = new ArrayList<>();
    final List<Link> links = new ArrayList<>();

    Node(int number, String path, UnitSpec spec, @Nullable Node parent) {
      this.number = number;
      this.path = path;
      this.spec = spec;
      this.parent = parent;
    }
  }

  /// An edge to one declared unit.
  record Link(Edge edge, Node target) {}

  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Node> byPath = new HashMap<>();
  private final Map<String, List<Node>> byName = new HashMap<>();
  private final List<Wiring.Problem> problems = new ArrayList<>();

  private Dependencies() {}

  /// @throws InvalidWiring naming every unknown or ambiguous name and every cycle. Containment
  ///   counts: a supervisor has started when its children have, and `restForOne` makes each child
  ///   wait for the one before
  public static Wiring of(SupervisorSpec root) {
    return new Dependencies().wire(root);
  }

  private Wiring wire(SupervisorSpec root) {
    index(root);
    if (!problems.isEmpty()) {
      throw new InvalidWiring(problems);
    }
    Map<String, List<Wiring.ResolvedEdge>> edges = new HashMap<>();
    for (Node node : nodes) {
      List<Wiring.ResolvedEdge> resolved = new ArrayList<>();
      for (Edge edge : node.spec.policy().after()) {
        resolve(node, edge, resolved);
      }
      edges.put(node.path, List.copyOf(resolved));
    }
    Map<String, List<UnitSpec>> order = new LinkedHashMap<>();
    Map<Node, List<Node>> ordered = new HashMap<>();
    for (Node node : nodes) {
      if (node.spec instanceof SupervisorSpec) {
        List<Node> children = order(node);
        ordered.put(node, children);
        order.put(node.path, children.stream().map(child -> child.spec).toList());
      }
    }
    problems.addAll(new Cycles(nodes, ordered).find());
    if (!problems.isEmpty()) {
      throw new InvalidWiring(problems);
    }
    return new Wiring(Collections.unmodifiableMap(order), Collections.unmodifiableMap(edges));
  }

  /// A unit that is still to be entered.
  private record Next(UnitSpec spec, @Nullable Node parent, int depth) {}

  /// Depth first, in order of declaration, on a stack of its own: how deep it may be is found out
  /// here.
  private void index(SupervisorSpec root) {
    Deque<Next> open = new ArrayDeque<>();
    open.push(new Next(root, null, 0));
    while (!open.isEmpty()) {
      Next next = open.pop();
      UnitSpec spec = next.spec;
      Node parent = next.parent;
      String path = parent == null ? "" : join(parent.path, spec.name());
      Node node = new Node(nodes.size(), path, spec, parent);
      nodes.add(node);
      byPath.put(path, node);
      byName.computeIfAbsent(spec.name(), _ -> new ArrayList<>(1)).add(node);
      if (parent != null) {
        parent.children.add(node);
      }
      if (spec instanceof SupervisorSpec supervisor
          && supervisor.members() instanceof Members.Listed(List<UnitSpec> units)) {
        if (next.depth > SupervisorSpec.DEEPEST) {
          tooDeep(supervisor);
          return;
        }
        for (UnitSpec unit : units.reversed()) {
          open.push(new Next(unit, node, next.depth + 1));
        }
      }
    }
  }

  private void tooDeep(SupervisorSpec supervisor) {
    problems.add(
        new Wiring.Problem(
            supervisor.origin(),
            supervisor.name(),
            supervisor.kind(),
            "",
            "supervisors are nested deeper than " + SupervisorSpec.DEEPEST + ", which is the limit",
            List.of()));
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  private void resolve(Node node, Edge edge, List<Wiring.ResolvedEdge> resolved) {
    String name = edge.target();
    Found found = null;
    for (Node home = node.parent; home != null && found == null; home = home.parent) {
      found = at(join(home.path, name));
    }
    if (found == null) {
      List<Found> anywhere = named(name);
      if (anywhere.size() > 1) {
        List<String> paths = anywhere.stream().map(f -> f.node.path).sorted().toList();
        problem(
            node,
            edge,
            "after '" + name + "' could be " + String.join(" or ", paths) + "; write the full name",
            List.of());
        return;
      }
      found = anywhere.isEmpty() ? null : anywhere.getFirst();
    }
    if (found == null) {
      unknown(node, edge);
      return;
    }
    node.links.add(new Link(edge, found.node));
    resolved.add(new Wiring.ResolvedEdge(edge.condition(), found.paths(), edge.origin()));
  }

  /// What a name stands for: a declared unit, or one instance of it (0: the unit, all instances).
  private record Found(Node node, int instance) {
    List<String> paths() {
      int instances = node.spec instanceof ProcessSpec process ? process.instances() : 0;
      if (instances == 0) {
        return List.of(node.path);
      }
      if (instance > 0) {
        return List.of(node.path + "-" + instance);
      }
      List<String> paths = new ArrayList<>(instances);
      for (int i = 1; i <= instances; i++) {
        paths.add(node.path + "-" + i);
      }
      return paths;
    }
  }

  private @Nullable Found at(String path) {
    Node node = path.isEmpty() ? null : byPath.get(path);
    if (node != null) {
      return new Found(node, 0);
    }
    int instance = Members.instance(path);
    Node family = instance == 0 ? null : byPath.get(path.substring(0, path.lastIndexOf('-')));
    return family != null && has(family, instance) ? new Found(family, instance) : null;
  }

  private List<Found> named(String name) {
    List<Found> found = new ArrayList<>();
    for (Node node : byName.getOrDefault(name, List.of())) {
      if (node.parent != null) {
        found.add(new Found(node, 0));
      }
    }
    int instance = Members.instance(name);
    if (instance > 0) {
      String family = name.substring(0, name.lastIndexOf('-'));
      for (Node node : byName.getOrDefault(family, List.of())) {
        if (has(node, instance)) {
          found.add(new Found(node, instance));
        }
      }
    }
    return found;
  }

  private static boolean has(Node family, int instance) {
    return family.spec instanceof ProcessSpec process && instance <= process.instances();
  }

  private void unknown(Node node, Edge edge) {
    String name = edge.target();
    int slash = name.lastIndexOf('/');
    Found pool = slash < 0 ? null : at(name.substring(0, slash));
    if (pool != null
        && pool.node.spec instanceof SupervisorSpec supervisor
        && supervisor.members() instanceof Members.Pool) {
      String message = "after '" + name + "': children of a pool come and go; name the pool";
      problem(node, edge, message, List.of());
      return;
    }
    List<String> known = new ArrayList<>();
    if (node.parent != null) {
      for (Node sibling : node.parent.children) {
        if (sibling != node) {
          known.add(sibling.spec.name());
        }
      }
    }
    problem(node, edge, "after '" + name + "': there is no unit of that name", known);
  }

  private void problem(Node node, Edge edge, String message, List<String> known) {
    Origin origin = edge.origin().line() == 0 ? node.spec.origin() : edge.origin();
    problems.add(
        new Wiring.Problem(origin, node.path, node.spec.kind(), edge.target(), message, known));
  }

  /// The start order of one supervisor's children. An edge into or out of a nested supervisor
  /// orders the two siblings it crosses, too, where that leaves no circle.
  private static List<Node> order(Node supervisor) {
    List<Node> children = supervisor.children;
    Map<Node, List<Node>> direct = new HashMap<>();
    Map<Node, List<Node>> lifted = new HashMap<>();
    for (Node child : children) {
      for (Link link : child.links) {
        if (link.target.parent == supervisor && link.target != child) {
          direct.computeIfAbsent(link.target, _ -> new ArrayList<>()).add(child);
        }
      }
    }
    boolean crossing = lift(supervisor, lifted);
    if (crossing) {
      List<Node> order = sorted(children, lifted);
      if (order.size() == children.size()) {
        return order;
      }
    }
    List<Node> order = sorted(children, direct);
    // In a circle; reported by Cycles.
    return order.size() == children.size() ? order : children;
  }

  private static boolean lift(Node supervisor, Map<Node, List<Node>> dependents) {
    boolean crossing = false;
    for (Node child : supervisor.children) {
      List<Node> inside = new ArrayList<>(List.of(child));
      for (int i = 0; i < inside.size(); i++) {
        Node node = inside.get(i);
        inside.addAll(node.children);
        for (Link link : node.links) {
          Node target = link.target;
          while (target.parent != null && target.parent != supervisor) {
            target = target.parent;
          }
          if (target.parent == supervisor && target != child) {
            dependents.computeIfAbsent(target, _ -> new ArrayList<>()).add(child);
            crossing |= target != link.target || node != child;
          }
        }
      }
    }
    return crossing;
  }

  private static List<Node> sorted(List<Node> children, Map<Node, List<Node>> dependents) {
    Map<Node, Integer> open = new HashMap<>();
    dependents.values().forEach(list -> list.forEach(node -> open.merge(node, 1, Integer::sum)));
    PriorityQueue<Node> free =
        new PriorityQueue<>((a, b) -> {
          int byPriority = Integer.compare(a.spec.policy().priority(), b.spec.policy().priority());
          return byPriority != 0 ? byPriority : Integer.compare(a.number, b.number);
        });
    for (Node child : children) {
      if (!open.containsKey(child)) {
        free.add(child);
      }
    }
    List<Node> order = new ArrayList<>(children.size());
    for (Node next = free.poll(); next != null; next = free.poll()) {
      order.add(next);
      for (Node dependent : dependents.getOrDefault(next, List.of())) {
        if (open.merge(dependent, -1, Integer::sum) == 0) {
          free.add(dependent);
        }
      }
    }
    return order;
  }
}

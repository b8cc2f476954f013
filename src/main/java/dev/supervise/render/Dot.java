package dev.supervise.render;

import dev.supervise.text.Printable;
import java.util.ArrayList;
import java.util.List;

/// The same diagrams for Graphviz. Whole ones are a `digraph`; fragments are the statements inside.
/// Pure.
public final class Dot {
  private static final String INDENT = "    ";

  private Dot() {}

  /// The whole tree, with the ids of [Mermaid#tree].
  public static List<String> tree(DiagramUnit root) {
    List<String> lines = new ArrayList<>();
    lines.add("digraph supervise {");
    lines.add(INDENT + "node [style=filled, fontname=\"sans-serif\"];");
    lines.addAll(treeFragment(root, "root"));
    lines.add("}");
    return lines;
  }

  /// The nodes and edges of one subtree.
  ///
  /// @param id of the subtree's own node; letters, digits and `_`
  public static List<String> treeFragment(DiagramUnit unit, String id) {
    List<String> lines = new ArrayList<>();
    node(unit, id, lines);
    return lines;
  }

  private static void node(DiagramUnit unit, String id, List<String> lines) {
    String shape =
        switch (unit.kind()) {
          case "supervisor" -> "ellipse";
          case "pool" -> "box3d";
          case "function" -> "box, style=\"rounded,filled\"";
          case "container" -> "cylinder";
          default -> "box";
        };
    lines.add(
        INDENT
            + id
            + " [label="
            + quoted(String.join("\n", Diagrams.label(unit)))
            + ", shape="
            + shape
            + ", fillcolor=\""
            + fill(unit.status())
            + "\"];");
    for (int i = 0; i < unit.children().size(); i++) {
      String child = id + "_" + i;
      lines.add(INDENT + id + " -> " + child + ";");
      node(unit.children().get(i), child, lines);
    }
  }

  /// The states a unit can be in, its present one marked.
  public static List<String> state(DiagramUnit unit) {
    List<String> lines = new ArrayList<>();
    lines.add("digraph " + quoted(unit.name()) + " {");
    lines.add(INDENT + "node [shape=box, style=\"rounded,filled\", fillcolor=white];");
    lines.add(INDENT + "begin [shape=point, label=\"\"];");
    lines.add(INDENT + "end [shape=doublecircle, label=\"\", width=0.15];");
    String current = Diagrams.stateOf(unit.status());
    lines.add(
        INDENT
            + current
            + " [fillcolor=\"#fff8c5\", penwidth=3, xlabel="
            + quoted(String.join("\n", Diagrams.note(unit)))
            + "];");
    for (Diagrams.Move move : Diagrams.MOVES) {
      String from = move.from().equals("[*]") ? "begin" : move.from();
      String to = move.to().equals("[*]") ? "end" : move.to();
      String label = move.on().isEmpty() ? "" : " [label=" + quoted(move.on()) + "]";
      lines.add(INDENT + from + " -> " + to + label + ";");
    }
    lines.add("}");
    return lines;
  }

  private static String fill(String status) {
    return switch (status) {
      case "running" -> "#dafbe1";
      case "waiting", "starting" -> "#ddf4ff";
      case "backing-off" -> "#fff8c5";
      case "stopping" -> "#fff1e5";
      case "blocked", "failed" -> "#ffebe9";
      case "stuck" -> "#fbefff";
      case "stopped", "finished" -> "#eaeef2";
      default -> "#f6f8fa";
    };
  }

  private static String quoted(String raw) {
    String text = Printable.text(raw);
    StringBuilder safe = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> safe.append('\\').append(c);
        case '\n' -> safe.append("\\n");
        default -> safe.append(c);
      }
    }
    return safe.append('"').toString();
  }
}

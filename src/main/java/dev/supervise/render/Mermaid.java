package dev.supervise.render;

import dev.supervise.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Diagrams as Mermaid text. Whole ones begin with their `graph TD` or `stateDiagram-v2`; fragments
/// are the lines between, for a diagram of the caller's own. Pure.
///
/// ```
/// graph TD
///     root(["app.groovy<br/>running"]):::running
///     root --> root_0
///     root_0["db<br/>running<br/>pid 4711"]:::running
/// ```
public final class Mermaid {
  private static final String INDENT = "    ";

  /// Status: fill, border. A class that no unit has is left out.
  private static final Map<String, String> LOOKS =
      Map.ofEntries(
          Map.entry("pending", "fill:#f6f8fa,stroke:#8c959f,color:#1f2328"),
          Map.entry("waiting", "fill:#ddf4ff,stroke:#54aeff,color:#1f2328"),
          Map.entry("blocked", "fill:#ffebe9,stroke:#ff8182,color:#1f2328"),
          Map.entry("starting", "fill:#ddf4ff,stroke:#0969da,color:#1f2328"),
          Map.entry("running", "fill:#dafbe1,stroke:#1a7f37,color:#1f2328"),
          Map.entry("backing-off", "fill:#fff8c5,stroke:#9a6700,color:#1f2328"),
          Map.entry("stopping", "fill:#fff1e5,stroke:#bc4c00,color:#1f2328"),
          Map.entry("stopped", "fill:#eaeef2,stroke:#57606a,color:#1f2328"),
          Map.entry("finished", "fill:#eaeef2,stroke:#1a7f37,color:#1f2328"),
          Map.entry("failed", "fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-width:3px"),
          Map.entry("stuck", "fill:#fbefff,stroke:#8250df,color:#1f2328,stroke-width:3px"));

  private Mermaid() {}

  /// The whole tree: `graph TD`, one node a unit with the ids `root`, `root_0`, `root_0_1`.
  public static List<String> tree(DiagramUnit root) {
    List<String> lines = new ArrayList<>();
    lines.add("graph TD");
    lines.addAll(treeFragment(root, "root"));
    lines.addAll(looks(root));
    return lines;
  }

  /// The nodes and edges of one subtree; [#looks] has what colours them.
  ///
  /// @param id of the subtree's own node; letters, digits and `_`
  public static List<String> treeFragment(DiagramUnit unit, String id) {
    List<String> lines = new ArrayList<>();
    node(unit, id, lines);
    return lines;
  }

  /// The class definitions that a tree's nodes refer to, only those it uses.
  public static List<String> looks(DiagramUnit root) {
    return Diagrams.statuses(root).stream()
        .filter(LOOKS::containsKey)
        .map(status -> INDENT + "classDef " + klass(status) + " " + LOOKS.get(status))
        .toList();
  }

  private static void node(DiagramUnit unit, String id, List<String> lines) {
    String label = '"' + escaped(String.join("\n", Diagrams.label(unit))) + '"';
    String shape =
        switch (unit.kind()) {
          case "supervisor" -> "([" + label + "])";
          case "pool" -> "[[" + label + "]]";
          case "function" -> "(" + label + ")";
          case "container" -> "[(" + label + ")]";
          default -> "[" + label + "]";
        };
    lines.add(INDENT + id + shape + ":::" + klass(unit.status()));
    for (int i = 0; i < unit.children().size(); i++) {
      String child = id + "_" + i;
      lines.add(INDENT + id + " --> " + child);
      node(unit.children().get(i), child, lines);
    }
  }

  /// The states a unit can be in and how it comes from one to another, its present one marked, with
  /// a note of what is known of it.
  public static List<String> state(DiagramUnit unit) {
    List<String> lines = new ArrayList<>();
    lines.add("stateDiagram-v2");
    lines.addAll(stateFragment(unit));
    lines.add(INDENT + "classDef current fill:#fff8c5,stroke:#9a6700,stroke-width:3px");
    lines.add(INDENT + "class " + Diagrams.stateOf(unit.status()) + " current");
    return lines;
  }

  /// The states, the ways between them and the note.
  public static List<String> stateFragment(DiagramUnit unit) {
    List<String> lines = new ArrayList<>();
    Diagrams.MOVES.forEach(move ->
        lines.add(
            INDENT
                + move.from()
                + " --> "
                + move.to()
                + (move.on().isEmpty() ? "" : ": " + move.on())));
    lines.add(INDENT + "note right of " + Diagrams.stateOf(unit.status()));
    Diagrams.note(unit).forEach(line -> lines.add(INDENT + INDENT + escaped(line)));
    lines.add(INDENT + "end note");
    return lines;
  }

  private static String klass(String status) {
    return status.replace("-", "");
  }

  /// Mermaid reads `#quot;` and its kin in place of what has a meaning in its grammar or in HTML.
  private static String escaped(String raw) {
    String text = Printable.text(raw);
    StringBuilder safe = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        // Ends a statement of a state diagram, even in a note.
        case ';' -> safe.append("#59;");
        case '"' -> safe.append("#quot;");
        case '#' -> safe.append("#35;");
        case '<' -> safe.append("#lt;");
        case '>' -> safe.append("#gt;");
        case '&' -> safe.append("#amp;");
        case '`' -> safe.append("#96;");
        case '\\' -> safe.append("#92;");
        case '\n' -> safe.append("<br/>");
        default -> safe.append(c);
      }
    }
    return safe.toString();
  }
}

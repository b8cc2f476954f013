package dev.supervise.repl.live;

import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.UnitSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What has been typed that the script does not say: kept so that it can be written into it. Which
/// of it is in the tree, the tree alone knows: a line counts while a unit there has the very
/// specification that the line made, in whatever state that unit is. Any thread.
final class LiveEdits {
  /// @param session whose variables it sees
  private record Edit(Object session, String text, List<UnitSpec> units, Set<String> defines) {
    boolean uses(String name) {
      return Pattern.compile("\\b" + Pattern.quote(name) + "\\b").matcher(text).find();
    }
  }

  private final List<Edit> edits = new ArrayList<>();

  /// A line that could be read. To be told before what it declares is added: whoever waits for that
  /// may be interrupted.
  ///
  /// @param session whose line it is: what it defines, only later lines of the same see
  synchronized void said(Object session, String text, List<UnitSpec> units) {
    Set<String> defines = new TreeSet<>();
    Matcher matcher = Definitions.PATTERN.matcher(text);
    while (matcher.find()) {
      defines.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
    if (!units.isEmpty() || !defines.isEmpty()) {
      edits.add(new Edit(session, text.strip(), List.copyOf(units), defines));
    }
  }

  /// What was declared live and is in the tree.
  static List<UnitSpec> live(UnitSnapshot root) {
    Set<UnitSpec> live = identities();
    List<UnitSpec> inOrder = new ArrayList<>();
    for (UnitSnapshot unit : root.children()) {
      // The instances of one declaration share it.
      if (unit.live() && live.add(unit.known().spec())) {
        inOrder.add(unit.known().spec());
      }
    }
    return inOrder;
  }

  /// The lines that declared it, and before them what they use.
  synchronized List<String> script(UnitSnapshot root) {
    Set<UnitSpec> live = identities();
    live.addAll(live(root));
    Set<UnitSpec> found = identities();
    List<Edit> wanted = new ArrayList<>();
    for (Edit edit : edits.reversed()) {
      boolean declares = edit.units().stream().anyMatch(live::contains);
      if (declares || edit.units().isEmpty() && isUsed(edit, wanted)) {
        found.addAll(edit.units());
        wanted.add(edit);
      }
    }
    List<String> lines = new ArrayList<>();
    for (Edit edit : wanted.reversed()) {
      for (UnitSpec unit : edit.units()) {
        if (!live.contains(unit)) {
          lines.add("// '" + unit.name() + "' of the next line is not in the tree");
        }
      }
      lines.addAll(edit.text().lines().toList());
    }
    live(root).stream()
        .filter(unit -> !found.contains(unit))
        .forEach(unit ->
            lines.add(
                "// '"
                    + unit.name()
                    + "' was added by a program, not typed: there is no text of it"));
    return lines;
  }

  /// Whether one of the lines behind it, which are wanted, uses what it defines, with no other
  /// definition of that between them.
  private static boolean isUsed(Edit definition, List<Edit> newestFirst) {
    Set<String> sought = new HashSet<>(definition.defines());
    for (Edit later : newestFirst.reversed()) {
      if (!later.session().equals(definition.session())) {
        continue;
      }
      boolean redefines = later.units().isEmpty() && sought.removeAll(later.defines());
      if (sought.stream().anyMatch(later::uses)) {
        return true;
      }
      if (redefines && sought.isEmpty()) {
        return false;
      }
    }
    return false;
  }

  private static Set<UnitSpec> identities() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  /// Made with the first line, not with the tree.
  private static final class Definitions {
    static final Pattern PATTERN =
        Pattern.compile(
            "(?:^|;|\\n)\\s*(?:def|import|class|[A-Z]\\w*|int|long|boolean|double)\\s+(?:[\\w.]+\\.)?(\\w+)|(?:^|;|\\n)\\s*(\\w+)\\s*=[^=~]");
  }
}

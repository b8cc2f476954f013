package dev.supervise.repl;

import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.UnitSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What has been typed that the script does not say: kept so that it can be written into it. Any
/// thread.
final class LiveEdits {
  private record Edit(String text, Set<String> units, Set<String> defines) {}

  private final List<Edit> edits = new ArrayList<>();

  /// A line that went well.
  synchronized void said(String text, List<UnitSpec> units) {
    Set<String> defines = new TreeSet<>();
    Matcher matcher = Definitions.PATTERN.matcher(text);
    while (matcher.find()) {
      defines.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
    }
    if (!units.isEmpty() || !defines.isEmpty()) {
      Set<String> names = units.stream().map(UnitSpec::name).collect(Collectors.toSet());
      edits.add(new Edit(text.strip(), names, defines));
    }
  }

  /// The lines that declared what is live in the tree, and before them what they use.
  synchronized List<String> script(UnitSnapshot root) {
    Set<String> live = new TreeSet<>();
    for (UnitSnapshot unit : root.children()) {
      if (unit.live()) {
        live.add(unit.path());
      }
    }
    List<Edit> wanted = new ArrayList<>();
    Set<String> found = new TreeSet<>();
    for (Edit edit : edits.reversed()) {
      boolean declares =
          edit.units().stream().anyMatch(unit -> live.contains(unit) && found.add(unit));
      boolean used =
          edit.units().isEmpty()
              && edit.defines().stream()
                  .anyMatch(name ->
                      wanted.stream()
                          .anyMatch(later ->
                              Pattern.compile("\\b" + Pattern.quote(name) + "\\b")
                                  .matcher(later.text())
                                  .find()));
      if (declares || used) {
        wanted.add(edit);
      }
    }
    List<String> lines = new ArrayList<>();
    wanted.reversed().forEach(edit -> lines.addAll(edit.text().lines().toList()));
    live.removeAll(found);
    live.forEach(unit -> lines.add("// '" + unit + "' was declared live by other means"));
    return lines;
  }

  /// Made with the first line, not with the tree.
  private static final class Definitions {
    static final Pattern PATTERN =
        Pattern.compile(
            "(?:^|;|\\n)\\s*(?:def|import|class|[A-Z]\\w*|int|long|boolean|double)\\s+(?:[\\w.]+\\.)?(\\w+)|(?:^|;|\\n)\\s*(\\w+)\\s*=[^=~]");
  }
}

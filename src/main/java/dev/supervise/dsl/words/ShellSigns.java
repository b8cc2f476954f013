package dev.supervise.dsl.words;

import dev.supervise.dsl.value.WordError;
import java.util.Set;

/// Words of an argv that only a shell understands: `command './x', '&&', './y'`. A program would be
/// given them as arguments. Pure.
final class ShellSigns {
  private static final Set<String> SIGNS =
      Set.of("&&", "||", "|", "|&", ">", ">>", "<", "<<", "2>", "2>>", "2>&1", "&>", "1>&2");

  /// Those that also are what some programs look for, cut at and compare with.
  private static final Set<String> CHARACTERS = Set.of("|", "<", ">");

  /// Programs that calculate and compare with these very signs, or take them for text.
  private static final Set<String> THEIR_OWN =
      Set.of(
          "expr", "test", "[", "[[", "find", "jq", "grep", "egrep", "fgrep", "sed", "awk", "gawk",
          "tr", "echo", "printf");

  private ShellSigns() {}

  /// What stands behind an option is its value (`cut -d '|'`), and a character at the end has
  /// nothing behind it that a shell would join.
  ///
  /// @throws WordError naming the sign
  static void refuse(Object[] argv) {
    if (argv.length < 2) {
      return;
    }
    String program = argv[0] instanceof CharSequence text ? text.toString() : "";
    if (THEIR_OWN.contains(program.substring(program.lastIndexOf('/') + 1))) {
      return;
    }
    for (int i = 1; i < argv.length; i++) {
      boolean last = i == argv.length - 1;
      boolean character = CHARACTERS.contains(String.valueOf(argv[i]));
      if (character && (last || String.valueOf(argv[i - 1]).startsWith("-"))) {
        continue;
      }
      if (argv[i] instanceof CharSequence text
          && (SIGNS.contains(text.toString()) || last && text.toString().equals("&"))) {
        throw new WordError(
            "'" + text + "' is the shell's, and several words are the argv of one program",
            last && text.toString().equals("&")
                ? "take it away: a unit stays in the foreground"
                : "write shell '… " + text + " …' in one text");
      }
    }
  }
}

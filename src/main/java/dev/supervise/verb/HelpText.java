package dev.supervise.verb;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What is said of one verb: how it is typed, what it does, and its options, a line each. Pure.
public final class HelpText {
  /// Longer ones have their text in the line below.
  private static final int WIDEST = 28;

  private HelpText() {}

  /// `usage: supervise ps [NAME...] [--json | -q]`.
  ///
  /// @param before what is typed before the verb: `supervise `
  public static String usage(String before, Command command) {
    return ("usage: " + before + command.name() + " " + command.usage()).stripTrailing();
  }

  /// @param before what is typed before the verb: `supervise `
  /// @param more options that any verb has where it is typed
  public static List<String> of(String before, Command command, List<Option> more) {
    List<String> lines = new ArrayList<>();
    lines.add("U" + usage(before, command).substring(1));
    String purpose = command.purpose();
    lines.add(purpose.substring(0, 1).toUpperCase(Locale.ROOT) + purpose.substring(1) + ".");
    lines.addAll(command.details());
    if (!command.aliases().isEmpty()) {
      lines.add("Also: " + String.join(", ", command.aliases()));
    }
    List<Option> all = new ArrayList<>(more);
    all.add(Option.HELP);
    int width = all.stream().mapToInt(HelpText::width).max().orElse(0);
    for (Usage usage : command.usages()) {
      width = Math.max(width, usage.options().stream().mapToInt(HelpText::width).max().orElse(0));
    }
    for (Usage usage : command.usages()) {
      if (!usage.word().isEmpty() && !usage.options().isEmpty()) {
        lines.add(command.name() + " " + usage.word() + ":");
      }
      add(lines, usage.options(), width);
    }
    if (command.usages().size() > 1) {
      lines.add("any:");
    }
    add(lines, all, width);
    return lines;
  }

  private static void add(List<String> lines, List<Option> options, int width) {
    for (Option option : options) {
      String head = "  " + head(option);
      String about =
          option.about()
              + (option.needs().isEmpty() ? "" : "; goes with " + option.needs())
              + (option.repeats() ? "; may repeat" : "");
      if (head.length() > width + 2) {
        lines.add(head);
        head = "";
      }
      lines.add(head + " ".repeat(width + 4 - head.length()) + about);
    }
  }

  private static int width(Option option) {
    return Math.min(head(option).length(), WIDEST);
  }

  private static String head(Option option) {
    return (String.join(", ", option.names()) + " " + option.value()).stripTrailing();
  }
}

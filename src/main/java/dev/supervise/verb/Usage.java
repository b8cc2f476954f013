package dev.supervise.verb;

import java.util.List;

/// One way to say a verb: what may stand behind it.
///
/// @param word the first word, which chooses this way of several: `submit`; empty: there is one
/// @param operands `NAME...`, `[SCRIPT]`
public record Usage(String word, String operands, List<Option> options) {
  public static Usage of(String operands, Option... options) {
    return new Usage("", operands, List.of(options));
  }

  static Usage chosen(String word, String operands, Option... options) {
    return new Usage(word, operands, List.of(options));
  }

  /// In one line: `NAME... [-l KEY=VALUE]... [--json | -q]`.
  String text() {
    StringBuilder text = new StringBuilder(word);
    text.append(word.isEmpty() || operands.isEmpty() ? "" : " ").append(operands);
    for (int i = 0; i < options.size(); i++) {
      Option option = options.get(i);
      boolean first = i == 0 || !excludes(option, options.get(i - 1));
      boolean last = i + 1 == options.size() || !excludes(option, options.get(i + 1));
      text.append(first ? text.isEmpty() ? "[" : " [" : " | ").append(option.text());
      text.append(last ? "]" : "").append(option.repeats() ? "..." : "");
    }
    return text.toString();
  }

  private static boolean excludes(Option one, Option other) {
    return one.rival().equals(other.name()) || other.rival().equals(one.name());
  }
}

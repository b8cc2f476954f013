package dev.supervise.verb;

import java.util.ArrayList;
import java.util.List;

/// A word that something is asked for with, and what may stand behind it.
public interface Command {
  /// What is typed: `ps`, `restart`.
  String name();

  /// Other spellings.
  default List<String> aliases() {
    return List.of();
  }

  /// What it does, in a few words.
  String purpose();

  /// What help says besides, a line each.
  default List<String> details() {
    return List.of();
  }

  /// What may follow it; several ways differ in their first word.
  default List<Usage> usages() {
    return List.of(Usage.of(""));
  }

  /// What its words may be besides options, for completion.
  default Operand operand() {
    return Operand.TEXT;
  }

  /// What may follow it, in one line.
  default String usage() {
    StringBuilder text = new StringBuilder();
    for (Usage usage : usages()) {
      text.append(text.isEmpty() ? "" : " | ").append(usage.text());
    }
    return text.toString();
  }

  /// Its options, those of one name once.
  default List<Option> options() {
    List<Option> options = new ArrayList<>();
    for (Usage usage : usages()) {
      for (Option option : usage.options()) {
        if (options.stream().noneMatch(known -> known.name().equals(option.name()))) {
          options.add(option);
        }
      }
    }
    return options;
  }

  /// What stands where a word is expected.
  enum Operand {
    NOTHING,
    UNITS,
    POOLS,
    /// A signal, then a unit.
    SIGNAL,
    /// Anything else; nothing is offered.
    TEXT
  }
}

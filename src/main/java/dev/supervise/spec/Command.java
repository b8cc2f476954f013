package dev.supervise.spec;

import java.util.List;

/// What a process executes.
public sealed interface Command {
  /// One line for people.
  String shown();

  /// A program and its arguments; no shell. A program without slash is looked up in the child's own
  /// PATH at each start, a relative path resolves against the unit's directory.
  record Argv(List<Value> words) implements Command {
    public Argv {
      words = List.copyOf(words);
      if (words.isEmpty() || empty(words.getFirst())) {
        throw new InvalidSpec("command is empty; the first word must name a program");
      }
    }

    @Override
    public String shown() {
      return String.join(" ", words.stream().map(Value::shown).toList());
    }
  }

  /// `/bin/sh -c text`; `arguments` become `$0 $1 …`, so that a value put into shell text stays one
  /// argument whatever it contains.
  record Shell(Value text, List<Value> arguments) implements Command {
    public Shell {
      arguments = List.copyOf(arguments);
      if (empty(text)) {
        throw new InvalidSpec("shell text is empty");
      }
    }

    @Override
    public String shown() {
      return text.shown();
    }
  }

  // Not equals: the first comparison of two records costs 15 ms of generated code at the start.
  private static boolean empty(Value value) {
    return value instanceof Value.Fixed(String text) && text.isEmpty();
  }
}

package dev.supervise.spec;

import java.util.List;

/// What a process executes.
public sealed interface Command {
  /// A program and its arguments; no shell. A program without slash is looked up in the child's own
  /// PATH at each start, a relative path resolves against the unit's directory.
  record Argv(List<Value> words) implements Command {
    public Argv {
      words = List.copyOf(words);
      if (words.isEmpty() || words.getFirst().equals(new Value.Fixed(""))) {
        throw new InvalidSpec("command is empty; the first word must name a program");
      }
    }
  }

  /// `/bin/sh -c text`; `arguments` become `$0 $1 …`, so that a value put into shell text stays one
  /// argument whatever it contains.
  record Shell(Value text, List<Value> arguments) implements Command {
    public Shell {
      arguments = List.copyOf(arguments);
      if (text.equals(new Value.Fixed(""))) {
        throw new InvalidSpec("shell text is empty");
      }
    }
  }
}

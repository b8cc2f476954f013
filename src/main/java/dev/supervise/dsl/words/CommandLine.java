package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Interpolated;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.Command;
import dev.supervise.spec.Value;
import groovy.lang.GString;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What `command` and `shell` mean.
///
/// Several words are an argv as they stand. One string is split as a shell splits it; when its
/// literal text has shell syntax, it goes to `/bin/sh -c` instead. A `${value}` never takes part in
/// either: it is one argument, or a part of one, whatever it contains. What becomes of it under `sh
/// -c` is said by [ShellText].
final class CommandLine {
  private static final Set<String> OF_THE_SHELL =
      Set.of(
          "!",
          "{",
          "}",
          "if",
          "then",
          "else",
          "elif",
          "fi",
          "for",
          "while",
          "until",
          "do",
          "done",
          "case",
          "esac",
          ".",
          ":",
          "cd",
          "eval",
          "exec",
          "export",
          "readonly",
          "set",
          "shift",
          "trap",
          "ulimit",
          "umask",
          "unset",
          "wait");

  /// The literal text has shell syntax.
  private static final class ShellSyntax extends Exception {
    private static final long serialVersionUID = 1L;

    ShellSyntax() {
      super(null, null, false, false);
    }
  }

  private CommandLine() {}

  /// @param words one string, or an argv
  static Command command(Object... words) {
    if (words.length == 1 && words[0] instanceof CharSequence text) {
      Interpolated mixed = mixed(text);
      Object[] parts = mixed == null ? new Object[] {text} : mixed.parts();
      try {
        List<Value> argv = split(parts);
        if (argv.isEmpty()) {
          throw new WordError("command is empty; the first word must name a program");
        }
        return new Command.Argv(argv);
      } catch (ShellSyntax _) {
        return shell("command", parts);
      }
    }
    ShellSigns.refuse(words);
    List<Value> argv = new ArrayList<>();
    for (Object word : words) {
      argv.add(Convert.value("command", word));
    }
    return new Command.Argv(argv);
  }

  static Command shell(Object text) {
    Interpolated mixed = mixed(text);
    return mixed == null || mixed.bare()
        ? new Command.Shell(Convert.value("shell", text), List.of())
        : shell("shell", mixed.parts());
  }

  private static @Nullable Interpolated mixed(Object text) {
    return switch (text) {
      case Interpolated mixed -> mixed;
      case GString string -> Convert.interpolated(string);
      default -> null;
    };
  }

  // ---- splitting

  private static List<Value> split(Object[] parts) throws ShellSyntax {
    Splitter splitter = new Splitter();
    for (int i = 0; i < parts.length; i++) {
      if (i % 2 == 0) {
        splitter.literal(parts[i].toString());
      } else {
        splitter.value(parts[i]);
      }
    }
    return splitter.end();
  }

  private static final class Splitter {
    private final List<Value> words = new ArrayList<>();
    private final List<Object> word = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private boolean inWord;
    private boolean plain = true;
    private char quote;
    private boolean newline;

    void literal(String literal) throws ShellSyntax {
      for (int i = 0; i < literal.length(); i++) {
        char c = literal.charAt(i);
        if (quote == '\'') {
          single(c);
        } else if (c == '\\' && i + 1 < literal.length()) {
          i++;
          escaped(literal.charAt(i));
        } else if (quote == '"') {
          inDouble(c);
        } else {
          unquoted(c);
        }
      }
    }

    private void single(char c) {
      if (c == '\'') {
        quote = 0;
      } else {
        text.append(c);
      }
    }

    private void escaped(char c) throws ShellSyntax {
      if (c == '\n') {
        return;
      }
      if (quote == '"' && "$`\"\\".indexOf(c) < 0) {
        text.append('\\');
      }
      begin();
      plain = false;
      text.append(c);
    }

    private void inDouble(char c) throws ShellSyntax {
      switch (c) {
        case '"' -> quote = 0;
        case '$', '`' -> throw new ShellSyntax();
        default -> text.append(c);
      }
    }

    private void unquoted(char c) throws ShellSyntax {
      switch (c) {
        case ' ', '\t', '\r' -> endWord();
        case '\n' -> {
          endWord();
          newline = !words.isEmpty();
        }
        case '\'', '"' -> {
          begin();
          plain = false;
          quote = c;
        }
        case '|', '&', ';', '<', '>', '(', ')', '$', '`', '*', '?', '[' -> throw new ShellSyntax();
        case '#', '~' -> {
          if (!inWord) {
            throw new ShellSyntax();
          }
          text.append(c);
        }
        case '=' -> {
          // NAME=value in front of a command sets a variable for it.
          if (words.isEmpty()
              && plain
              && word.isEmpty()
              && text.toString().matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new ShellSyntax();
          }
          begin();
          text.append(c);
        }
        default -> {
          begin();
          text.append(c);
        }
      }
    }

    void value(Object value) throws ShellSyntax {
      begin();
      plain = false;
      if (!text.isEmpty()) {
        word.add(text.toString());
        text.setLength(0);
      }
      word.add(value);
    }

    private void begin() throws ShellSyntax {
      if (newline) {
        throw new ShellSyntax();
      }
      inWord = true;
    }

    private void endWord() throws ShellSyntax {
      if (!inWord) {
        return;
      }
      if (plain && words.isEmpty() && OF_THE_SHELL.contains(text.toString())) {
        throw new ShellSyntax();
      }
      if (!text.isEmpty()) {
        word.add(text.toString());
      }
      words.add(DeferredText.join("command", List.copyOf(word)));
      word.clear();
      text.setLength(0);
      inWord = false;
      plain = true;
    }

    List<Value> end() throws ShellSyntax {
      if (quote != 0) {
        throw new WordError("command has a quote " + quote + " that is not closed");
      }
      endWord();
      return words;
    }
  }

  // ---- sh -c

  private static Command shell(String said, Object[] parts) {
    ShellText text = new ShellText(said);
    for (int i = 0; i < parts.length; i++) {
      if (i % 2 == 0) {
        text.literal(parts[i].toString());
      } else {
        text.value(parts[i], i + 1 < parts.length ? parts[i + 1].toString() : "");
      }
    }
    return text.command();
  }
}

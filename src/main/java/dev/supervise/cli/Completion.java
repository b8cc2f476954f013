package dev.supervise.cli;

import dev.supervise.spec.Signals;
import dev.supervise.verb.Command;
import dev.supervise.verb.Option;
import dev.supervise.verb.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Completion scripts for shells, made from the verbs themselves. Names of units are asked of the
/// running instance (`ps -q`) when the user presses the key. Pure.
final class Completion {
  private Completion() {}

  /// A verb under one of its names, with all the options it takes on a command line.
  private record Entry(String name, Command command, List<Option> options) {
    static List<Entry> of(List<Command> commands) {
      List<Entry> entries = new ArrayList<>();
      for (Command command : commands) {
        List<Option> options = new ArrayList<>(command.options());
        if (command instanceof Verb) {
          options.addAll(ClientOptions.ALL);
        }
        entries.add(new Entry(command.name(), command, options));
        command.aliases().forEach(alias -> entries.add(new Entry(alias, command, options)));
      }
      return entries;
    }

    /// All spellings of its options.
    String spellings() {
      return options.stream()
          .flatMap(option -> option.names().stream())
          .collect(Collectors.joining(" "));
    }
  }

  private static String names(List<Entry> entries, Predicate<Entry> which) {
    return entries.stream().filter(which).map(Entry::name).collect(Collectors.joining(" "));
  }

  /// All spellings of the options that are followed by such a value: `-s|--script`.
  private static String before(List<Entry> entries, String value) {
    return entries.stream()
        .flatMap(entry -> entry.options().stream())
        .filter(option -> option.value().equals(value))
        .flatMap(option -> option.names().stream())
        .distinct()
        .collect(Collectors.joining("|"));
  }

  /// The words that may stand behind options which allow only some: `ready|done|down`.
  private static List<String> choices(List<Entry> entries) {
    return entries.stream()
        .flatMap(entry -> entry.options().stream())
        .filter(option -> !option.choices().isEmpty())
        .map(Option::value)
        .distinct()
        .toList();
  }

  /// The verbs that take units, as a pattern: `ps|start|…`.
  private static String units(List<Entry> entries) {
    return names(
            entries,
            entry ->
                switch (entry.command().operand()) {
                  case UNITS, POOLS, SIGNAL -> true;
                  case NOTHING, TEXT -> false;
                })
        .replace(' ', '|');
  }

  static String bash(List<Command> commands) {
    List<Entry> entries = Entry.of(commands);
    StringBuilder text =
        new StringBuilder(
            "# supervise completion for bash. Use: source <(supervise completion bash)\n");
    text.append("_supervise() {\n");
    text.append(
        "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}"
            + " verb=${COMP_WORDS[1]}\n");
    text.append("  local i script=() options= names= operands=0\n");
    text.append("  COMPREPLY=()\n");
    text.append("  if [ \"$COMP_CWORD\" -eq 1 ]; then\n");
    text.append("    COMPREPLY=($(compgen -W '").append(names(entries, _ -> true));
    text.append("' -- \"$cur\") $(compgen -f -X '!*.groovy' -- \"$cur\"))\n    return\n  fi\n");
    text.append("  case $prev in\n");
    text.append("    ").append(before(entries, "SCRIPT"));
    text.append(") COMPREPLY=($(compgen -f -X '!*.groovy' -- \"$cur\")); return ;;\n");
    text.append("    ").append(before(entries, "DIR"));
    text.append(") COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n");
    for (String words : choices(entries)) {
      text.append("    ").append(before(entries, words)).append(") COMPREPLY=($(compgen -W '");
      text.append(words.replace('|', ' ')).append("' -- \"$cur\")); return ;;\n");
    }
    text.append("  esac\n");
    text.append("  for ((i = 2; i < COMP_CWORD; i++)); do\n");
    text.append(
        "    case ${COMP_WORDS[i]} in -s|--script|--state-dir) script+=(\"${COMP_WORDS[i]}\""
            + " \"${COMP_WORDS[i+1]}\"); ((i++)) ;; -*) ;; *) ((operands++)) ;; esac\n");
    text.append("  done\n");
    text.append("  case $verb in\n");
    for (Entry entry : entries) {
      text.append("    ").append(entry.name()).append(") options='");
      text.append(entry.spellings()).append("' ;;\n");
    }
    text.append("  esac\n");
    text.append(
        "  case $cur in -*) COMPREPLY=($(compgen -W \"$options\" -- \"$cur\")); return ;; esac\n");
    text.append("  case $verb in\n");
    text.append(
        "    run|check|up|init) COMPREPLY=($(compgen -f -X '!*.groovy' -- \"$cur\")); return ;;\n");
    text.append(
        "    completion) COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$cur\")); return ;;\n");
    text.append("    signal) if [ \"$operands\" -eq 0 ]; then COMPREPLY=($(compgen -W '");
    text.append(String.join(" ", Signals.names())).append("' -- \"$cur\")); return; fi ;;\n");
    text.append("  esac\n");
    text.append("  case $verb in ").append(units(entries)).append(")\n");
    text.append("    names=$(supervise ps -q \"${script[@]}\" 2>/dev/null)\n");
    text.append("    COMPREPLY=($(compgen -W \"$names\" -- \"$cur\")) ;;\n  esac\n");
    text.append("}\ncomplete -F _supervise supervise\n");
    return text.toString();
  }

  static String zsh(List<Command> commands) {
    List<Entry> entries = Entry.of(commands);
    StringBuilder text =
        new StringBuilder(
            "#compdef supervise\n"
                + "# supervise completion for zsh. Use: source <(supervise completion zsh)\n");
    text.append("_supervise() {\n  local -a verbs options script\n  verbs=(\n");
    for (Entry entry : entries) {
      text.append("    '")
          .append(entry.name())
          .append(':')
          .append(plain(entry.command().purpose()))
          .append("'\n");
    }
    text.append("  )\n");
    text.append(
        "  if (( CURRENT == 2 )); then _describe verb verbs; _files -g '*.groovy'; return; fi\n");
    text.append("  local verb=${words[2]} at=${words[(i)-s]}\n");
    text.append("  (( at < CURRENT )) && script=(-s ${words[at+1]})\n");
    text.append(
        "  at=${words[(i)--state-dir]}; (( at < CURRENT )) && script+=(--state-dir"
            + " ${words[at+1]})\n");
    text.append("  case ${words[CURRENT-1]} in\n");
    text.append("    ").append(before(entries, "SCRIPT"));
    text.append(") _files -g '*.groovy'; return ;;\n");
    text.append("    ").append(before(entries, "DIR")).append(") _files -/; return ;;\n");
    for (String words : choices(entries)) {
      text.append("    ").append(before(entries, words)).append(") compadd ");
      text.append(words.replace('|', ' ')).append("; return ;;\n");
    }
    text.append("  esac\n");
    text.append("  case $verb in\n");
    for (Entry entry : entries) {
      text.append("    ").append(entry.name()).append(") options=(");
      text.append(entry.spellings()).append(") ;;\n");
    }
    text.append("  esac\n");
    text.append("  if [[ $PREFIX == -* ]]; then compadd -- $options; return; fi\n");
    text.append("  case $verb in\n");
    text.append("    run|check|up|init) _files -g '*.groovy'; return ;;\n");
    text.append("    completion) compadd bash zsh fish; return ;;\n");
    text.append("    signal) if (( CURRENT == 3 )); then compadd ");
    text.append(String.join(" ", Signals.names())).append("; return; fi ;;\n  esac\n");
    text.append("  case $verb in ").append(units(entries)).append(")\n");
    text.append("    compadd -- ${(f)\"$(supervise ps -q $script 2>/dev/null)\"} ;;\n  esac\n");
    text.append("}\n(( $+functions[compdef] )) && compdef _supervise supervise\n");
    return text.toString();
  }

  static String fish(List<Command> commands) {
    List<Entry> entries = Entry.of(commands);
    StringBuilder text =
        new StringBuilder(
            "# supervise completion for fish. Use: supervise completion fish | source\n");
    text.append("function __supervise_units\n  set -l words (commandline -opc)\n  set -l script\n");
    text.append(
        "  set -l at (contains -i -- -s $words); and set script -s $words[(math $at + 1)]\n");
    text.append(
        "  set at (contains -i -- --state-dir $words); and set -a script --state-dir"
            + " $words[(math $at + 1)]\n");
    text.append("  supervise ps -q $script 2>/dev/null\nend\n");
    text.append("complete -c supervise -f\n");
    text.append(
        "complete -c supervise -n __fish_use_subcommand -a '(__fish_complete_suffix .groovy)'\n");
    for (Entry entry : entries) {
      text.append("complete -c supervise -n __fish_use_subcommand -a ").append(entry.name());
      text.append(" -d '").append(plain(entry.command().purpose())).append("'\n");
      String seen = " -n '__fish_seen_subcommand_from " + entry.name() + "'";
      for (Option option : entry.options()) {
        text.append("complete -c supervise").append(seen);
        for (String name : option.names()) {
          text.append(
              name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        text.append(" -d '").append(plain(option.about())).append('\'');
        text.append(option.value().isEmpty() ? "" : " -r").append(fishValue(option)).append('\n');
      }
      switch (entry.command().operand()) {
        case UNITS, POOLS ->
            text.append("complete -c supervise").append(seen).append(" -a '(__supervise_units)'\n");
        case SIGNAL ->
            text.append("complete -c supervise")
                .append(seen)
                .append(" -a '")
                .append(String.join(" ", Signals.names()))
                .append(" (__supervise_units)'\n");
        case NOTHING, TEXT -> {}
      }
    }
    text.append(
        "complete -c supervise -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'\n");
    text.append(
        "complete -c supervise -n '__fish_seen_subcommand_from run check up init' -a"
            + " '(__fish_complete_suffix .groovy)'\n");
    return text.toString();
  }

  private static String fishValue(Option option) {
    return switch (option.value()) {
      case "SCRIPT" -> " -a '(__fish_complete_suffix .groovy)'";
      case "DIR" -> " -a '(__fish_complete_directories)'";
      default ->
          option.choices().isEmpty() ? "" : " -a '" + String.join(" ", option.choices()) + "'";
    };
  }

  private static String plain(String text) {
    return text.replace("'", "").replace(":", "");
  }
}

package dev.supervise.cli;

import dev.supervise.cli.run.StateDirectory;
import dev.supervise.spec.Signals;
import dev.supervise.verb.Verb;
import java.util.List;
import java.util.function.Predicate;

/// Completion scripts for shells, made from the verbs themselves. Names of units are asked of the
/// running instance (`ps -q`) when the user presses the key. Pure.
final class Completion {
  private Completion() {}

  private static String names(List<Command> commands, Predicate<Command> which) {
    return String.join(" ", commands.stream().filter(which).map(Command::name).toList());
  }

  /// The verbs that take units, as a pattern: `ps|start|…`.
  private static String units(List<Command> commands) {
    return names(
            commands,
            entry ->
                entry.operand() == Verb.Operand.UNITS
                    || entry.operand() == Verb.Operand.POOLS
                    || entry.operand() == Verb.Operand.SIGNAL)
        .replace(' ', '|');
  }

  static String bash(List<Command> commands) {
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
    text.append("    COMPREPLY=($(compgen -W '").append(names(commands, _ -> true));
    text.append("' -- \"$cur\") $(compgen -f -X '!*.groovy' -- \"$cur\"))\n    return\n  fi\n");
    text.append(
        "  if [ \"$prev\" = -s ]; then COMPREPLY=($(compgen -f -X '!*.groovy' -- \"$cur\"));"
            + " return; fi\n");
    text.append(
        "  if [ \"$prev\" = --state-dir ]; then COMPREPLY=($(compgen -d -- \"$cur\")); return;"
            + " fi\n");
    text.append(
        "  if [ \"$prev\" = --color ]; then COMPREPLY=($(compgen -W 'auto always never' --"
            + " \"$cur\")); return; fi\n");
    text.append("  for ((i = 2; i < COMP_CWORD; i++)); do\n");
    text.append(
        "    case ${COMP_WORDS[i]} in -s|--state-dir) script+=(\"${COMP_WORDS[i]}\""
            + " \"${COMP_WORDS[i+1]}\"); ((i++)) ;; -*) ;; *) ((operands++)) ;; esac\n");
    text.append("  done\n");
    text.append("  case $verb in\n");
    for (Command entry : commands) {
      text.append("    ").append(entry.name()).append(") options='");
      text.append(String.join(" ", entry.options())).append("' ;;\n");
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
    text.append("  case $verb in ").append(units(commands)).append(")\n");
    text.append("    names=$(supervise ps -q \"${script[@]}\" 2>/dev/null)\n");
    text.append("    COMPREPLY=($(compgen -W \"$names\" -- \"$cur\")) ;;\n  esac\n");
    text.append("}\ncomplete -F _supervise supervise\n");
    return text.toString();
  }

  static String zsh(List<Command> commands) {
    StringBuilder text =
        new StringBuilder(
            "#compdef supervise\n"
                + "# supervise completion for zsh. Use: source <(supervise completion zsh)\n");
    text.append("_supervise() {\n  local -a verbs options script\n  verbs=(\n");
    for (Command entry : commands) {
      text.append("    '")
          .append(entry.name())
          .append(':')
          .append(plain(entry.purpose()))
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
    text.append("  if [[ ${words[CURRENT-1]} == -s ]]; then _files -g '*.groovy'; return; fi\n");
    text.append("  if [[ ${words[CURRENT-1]} == --state-dir ]]; then _files -/; return; fi\n");
    text.append("  case $verb in\n");
    for (Command entry : commands) {
      text.append("    ").append(entry.name()).append(") options=(");
      text.append(String.join(" ", entry.options())).append(") ;;\n");
    }
    text.append("  esac\n");
    text.append("  if [[ $PREFIX == -* ]]; then compadd -- $options; return; fi\n");
    text.append("  case $verb in\n");
    text.append("    run|check|up|init) _files -g '*.groovy'; return ;;\n");
    text.append("    completion) compadd bash zsh fish; return ;;\n");
    text.append("    signal) if (( CURRENT == 3 )); then compadd ");
    text.append(String.join(" ", Signals.names())).append("; return; fi ;;\n  esac\n");
    text.append("  case $verb in ").append(units(commands)).append(")\n");
    text.append("    compadd -- ${(f)\"$(supervise ps -q $script 2>/dev/null)\"} ;;\n  esac\n");
    text.append("}\n(( $+functions[compdef] )) && compdef _supervise supervise\n");
    return text.toString();
  }

  static String fish(List<Command> commands) {
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
    for (Command entry : commands) {
      text.append("complete -c supervise -n __fish_use_subcommand -a ").append(entry.name());
      text.append(" -d '").append(plain(entry.purpose())).append("'\n");
      String seen = " -n '__fish_seen_subcommand_from " + entry.name() + "'";
      for (String option : entry.options()) {
        String form =
            option.startsWith("--") ? " -l " + option.substring(2) : " -s " + option.substring(1);
        String value =
            switch (option) {
              case "-s" -> " -r -a '(__fish_complete_suffix .groovy)'";
              case StateDirectory.OPTION -> " -r -a '(__fish_complete_directories)'";
              default -> "";
            };
        text.append("complete -c supervise").append(seen).append(form).append(value).append('\n');
      }
      switch (entry.operand()) {
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

  private static String plain(String text) {
    return text.replace("'", "").replace(":", "");
  }
}

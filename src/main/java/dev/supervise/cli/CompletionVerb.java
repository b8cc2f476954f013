package dev.supervise.cli;

import dev.supervise.run.ExitCodes;
import dev.supervise.verb.Options;
import dev.supervise.verb.Usage;
import java.util.List;

/// `completion bash|zsh|fish`: what the shell sources to complete verbs, options and live names.
final class CompletionVerb implements LocalVerb {
  @Override
  public String name() {
    return "completion";
  }

  @Override
  public String purpose() {
    return "print what makes the shell complete verbs, options and names of running units";
  }

  @Override
  public List<Usage> usages() {
    return List.of(Usage.of("bash|zsh|fish"));
  }

  @Override
  public int call(Options options, CliContext here) {
    String shell = options.words(1, 1, usage()).getFirst();
    here.out()
        .print(
            switch (shell) {
              case "bash" -> Completion.bash(here.commands().get());
              case "zsh" -> Completion.zsh(here.commands().get());
              case "fish" -> Completion.fish(here.commands().get());
              default -> throw new Options.Wrong("'" + shell + "' is not one of bash, zsh, fish");
            });
    here.out().flush();
    return ExitCodes.FINE;
  }
}

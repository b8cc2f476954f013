package dev.supervise.cli;

import dev.supervise.run.ExitCodes;
import dev.supervise.verb.Verbs;
import java.util.Arrays;
import java.util.List;

/// What bin/aot runs while the JVM takes notes for clients: the usual verbs one after the other,
/// against the instance of `client.groovy` in the working directory. Ends with 1 when nobody
/// answered; a single verb that fails is told, and only known less well.
final class ClientTraining {
  private static final List<String> LINES =
      List.of(
          "ps",
          "ps --json",
          "ps -q -l tier=web",
          "tree",
          "env",
          "why web",
          "events -n 5",
          "show web --effective",
          "logs web -n 5",
          "top",
          "wait --timeout 10s",
          "stop web",
          "start web",
          "restart web",
          "signal CONT web",
          "scale workers 2",
          "add workers",
          "remove workers",
          "down");

  private ClientTraining() {}

  public static void main(String[] arguments) {
    boolean answered = false;
    for (String line : LINES) {
      List<String> words = Arrays.asList((line + " -s client.groovy").split(" "));
      int code =
          Main.client(Verbs.named(words.getFirst()).orElseThrow(), words.subList(1, words.size()));
      if (code != ExitCodes.FINE) {
        System.err.println("training: '" + line + "' ended with " + code);
      }
      answered |= code == ExitCodes.FINE;
    }
    System.exit(answered ? ExitCodes.FINE : ExitCodes.FAILED);
  }
}

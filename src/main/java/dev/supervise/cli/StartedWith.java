package dev.supervise.cli;

import dev.supervise.cli.run.Background;
import dev.supervise.verb.Options;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The parameters that a running instance was started with, as its command line says.
final class StartedWith {
  private StartedWith() {}

  /// @param pid of an instance that runs
  /// @return empty where its command line cannot be read, or is none of ours
  static Optional<Map<String, String>> params(long pid) {
    try {
      String line =
          Files.readString(
              Path.of("/proc", String.valueOf(pid), "cmdline"), StandardCharsets.UTF_8);
      List<String> words = Arrays.asList(line.split("\0", -1));
      int main = words.indexOf(Background.MAIN);
      return main < 0 ? Optional.empty() : params(words.subList(main + 1, words.size() - 1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Map<String, String>> params(List<String> words) {
    return Arguments.parse("", ClientOptions.verbFirst(words))
                instanceof Invocation.Local(LocalVerb verb, List<String> rest)
            && (verb instanceof RunCommand || verb instanceof UpVerb)
        ? Optional.of(ClientOptions.params(Options.of(verb, rest)))
        : Optional.empty();
  }
}

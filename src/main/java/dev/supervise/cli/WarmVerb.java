package dev.supervise.cli;

import dev.supervise.cli.run.CliError;
import dev.supervise.run.ExitCodes;
import dev.supervise.verb.Options;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `warm`: makes the cache that quick starts come from, for the JDK in use. Needed after the JDK
/// has changed; until then starts only take longer.
final class WarmVerb implements LocalVerb {
  @Override
  public String name() {
    return "warm";
  }

  @Override
  public String purpose() {
    return "make quick starts quick again after a change of JDK";
  }

  @Override
  public int call(Options options, CliContext here) {
    options.words(0, 0, "nothing");
    Path maker = home().resolve("bin/aot");
    if (!Files.isExecutable(maker)) {
      throw new CliError(
          ExitCodes.FAILED, "there is no " + maker + "; this is not an installation of supervise");
    }
    try {
      int code = new ProcessBuilder(maker.toString()).inheritIO().start().waitFor();
      here.out().println(code == 0 ? "starts are warm" : "the cache was not made");
      return code == 0 ? ExitCodes.FINE : ExitCodes.FAILED;
    } catch (IOException e) {
      throw new CliError(ExitCodes.FAILED, maker + " cannot be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.FAILED;
    }
  }

  /// The installation the running jar is part of: `HOME/target/supervise/lib/supervise.jar`.
  private static Path home() {
    String first = System.getProperty("java.class.path", "").split(File.pathSeparator)[0];
    Path home = Path.of(first).toAbsolutePath().normalize();
    for (int up = 0; up < 4 && home.getParent() != null; up++) {
      home = home.getParent();
    }
    return home;
  }
}

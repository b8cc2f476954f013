package dev.supervise.cli;

import dev.supervise.cli.run.CliError;
import dev.supervise.cli.run.InstanceLocator;
import dev.supervise.cli.run.StateDirectory;
import dev.supervise.run.ExitCodes;
import dev.supervise.verb.Options;
import dev.supervise.verb.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// `init`: a starter script. Overwrites nothing.
final class InitVerb implements LocalVerb {
  @Override
  public String name() {
    return "init";
  }

  @Override
  public String purpose() {
    return "write a starter script, app.groovy; overwrites nothing";
  }

  @Override
  public List<Usage> usages() {
    return List.of(Usage.of("[FILE]"));
  }

  @Override
  public int call(Options options, CliContext here) {
    List<String> given = options.words(0, 1, "at most one file name");
    String name = given.isEmpty() ? InstanceLocator.DEFAULT : given.getFirst();
    try (InputStream starter = InitVerb.class.getResourceAsStream("starter.groovy")) {
      if (starter == null) {
        throw new CliError(ExitCodes.FAILED, "this supervise was packaged without its starter");
      }
      Files.write(Path.of(name), starter.readAllBytes(), StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new CliError(ExitCodes.FAILED, name + " exists already; nothing was written");
    } catch (IOException e) {
      throw new CliError(
          ExitCodes.FAILED, name + " cannot be written: " + StateDirectory.reason(e));
    }
    here.out().println(name + " is written. Try: supervise check " + name + "; supervise " + name);
    return ExitCodes.FINE;
  }
}

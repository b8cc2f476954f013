package dev.supervise.cli;

import dev.supervise.dsl.LoadOptions;
import dev.supervise.dsl.Mistake;
import dev.supervise.dsl.ScriptLoader;
import dev.supervise.dsl.ScriptMistakes;
import dev.supervise.spec.App;
import dev.supervise.spec.Secrets;
import dev.supervise.worker.ProcessWorker;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;

/// `supervise check app.groovy`: loads and validates, starts nothing, creates nothing, binds
/// nothing.
final class CheckVerb {
  private final Invocation.Check check;
  private final PrintStream out;
  private final PrintStream err;

  CheckVerb(Invocation.Check check, PrintStream out, PrintStream err) {
    this.check = check;
    this.out = out;
    this.err = err;
  }

  /// @return the exit code
  int call() {
    LoadOptions options =
        new LoadOptions(
            check.params(),
            LoadOptions.DEFAULT.ports(),
            check.stacktrace(),
            LoadOptions.DEFAULT.limit(),
            Optional.empty());
    try {
      plan(ScriptLoader.load(Path.of(check.script()), check.script(), options), options.secrets());
      return ExitCodes.FINE;
    } catch (ScriptMistakes e) {
      wrong(e);
      return ExitCodes.WRONG;
    }
  }

  private void plan(App app, Secrets secrets) {
    ProcessWorker.Mode mode = ProcessWorker.expectedMode();
    switch (check.form()) {
      case TEXT -> out.print(PlanText.of(app, mode, secrets));
      case JSON -> out.println(CheckJson.of(app, mode, secrets));
      case GITHUB -> {}
    }
    out.flush();
  }

  private void wrong(ScriptMistakes e) {
    switch (check.form()) {
      case TEXT -> err.println(e.getMessage());
      case JSON -> out.println(CheckJson.of(check.script(), e.mistakes()));
      case GITHUB -> {
        for (Mistake mistake : e.mistakes()) {
          out.println(Annotations.of(mistake));
        }
      }
    }
    out.flush();
  }
}

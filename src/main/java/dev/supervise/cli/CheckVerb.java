package dev.supervise.cli;

import dev.supervise.dsl.LoadOptions;
import dev.supervise.dsl.Mistake;
import dev.supervise.dsl.ScriptLoader;
import dev.supervise.dsl.ScriptMistakes;
import dev.supervise.spec.App;
import dev.supervise.spec.FileNames;
import dev.supervise.worker.ProcessWorker;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// `supervise check app.groovy`: loads and validates, starts nothing, creates nothing, binds
/// nothing.
final class CheckVerb {
  private final Invocation.Check check;
  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  CheckVerb(
      Invocation.Check check, Map<String, String> environment, PrintStream out, PrintStream err) {
    this.check = check;
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  /// @return the exit code
  int call() {
    try {
      plan(
          ScriptLoader.load(
              Path.of(check.script()),
              check.script(),
              new LoadOptions(
                  check.params(),
                  LoadOptions.DEFAULT.ports(),
                  check.stacktrace(),
                  LoadOptions.DEFAULT.limit(),
                  Optional.empty())));
      return ExitCodes.FINE;
    } catch (ScriptMistakes e) {
      wrong(e);
      return ExitCodes.WRONG;
    }
  }

  private void plan(App app) {
    ProcessWorker.Mode mode = ProcessWorker.expectedMode();
    Path state =
        FileNames.shown(StateDirectory.places(Path.of(check.script()), environment).getFirst());
    switch (check.form()) {
      case TEXT -> out.print(PlanText.of(app, mode, state));
      case JSON -> out.println(CheckJson.of(app, mode, state));
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

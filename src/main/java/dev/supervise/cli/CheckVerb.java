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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
    List<Mistake> warnings = Collections.synchronizedList(new ArrayList<>());
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
                  Optional.empty(),
                  warnings::add)),
          warnings);
      return ExitCodes.FINE;
    } catch (ScriptMistakes e) {
      wrong(e, warnings);
      return ExitCodes.WRONG;
    }
  }

  private void plan(App app, List<Mistake> warnings) {
    ProcessWorker.Mode mode = ProcessWorker.expectedMode();
    Path state =
        FileNames.shown(StateDirectory.places(Path.of(check.script()), environment).getFirst());
    switch (check.form()) {
      case TEXT -> out.print(PlanText.of(app, mode, state));
      case JSON -> out.println(CheckJson.of(app, mode, state, warnings));
      case GITHUB -> {}
    }
    out.flush();
    warn(warnings);
  }

  /// What works and is hardly meant; no mistake, and nothing for the exit code.
  private void warn(List<Mistake> warnings) {
    switch (check.form()) {
      case TEXT -> warnings.forEach(each -> err.println(each.asWarning()));
      case JSON -> {}
      case GITHUB -> warnings.forEach(each -> out.println(Annotations.warning(each)));
    }
    out.flush();
  }

  private void wrong(ScriptMistakes e, List<Mistake> warnings) {
    switch (check.form()) {
      case TEXT -> err.println(e.getMessage());
      case JSON -> out.println(CheckJson.of(check.script(), e.mistakes(), warnings));
      case GITHUB -> {
        for (Mistake mistake : e.mistakes()) {
          out.println(Annotations.of(mistake));
        }
      }
    }
    out.flush();
    warn(warnings);
  }
}

package dev.supervise.cli;

import dev.supervise.cli.run.MistakeLines;
import dev.supervise.cli.run.StateDirectory;
import dev.supervise.dsl.load.ScriptLoader;
import dev.supervise.dsl.mistake.Mistake;
import dev.supervise.dsl.mistake.ScriptMistakes;
import dev.supervise.dsl.words.LoadOptions;
import dev.supervise.run.ExitCodes;
import dev.supervise.spec.App;
import dev.supervise.spec.FileNames;
import dev.supervise.spec.Origin;
import dev.supervise.text.Printable;
import dev.supervise.text.Secrets;
import dev.supervise.worker.process.ProcessWorker;
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
  private final CheckOptions check;
  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  CheckVerb(CheckOptions check, Map<String, String> environment, PrintStream out, PrintStream err) {
    this.check = check;
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  /// @return the exit code
  int call() {
    Optional<String> missing = MissingScript.sentence(check.script());
    if (missing.isPresent()) {
      return absent(missing.get());
    }
    List<Mistake> warnings = Collections.synchronizedList(new ArrayList<>());
    LoadOptions options =
        new LoadOptions(
            check.params(),
            LoadOptions.DEFAULT.ports(),
            check.stacktrace(),
            LoadOptions.DEFAULT.limit(),
            Optional.empty(),
            new Secrets(),
            warnings::add);
    try {
      plan(
          ScriptLoader.load(Path.of(check.script()), check.script(), options),
          options.secrets(),
          warnings);
      return ExitCodes.FINE;
    } catch (ScriptMistakes e) {
      wrong(e, warnings);
      return ExitCodes.WRONG;
    }
  }

  private void plan(App app, Secrets secrets, List<Mistake> warnings) {
    ProcessWorker.Mode mode = ProcessWorker.expectedMode();
    Path state =
        FileNames.shown(StateDirectory.places(Path.of(check.script()), environment).getFirst());
    switch (check.form()) {
      case TEXT -> out.print(Printable.text(PlanText.of(app, mode, secrets, state)));
      case JSON -> out.println(CheckJson.of(app, mode, secrets, state, warnings));
      case GITHUB -> {}
    }
    out.flush();
    warn(warnings);
  }

  /// What works and is hardly meant; no mistake, and nothing for the exit code.
  private void warn(List<Mistake> warnings) {
    switch (check.form()) {
      case TEXT -> warnings.forEach(each -> err.println(Printable.text(each.asWarning())));
      case JSON -> {}
      case GITHUB -> warnings.forEach(each -> out.println(GithubAnnotations.warning(each)));
    }
    out.flush();
  }

  private int absent(String why) {
    Mistake mistake = new Mistake(Origin.NONE, 0, "", "", why, "");
    switch (check.form()) {
      case TEXT -> err.println("supervise: " + Printable.text(why));
      case JSON -> out.println(CheckJson.of(check.script(), List.of(mistake), List.of()));
      case GITHUB -> out.println(GithubAnnotations.of(mistake));
    }
    out.flush();
    return ExitCodes.WRONG;
  }

  private void wrong(ScriptMistakes e, List<Mistake> warnings) {
    switch (check.form()) {
      case TEXT -> MistakeLines.print(e, err);
      case JSON -> {
        out.println(CheckJson.of(check.script(), e.mistakes(), warnings));
        MistakeLines.stacks(e, err);
      }
      case GITHUB -> {
        for (Mistake mistake : e.mistakes()) {
          out.println(GithubAnnotations.of(mistake));
        }
        MistakeLines.stacks(e, err);
      }
    }
    out.flush();
    warn(warnings);
  }
}

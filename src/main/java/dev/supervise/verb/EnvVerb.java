package dev.supervise.verb;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Document;
import dev.supervise.control.protocol.Query;
import dev.supervise.run.ExitCodes;
import java.util.List;
import java.util.Map;

/// `env`: what a program beside the tree needs to reach it. `eval "$(supervise env --export)"`.
final class EnvVerb implements Verb {
  @Override
  public String name() {
    return "env";
  }

  @Override
  public String purpose() {
    return "print the ports and exports, a NAME=VALUE a line";
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.of(
            "",
            Option.flag("as a shell reads it: eval \"$(supervise env --export)\"", "--export"),
            Option.JSON.not("--export")));
  }

  @Override
  public Operand operand() {
    return Operand.NOTHING;
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    options.words(0, 0, "no name");
    Answer answer = QueryCall.ask(connection, new Query.Env());
    if (!(answer instanceof Answer.Environment(Map<String, String> variables))) {
      return QueryCall.refused(answer, out);
    }
    if (options.has("--json")) {
      out.line(Document.of(Map.of("variables", variables)));
    } else {
      boolean export = options.has("--export");
      variables.forEach((name, value) ->
          out.line(export ? "export " + name + "=" + quoted(value) : name + "=" + value));
    }
    return ExitCodes.FINE;
  }

  /// As a shell reads it back.
  private static String quoted(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }
}

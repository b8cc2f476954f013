package dev.supervise.verb;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Query;
import dev.supervise.run.ExitCodes;
import java.util.List;

/// `dump`: what was declared while the tree ran, as the text of a script.
public final class DumpVerb implements Verb {
  @Override
  public String name() {
    return "dump";
  }

  @Override
  public String purpose() {
    return "what was declared live, as script text";
  }

  @Override
  public Operand operand() {
    return Operand.NOTHING;
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    options.words(0, 0, "nothing");
    return switch (QueryCall.ask(connection, new Query.Dump())) {
      case Answer.Texts(List<String> texts) -> {
        out.lines(texts.isEmpty() ? List.of("// the tree is as its script says") : texts);
        yield ExitCodes.FINE;
      }
      case Answer.Refusal refusal -> QueryCall.refused(refusal, out);
      case Answer other -> QueryCall.unexpected(other, out);
    };
  }
}

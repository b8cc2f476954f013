package dev.supervise.verb;

import dev.supervise.control.protocol.Connection;
import dev.supervise.render.OutputFormat;
import dev.supervise.run.ExitCodes;
import java.util.List;

/// One verb against a running instance: the same object serves the command line of a client and the
/// line typed into the REPL. Asks through the connection only, prints through [Out] only.
public interface Verb extends Command {
  @Override
  default Operand operand() {
    return Operand.UNITS;
  }

  /// Whether it can be asked of an instance that does not run: what it has left is read then.
  default boolean readsThePast(Options given) {
    return false;
  }

  /// Carries it out. May wait for as long as it takes; interrupted, it gives up what only waits.
  ///
  /// @param given what followed the name
  /// @return one of [ExitCodes]
  /// @throws Options.Wrong words that are not allowed
  int run(Connection connection, Options given, Out out) throws InterruptedException;

  /// Where a verb prints.
  interface Out {
    /// One line of the answer.
    void line(String text);

    /// One line about what is wrong.
    void problem(String text);

    /// What is waited for, while it is: takes the place of what was said before, where there is a
    /// place for it.
    void waiting(Awaited awaited);

    /// How listings are drawn.
    OutputFormat canvas();

    /// One line that a unit wrote, behind a head of ours. On a terminal its colours stay, and
    /// nothing else of it acts; anywhere else it is as it was written.
    default void output(String head, String line) {
      line(head + line);
    }

    default void lines(List<String> lines) {
      lines.forEach(this::line);
    }
  }
}

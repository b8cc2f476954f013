package dev.supervise.verb;

import dev.supervise.control.protocol.Connection;
import dev.supervise.render.OutputFormat;
import java.util.List;

/// One verb against a running instance: the same object serves the command line of a client and the
/// line typed into the REPL. Asks through the connection only, prints through [Out] only.
public interface Verb {
  /// What is typed: `ps`, `restart`.
  String name();

  /// Other spellings.
  default List<String> aliases() {
    return List.of();
  }

  /// What follows it: `NAME… [-l KEY=VALUE]`.
  String usage();

  /// What it does, in a few words.
  String purpose();

  /// What its words may be besides options, for completion.
  default Operand operand() {
    return Operand.UNITS;
  }

  /// Its options as typed, `-f`, `--grep`, for completion.
  default List<String> options() {
    return List.of();
  }

  /// Whether it can be asked of an instance that does not run: what it has left is read then.
  default boolean readsThePast(List<String> words) {
    return false;
  }

  /// Carries it out. May wait for as long as it takes; interrupted, it gives up what only waits.
  ///
  /// @param words what followed the name
  /// @return the exit code: 0 fine, 1 not done, 2 wrong words, 4 no such unit, 124 not in time
  int run(Connection connection, List<String> words, Out out) throws InterruptedException;

  /// What stands where a word is expected.
  enum Operand {
    NOTHING,
    UNITS,
    POOLS,
    /// A signal, then a unit.
    SIGNAL,
    /// Anything else; nothing is offered.
    TEXT
  }

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

package dev.supervise.dsl.syntax;

import java.util.List;
import java.util.Optional;

/// A script's text with its [Fault]s painted over, so that what else is wrong with it can be told
/// in the same answer. Every place stays where it is. Never run: its strings are not those that
/// were written. Pure.
public final class Mended {
  private Mended() {}

  /// Empty where what was meant cannot be guessed.
  public static Optional<String> of(String text, List<Fault> faults) {
    StringBuilder mended = new StringBuilder(text);
    for (Fault fault : faults) {
      switch (fault) {
        case Fault.Escape(int start, int end, String _) -> fill(mended, start, end, 'x');
        case Fault.Dollar(int start, int end, String _) -> fill(mended, start, end, 'x');
        case Fault.ShellForm(int start, int end) -> fill(mended, start, end, 'x');
        case Fault.Hash(int start, int end) -> fill(mended, start, end, ' ');
        case Fault.CurlyQuote(int start, int end, boolean closed) -> {
          if (!closed || text.substring(start, end).matches(".*[\"$\\\\].*")) {
            return Optional.empty();
          }
          mended.setCharAt(start, '"');
          mended.setCharAt(end - 1, '"');
        }
        case Fault.OpenText _, Fault.OpenValue _, Fault.OpenComment _, Fault.Stray _ -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(mended.toString());
  }

  private static void fill(StringBuilder mended, int start, int end, char with) {
    for (int i = start; i < end; i++) {
      mended.setCharAt(i, with);
    }
  }
}

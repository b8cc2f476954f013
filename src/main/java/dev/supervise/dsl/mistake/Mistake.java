package dev.supervise.dsl.mistake;

import dev.supervise.dsl.value.ClassNames;
import dev.supervise.spec.Origin;
import dev.supervise.text.Printable;
import dev.supervise.text.Secrets;
import java.util.Locale;

/// One mistake of a script, as a user is told it.
///
/// @param origin the file as the user gave it (an include's own path for an include) and the line
/// @param column counted from 1; 0 where only the line is known
/// @param unit the block it stands in, kind and name: `process 'web'`; empty at the top level
/// @param word the word it is about; empty where it is about none
/// @param message what is wrong and what is allowed, without place, unit and hint
/// @param hint what was probably meant, a sentence without brackets (`did you mean 'command'?`); or
///   empty
/// @param more how many equal ones at the same place it stands for besides itself
public record Mistake(
    Origin origin, int column, String unit, String word, String message, String hint, int more) {
  public Mistake {
    unit = Printable.line(ClassNames.generated(unit));
    message = Printable.line(ClassNames.generated(message));
    hint = Printable.line(hint);
  }

  public Mistake(Origin origin, int column, String unit, String word, String message, String hint) {
    this(origin, column, unit, word, message, hint, 0);
  }

  /// Without what the script calls a secret, and no longer than a message may be.
  Mistake masked(Secrets secrets) {
    return new Mistake(
        origin,
        column,
        Printable.bounded(secrets.mask(unit)),
        Printable.bounded(secrets.mask(word)),
        Printable.bounded(secrets.mask(message)),
        Printable.bounded(secrets.mask(hint)),
        more);
  }

  Mistake folded(int others) {
    return others == more ? this : new Mistake(origin, column, unit, word, message, hint, others);
  }

  /// `app.groovy:12: process 'web': unknown word 'comand' (did you mean 'command'?)`.
  @Override
  public String toString() {
    return text("");
  }

  /// The same where it is none, but works and is hardly meant: `app.groovy:3: warning: …`.
  public String asWarning() {
    return text("warning: ");
  }

  private String text(String kind) {
    StringBuilder text = new StringBuilder();
    if (origin.line() > 0 || !origin.file().isEmpty()) {
      text.append(origin).append(": ");
    }
    text.append(kind);
    if (!unit.isEmpty()) {
      text.append(unit).append(": ");
    }
    text.append(message);
    if (!hint.isEmpty()) {
      text.append(" (").append(hint).append(')');
    }
    if (more > 0) {
      text.append(String.format(Locale.ROOT, " and %,d more", more));
    }
    return text.toString();
  }
}

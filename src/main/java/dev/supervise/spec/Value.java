package dev.supervise.spec;

import java.util.concurrent.Callable;

/// A text of a specification: fixed at load, or evaluated anew at each start.
public sealed interface Value {
  /// What listings print of it.
  String shown();

  static Value of(String text) {
    return new Fixed(text);
  }

  record Fixed(String text) implements Value {
    public Fixed {
      if (text.indexOf('\0') >= 0) {
        throw new InvalidSpec("a text contains a NUL character, which no process can receive");
      }
    }

    @Override
    public String shown() {
      return text;
    }
  }

  /// Evaluated at each start, never on the loop, within 5 s; a throw fails that start.
  ///
  /// @param shown what listings print in its place
  record Late(Callable<String> text, String shown) implements Value {}
}

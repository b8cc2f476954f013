package dev.supervise.spec;

import java.util.List;

/// A piece of a script's code that can be compared with another: a reload asks whether it changed.
public interface Code {
  /// Everything that decides what the code does, as far as it can be known: its source, the
  /// script's methods it uses, and the plain values it had captured when the script was loaded.
  String text();

  /// What it captured that is no plain value, so that nobody can say whether it is the same; empty
  /// where [#text] says it all.
  List<String> opaque();

  /// What it captured, or names, that other code may have captured or may name, too. Asked anew
  /// each time: some things show only by having changed that they do.
  default List<Held> held() {
    return List.of();
  }

  /// One thing that code holds.
  ///
  /// @param phrase what it is to whoever wrote the code: `captured 'q' (LinkedBlockingQueue)`
  /// @param thing the object itself; who else holds the same one shares it
  /// @param moves whether it may be another one tomorrow, as far as this code can tell: it is
  ///   written while the tree runs, and not only read
  record Held(String phrase, Object thing, boolean moves) {}
}

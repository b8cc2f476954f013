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
}

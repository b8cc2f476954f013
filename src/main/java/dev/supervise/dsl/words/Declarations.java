package dev.supervise.dsl.words;

import dev.supervise.spec.Origin;
import dev.supervise.spec.Value;

/// What words say to the load they stand in: they read from outside the tree through it, and what
/// they refuse is noted there. The loader's thread only.
public interface Declarations {
  /// Parameters, the supervisor's own environment, secrets and ports.
  Inputs inputs();

  /// The script's directory, absolute.
  String base();

  /// A path that is relative to the script's directory, made absolute; a late one stays as it is.
  Value underBase(Value path);

  /// Runs another file's words in the innermost block.
  ///
  /// @param path relative to the file that `here` stands in
  void include(String path, Origin here);

  /// How many blocks are open, the top level among them.
  int depth();

  /// Code that runs later submits tasks of this type, which may be declared further down.
  ///
  /// @param unit the block it stands in, as messages name it
  void submits(String type, Origin here, String unit);

  /// A whole block that makes no unit.
  void refused(Words block, RuntimeException why);

  /// @param unit the block as messages name it, or empty
  void refused(Origin origin, String unit, String message);
}

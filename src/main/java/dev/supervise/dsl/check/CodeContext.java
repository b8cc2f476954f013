package dev.supervise.dsl.check;

import dev.supervise.dsl.words.Vocabulary.Block;
import dev.supervise.dsl.words.Vocabulary.Entry;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a piece of a script's code stands in.
///
/// @param blocks whose words are in reach; several in helpers that are called from several
/// @param guessing the closure may be a builder's, so an unknown name is no mistake
/// @param unit how messages name the unit around it
record CodeContext(Place place, Set<Block> blocks, boolean guessing, String unit) {

  /// What an assignment to an undeclared name means.
  enum Place {
    /// The script's own statements: a variable of the script.
    SCRIPT,
    /// A script method or a closure in a variable: a word of the caller's block, or as in a script.
    HELPER,
    /// A block of words: a mistake.
    WORDS,
    /// Code that runs later: a mistake.
    CODE
  }

  /// The word of that name, if one is in reach.
  @Nullable Entry word(String name) {
    for (Block block : blocks) {
      Entry entry = block.words().get(name);
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  /// Whether the bare name has a meaning of the language. Code that runs later has none: its API is
  /// its parameter's.
  boolean constant(String name) {
    for (Block block : blocks) {
      if (!block.code() && block.constants().contains(name)) {
        return true;
      }
    }
    return false;
  }

  CodeContext guess() {
    return guessing ? this : new CodeContext(place, blocks, true, unit);
  }
}

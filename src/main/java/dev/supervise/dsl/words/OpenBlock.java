package dev.supervise.dsl.words;

import dev.supervise.spec.Origin;
import dev.supervise.spec.SupervisorSpec;

/// What a load does with the block its words are said in. Not methods of [Words] for others: every
/// public one of those is a word of the language. The loader's thread only.
public final class OpenBlock {
  private OpenBlock() {}

  /// The block as messages call it, `process 'web'`; empty for the top level.
  public static String label(Words block) {
    return block.label();
  }

  /// Where the word that is being said stands.
  public static Origin here(Words block) {
    return block.here();
  }

  /// A mistake was found in it, so that what it lacks may be the mistake's consequence.
  public static void broken(Words block) {
    block.breakBlock();
  }

  /// Its last word was said.
  public static void finish(Words block) {
    block.finish();
  }

  /// What the top level declared.
  public static SupervisorSpec tree(RootWords root) {
    return root.root();
  }
}

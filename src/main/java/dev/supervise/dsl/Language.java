package dev.supervise.dsl;

import dev.supervise.dsl.Vocabulary.Block;
import dev.supervise.spec.Origin;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The whole language, for those who ask about words instead of saying them: the compiler,
/// messages, completion, the parity spec. Never touched by the start of an unchanged script without
/// mistakes.
final class Language {
  /// What a closure that yields a value sees of the language.
  static final class ValueApi {
    static final Set<String> WORDS = Set.of("port");

    private final Inputs inputs;

    ValueApi(Inputs inputs) {
      this.inputs = inputs;
    }

    @Word("The number of a port that freePort declares")
    public int port(String name) {
      return inputs.known(name);
    }
  }

  static final Vocabulary VOCABULARY =
      Vocabulary.of(RootWords.class, ValueApi.class, Constant.all());

  private static final Set<String> WORDS = words();

  private Language() {}

  private static Set<String> words() {
    Set<String> words = new HashSet<>();
    for (Block block : VOCABULARY.blocks()) {
      if (!block.code()) {
        words.addAll(block.words().keySet());
      }
    }
    return words;
  }

  /// A word that the block does not have.
  static Wrong unknownWord(Words block, String name) {
    return wrong(Advice.unknownWord(VOCABULARY, here(block), name));
  }

  /// A bare name that nobody has.
  static Wrong unknownName(Words block, Collection<String> variables, String name) {
    return wrong(Advice.unknownName(here(block), variables, Set.of(), name));
  }

  static Wrong twice(String word, Origin first) {
    return wrong(Advice.twice(word, first));
  }

  static Wrong unknownOption(Words block, String word, String option) {
    Vocabulary.Entry entry = VOCABULARY.block(block.getClass()).orElseThrow().words().get(word);
    return entry == null
        ? new Wrong("unknown option '" + option + ":' of '" + word + "'")
        : wrong(Advice.unknownOption(entry, option));
  }

  /// Whether any block knows the word.
  static boolean isWord(String name) {
    return WORDS.contains(name);
  }

  private static Collection<Block> here(Words block) {
    return VOCABULARY.block(block.getClass()).map(List::of).orElse(List.of());
  }

  private static Wrong wrong(Advice advice) {
    return new Wrong(advice.message(), advice.hint());
  }
}

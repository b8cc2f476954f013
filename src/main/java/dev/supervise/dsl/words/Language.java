package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Constant;
import dev.supervise.dsl.value.Word;
import dev.supervise.dsl.value.WordError;
import dev.supervise.dsl.words.Vocabulary.Block;
import dev.supervise.spec.Origin;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The whole language, for those who ask about words instead of saying them: the compiler,
/// messages, completion, the parity spec. Never touched by the start of an unchanged script without
/// mistakes.
public final class Language {
  /// What a closure that yields a value sees of the language.
  public static final class ValueApi {
    public static final Set<String> WORDS = Set.of("port");

    private final Inputs inputs;

    public ValueApi(Inputs inputs) {
      this.inputs = inputs;
    }

    @Word("The number of a port that freePort declares")
    public int port(String name) {
      return inputs.known(name);
    }
  }

  public static final Vocabulary VOCABULARY =
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
  public static WordError unknownWord(Words block, String name) {
    return wrong(MistakeText.unknownWord(VOCABULARY, here(block), name));
  }

  /// A bare name that nobody has.
  public static WordError unknownName(Words block, Collection<String> variables, String name) {
    return wrong(MistakeText.unknownName(here(block), variables, Set.of(), name));
  }

  static WordError twice(String word, Origin first) {
    return wrong(MistakeText.twice(word, first));
  }

  static WordError unknownOption(Words block, String word, String option) {
    Vocabulary.Entry entry = VOCABULARY.block(block.getClass()).orElseThrow().words().get(word);
    return entry == null
        ? new WordError("unknown option '" + option + ":' of '" + word + "'")
        : wrong(MistakeText.unknownOption(entry, option));
  }

  /// Whether any block knows the word.
  public static boolean isWord(String name) {
    return WORDS.contains(name);
  }

  private static Collection<Block> here(Words block) {
    return VOCABULARY.block(block.getClass()).map(List::of).orElse(List.of());
  }

  private static WordError wrong(MistakeText advice) {
    return new WordError(advice.message(), advice.hint());
  }
}

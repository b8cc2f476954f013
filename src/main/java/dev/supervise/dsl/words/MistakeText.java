package dev.supervise.dsl.words;

import dev.supervise.dsl.value.NearestName;
import dev.supervise.dsl.words.Vocabulary.Block;
import dev.supervise.dsl.words.Vocabulary.Entry;
import dev.supervise.spec.Origin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The sentences about names that do not fit, the same whether the walker or the run meets them, so
/// that the two can be recognised as one mistake. Pure.
///
/// @param message what is wrong, without place and unit
/// @param hint what was probably meant, or empty
public record MistakeText(String message, String hint) {
  private static final Set<String> HOOKS = Set.of("preStart", "postStart", "preStop", "postStop");

  /// A word where no block around it knows it: misspelt, or known in other blocks only.
  public static MistakeText unknownWord(
      Vocabulary vocabulary, Collection<Block> here, String name) {
    Set<String> words = new TreeSet<>();
    boolean code = false;
    for (Block block : here) {
      words.addAll(block.words().keySet());
      code |= block.code();
    }
    Set<String> places = vocabulary.placesOf(name);
    Optional<String> option = option(vocabulary, here, name);
    if (!places.isEmpty()) {
      String known =
          NearestName.elsewhere(name, words)
              .map(ours -> "did you mean '" + ours + "'? '" + name + "' belongs ")
              .orElse("it belongs ");
      return new MistakeText(
          "word '"
              + name
              + "' does not belong "
              + (code ? "in code that runs later" : in(vocabulary, here)),
          option.orElse(known + standing(places)));
    }
    String hint =
        NearestName.of(name, words)
            .map(nearest -> "did you mean '" + nearest + "'?")
            .orElse(
                NearestName.of(name, everyWord(vocabulary))
                    .map(nearest ->
                        "did you mean '"
                            + nearest
                            + "'? it belongs "
                            + standing(vocabulary.placesOf(nearest)))
                    .orElse(""));
    return new MistakeText("unknown word '" + name + "'", hint);
  }

  /// Where the word that opens this block takes an option of that name: `alive every: …`.
  private static Optional<String> option(
      Vocabulary vocabulary, Collection<Block> here, String name) {
    for (Block block : here) {
      for (Block outer : vocabulary.blocks()) {
        for (Entry opener : outer.words().values()) {
          boolean opens =
              opener.forms().stream()
                  .anyMatch(form ->
                      form.options().containsKey(name)
                          && form.takes().delegate().filter(block.delegate()::equals).isPresent());
          if (opens) {
            return Optional.of("write " + opener.name() + " " + name + ": …, { … }");
          }
        }
      }
    }
    return Optional.empty();
  }

  /// A bare name that is no variable, constant, class or API.
  ///
  /// @param constants what could stand there besides variables: the constants of the word it is
  ///   given to; `SIGTERM` among them stands for every signal
  public static MistakeText unknownName(
      Collection<Block> here,
      Collection<String> variables,
      Collection<String> constants,
      String name) {
    Set<String> candidates = new LinkedHashSet<>(variables);
    candidates.addAll(constants);
    if (constants.contains("SIGTERM")) {
      for (Block block : here) {
        for (String constant : block.constants()) {
          if (constant.equals(constant.toUpperCase(Locale.ROOT))) {
            candidates.add(constant);
          }
        }
      }
    }
    return new MistakeText(
        "unknown name '" + name + "'",
        NearestName.of(name, candidates)
            .map(nearest -> "did you mean '" + nearest + "'?")
            .orElse(""));
  }

  public static MistakeText unknownOption(Entry word, String option) {
    if (!word.takesOptions()) {
      return new MistakeText(
          "'" + word.name() + "' takes no named options, so '" + option + ":' means nothing",
          word.opensNamed()
              ? "its words stand in its block: " + word.name() + "('NAME') { " + option + " … }"
              : "");
    }
    return new MistakeText(
        "unknown option '" + option + ":' of '" + word.name() + "'",
        NearestName.of(option, word.options())
            .map(nearest -> "did you mean '" + nearest + ":'?")
            .orElse("it takes " + anyOf(word.options())));
  }

  public static MistakeText twice(String word, Origin first) {
    return new MistakeText(
        "'" + word + "' is given twice in this block, first at " + first, "keep one of the two");
  }

  private static Set<String> everyWord(Vocabulary vocabulary) {
    Set<String> words = new TreeSet<>();
    vocabulary.blocks().forEach(block -> words.addAll(block.words().keySet()));
    return words;
  }

  private static String in(Vocabulary vocabulary, Collection<Block> here) {
    if (here.size() != 1) {
      return "here";
    }
    Block block = here.iterator().next();
    if (block.equals(vocabulary.root())) {
      return "at the top level";
    }
    Set<String> openers = hooksAsOne(vocabulary.openers(block));
    return "in " + (openers.contains(block.title()) ? block.title() : anyOf(openers));
  }

  /// `in process`, `in supervisor or at the top level`.
  private static String standing(Collection<String> places) {
    List<String> each = new ArrayList<>();
    for (String place : hooksAsOne(places)) {
      each.add(place.equals(Vocabulary.TOP_LEVEL) ? "at " + place : "in " + place);
    }
    return anyOf(each);
  }

  /// Four words open the same block; naming them all would hide the others.
  private static Set<String> hooksAsOne(Collection<String> places) {
    Set<String> folded = new TreeSet<>(places);
    if (folded.containsAll(HOOKS)) {
      folded.removeAll(HOOKS);
      folded.add("a hook");
    }
    return folded;
  }

  /// `a`, `a or b`, `a, b or c`.
  public static String anyOf(Collection<String> names) {
    StringBuilder text = new StringBuilder();
    int i = 0;
    for (String name : names) {
      text.append(i == 0 ? "" : i == names.size() - 1 ? " or " : ", ").append(name);
      i++;
    }
    return text.toString();
  }
}

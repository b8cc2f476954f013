package dev.supervise.spec.term;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One row of the table: a word of the language as far as it shows in a specification. Compared by
/// identity. Pure.
///
/// @param <S> the record that has the component
/// @param <V> what is compared
public final class Term<S extends Record, V> {
  /// Its words are a fact each, and one line for people.
  static final String COMMAND = "command";

  /// Where output is kept, and how.
  public static final String LOGS = "logs";

  /// What becomes of a run that is there when the word is said otherwise.
  public enum OnChange {
    /// What a run was started from has changed: it needs a new one.
    RUN_ANEW,
    /// A rule by which a run comes up: one that is on its way begins again, one that is up goes on.
    START_ANEW,
    /// A rule by which a run is watched: the watch begins again, the run goes on.
    WATCH_ANEW,
    /// A number of units: some more, or some less.
    COUNT,
    /// A rule from now on.
    RULE
  }

  /// A record whose components have words, and how one comes from a specification to it.
  ///
  /// @param in null in a specification of another kind
  record Part<S extends Record>(Class<S> type, Function<Object, @Nullable S> in) {}

  /// Puts on a sheet what a word says.
  interface Shown<S> {
    void on(Sheet sheet, S part);
  }

  private final List<String> words;
  private final Part<S> part;
  private final OnChange onChange;
  private final List<String> components;
  private final Function<S, V> value;
  private final Function<S, String> name;
  private final Shown<S> shown;

  private Term(
      List<String> words,
      Part<S> part,
      OnChange onChange,
      List<String> components,
      Function<S, V> value,
      Function<S, String> name,
      Shown<S> shown) {
    this.words = words;
    this.part = part;
    this.onChange = onChange;
    this.components = components;
    this.value = value;
    this.name = name;
    this.shown = shown;
  }

  /// A word whose component is called like it.
  ///
  /// @param text what it says: a text, or a list of texts, not shown where it is empty
  static <S extends Record, V> Term<S, V> of(
      Part<S> part,
      String word,
      OnChange onChange,
      Function<S, V> value,
      BiFunction<ValueText, V, Object> text) {
    return new Term<>(
        List.of(word),
        part,
        onChange,
        List.of(word),
        value,
        _ -> word,
        (sheet, of) -> sheet.put(word, text.apply(sheet.text(), value.apply(of))));
  }

  /// The same read from components that are called otherwise.
  Term<S, V> from(String... others) {
    return new Term<>(words, part, onChange, List.of(others), value, name, shown);
  }

  /// The same said with one of several words, or with all of them.
  Term<S, V> saidWith(String... others) {
    return new Term<>(List.of(others), part, onChange, components, value, name, shown);
  }

  /// The same, called by the word that says it now.
  Term<S, V> named(Function<S, String> now) {
    return new Term<>(words, part, onChange, components, value, now, shown);
  }

  Term<S, V> shown(Shown<S> otherwise) {
    return new Term<>(words, part, onChange, components, value, name, otherwise);
  }

  /// The same, not shown where it means nothing.
  Term<S, V> unless(Predicate<Object> nothing) {
    return shown((sheet, of) -> {
      if (!nothing.test(sheet.spec())) {
        shown.on(sheet, of);
      }
    });
  }

  /// The words it is said with, as they are shown.
  public List<String> words() {
    return words;
  }

  public OnChange onChange() {
    return onChange;
  }

  /// The components it reads, all of one record: `Lifecycle.upFor`.
  public List<String> components() {
    return components.stream().map(each -> part.type().getSimpleName() + "." + each).toList();
  }

  /// The first of them, by which it has its place among others.
  String place() {
    return components().getFirst();
  }

  /// The record that it reads.
  Part<S> part() {
    return part;
  }

  /// What it is called where it has changed.
  ///
  /// @param spec as it is now, of a kind that has the word
  public String name(Object spec) {
    return name.apply(in(spec));
  }

  /// What a specification says with it, to be compared.
  ///
  /// @param spec of a kind that has the word
  public V value(Object spec) {
    return value.apply(in(spec));
  }

  void show(Sheet sheet) {
    shown.on(sheet, in(sheet.spec()));
  }

  private S in(Object spec) {
    S of = part.in().apply(spec);
    if (of == null) {
      throw new IllegalArgumentException(spec.getClass() + " has no word " + words);
    }
    return of;
  }

  @Override
  public String toString() {
    return String.join("|", words);
  }
}

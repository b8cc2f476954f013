package dev.supervise.dsl.words;

import dev.supervise.dsl.value.MessageName;
import dev.supervise.dsl.value.Word;
import dev.supervise.spec.Origin;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What may be said in one block. One object a block; the loader's thread only. The words every
/// block understands stand here, as they read from outside the tree and declare nothing in it.
@MessageName("a block")
public abstract class Words {
  final Declarations load;

  /// Where the block was opened.
  public final Origin origin;

  private final Map<String, Origin> said = new HashMap<>();
  private Origin here;
  private boolean broken;

  Words(Declarations load, Origin origin) {
    this.load = load;
    this.origin = origin;
    this.here = origin;
  }

  /// The block as messages call it, `process 'web'`; empty for the top level.
  abstract String label();

  /// Called once, after the last word of the block.
  abstract void finish();

  /// Where the word that is being said stands.
  final Origin here() {
    return here;
  }

  final void at(Origin origin) {
    here = origin;
  }

  /// Notes that a word was said; the place where it was said before, if it was.
  final @Nullable Origin say(String word, Origin origin) {
    return said.putIfAbsent(word, origin);
  }

  /// Where the word was said first in this block.
  final @Nullable Origin saidAt(String word) {
    return said.get(word);
  }

  /// A mistake was found in this block, so that what it lacks may be the mistake's consequence.
  final void breakBlock() {
    broken = true;
  }

  final boolean broken() {
    return broken;
  }

  @Word("A value given on the command line by -P name=value; required")
  public final Object param(String name) {
    return load.inputs().param(name, null);
  }

  @Word("A value given on the command line by -P name=value, of the default's type")
  public final Object param(String name, Object byDefault) {
    return load.inputs().param(name, byDefault);
  }

  @Word("A variable of the environment supervise was started with; null where it is not set")
  public final @Nullable String sysEnv(String name) {
    return load.inputs().sysEnv(name);
  }

  @Word("A variable of the environment supervise was started with, or the default")
  public final Object sysEnv(String name, Object byDefault) {
    String value = load.inputs().sysEnv(name);
    return value == null ? byDefault : value;
  }

  @Word(
      value =
          "A required variable of the environment, or a value, that is masked wherever it shows",
      repeats = true)
  public final String secret(String nameOrValue) {
    return load.inputs().secret(nameOrValue, here, label());
  }

  @Word(
      value = "A value that is masked wherever it shows",
      repeats = true,
      options = {"value"})
  public final String secret(Map<String, Object> options) {
    return load.inputs()
        .mask(Convert.text("secret value", options.get("value")), "this secret", here, label());
  }

  @Word("A free TCP port, the same for the whole run")
  public final int freePort(String name) {
    return load.inputs().declarePort(name, here);
  }

  @Word("The number of a port that freePort declares here or elsewhere")
  public final int port(String name) {
    return load.inputs().port(name, here);
  }

  @Word(value = "Another script, relative to this one; it declares where it stands", repeats = true)
  public final void include(String path) {
    load.include(path, here);
  }
}

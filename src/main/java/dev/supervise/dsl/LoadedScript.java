package dev.supervise.dsl;

import groovy.lang.Script;
import org.jspecify.annotations.Nullable;

/// What every compiled script extends. Its methods are what words, bare names and loops of a script
/// are compiled to; scripts never call them by name, and the `$` keeps them out of the way.
public abstract class LoadedScript extends Script {
  private @Nullable Load load;
  private @Nullable SourceFile file;

  final void join(Load load, SourceFile file) {
    this.load = load;
    this.file = file;
  }

  final SourceFile file() {
    SourceFile known = file;
    if (known == null) {
      throw new IllegalStateException("the language's words do not exist in a @Field initialiser");
    }
    return known;
  }

  private Load load() {
    Load known = load;
    if (known == null) {
      throw new IllegalStateException("the language's words do not exist in a @Field initialiser");
    }
    return known;
  }

  /// A call without receiver: a word of the innermost block, else a method of the script.
  public final @Nullable Object word$(int line, int column, String name, @Nullable Object[] args) {
    return load().word(this, line, column, name, args);
  }

  /// Opens a block of words whose body follows; false where the body must not run.
  public final boolean open$(int line, int column, String name, @Nullable Object[] args) {
    return load().open(this, line, column, name, args);
  }

  /// Ends the innermost block of words.
  public final void close$() {
    load().close();
  }

  /// A bare name: a constant of the language, or a variable of the script.
  public final @Nullable Object name$(int line, int column, String name) {
    return load().name(this, line, column, name);
  }

  /// `name = value` without declaration: a single-valued word, or a variable of the script.
  public final @Nullable Object assign$(int line, int column, String name, @Nullable Object value) {
    return load().assign(this, line, column, name, value);
  }

  /// What a statement with a word in it threw.
  public final void failed$(int line, int column, Throwable thrown) {
    load().failed(this, line, column, thrown);
  }

  /// `5.seconds` on a literal.
  public static @Nullable Object quantity$(Object number, String unit) {
    return Quantity.of((Number) number, unit);
  }

  /// `receiver.exit(…)`, `receiver.halt(…)`: refused where it would end the supervisor.
  public static @Nullable Object exit$(
      @Nullable Object receiver, String name, @Nullable Object[] args) {
    return Load.exit(receiver, name, args);
  }

  /// At the head of loops, closures and methods: lets an interrupt end code that never waits.
  public static void pause$() throws InterruptedException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedException("interrupted");
    }
  }
}

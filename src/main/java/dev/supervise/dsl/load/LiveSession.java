package dev.supervise.dsl.load;

import dev.supervise.dsl.compile.CachedScripts;
import dev.supervise.dsl.compile.LiveImports;
import dev.supervise.dsl.compile.ScriptCompiler;
import dev.supervise.dsl.mistake.Mistakes;
import dev.supervise.dsl.mistake.SourceFile;
import dev.supervise.dsl.script.CompiledScript;
import dev.supervise.dsl.script.LiveScript;
import dev.supervise.dsl.script.ScriptPlace;
import dev.supervise.dsl.value.ClassNames;
import dev.supervise.dsl.words.Language;
import dev.supervise.dsl.words.LoadOptions;
import dev.supervise.spec.UnitSpec;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Lines typed while a tree runs: the script's language with the live tree in scope. What a line
/// defines (`def x`, a method, a class, an import) is there for the next one, and `_` is the last
/// value. A line starts nothing by itself; what it declares is returned.
///
/// One line at a time, on any thread; the thread is the line's, and interrupting it ends the line.
public final class LiveSession {
  private final Path base;
  private final LoadOptions options;
  private final LiveScript.Tree tree;
  private final Map<String, @Nullable Object> variables =
      Collections.synchronizedMap(new LinkedHashMap<>());
  private LiveImports imports = LiveImports.NONE;
  private ClassLoader known = LiveScript.class.getClassLoader();
  private int count;

  /// What a line came to.
  ///
  /// @param units what it declared at its top level
  /// @param defined the methods and classes it defined, where it did nothing else: `twice(n)`
  public record Said(@Nullable Object value, List<UnitSpec> units, List<String> defined) {}

  /// @param base the script's directory; relative paths resolve against it
  public LiveSession(Path base, LoadOptions options, LiveScript.Tree tree) {
    this.base = base;
    this.options = options;
    this.tree = tree;
    variables.put("_", null);
  }

  /// Runs one line, or several that belong together.
  ///
  /// @param out takes what the line prints, in pieces
  /// @throws ScriptMistakes what is wrong with the line, as an author of a script is told
  /// @throws Throwable whatever the line's own code throws
  public synchronized Said say(String text, Consumer<String> out) throws Throwable {
    count++;
    SourceFile file = new SourceFile(base.resolve("line-" + count), "line " + count, text);
    try {
      return said(file, out);
    } finally {
      ScriptLoader.forget();
    }
  }

  private Said said(SourceFile file, Consumer<String> out) throws Throwable {
    ScriptCompiler.CompiledLine compiled = ScriptCompiler.line(file, known, imports);
    Class<?> type = compiled.script().define(known, file.shown());
    LiveScript script = made(type);
    script.share(variables);
    script.see(tree, out);
    Mistakes mistakes = new Mistakes();
    ScriptLoad load =
        new ScriptLoad(
            file, options, new CachedScripts(options, mistakes), mistakes, new Compiling(), true);
    Object value = load.line(script);
    List<UnitSpec> units = load.declared();
    if (!mistakes.isEmpty()) {
      throw mistakes.all(options.stacktrace(), options.secrets());
    }
    remember(compiled, type);
    variables.put("_", value);
    return new Said(value, units, compiled.defined());
  }

  private static LiveScript made(Class<?> type) throws Throwable {
    try {
      return (LiveScript) type.getDeclaredConstructor().newInstance();
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause() == null ? thrown : thrown.getCause();
    }
  }

  private void remember(ScriptCompiler.CompiledLine line, Class<?> type) {
    imports = line.imports();
    CompiledScript compiled = line.script();
    boolean classes =
        compiled.classes().keySet().stream()
            .anyMatch(name -> !name.equals(compiled.main()) && !name.contains("$"));
    if (classes && type.getClassLoader() instanceof ClassLoader loader) {
      known = loader;
    }
  }

  /// A value as it is written, without the names of what lines were compiled to: `a closure`.
  public static String plain(String value) {
    return ClassNames.generated(value);
  }

  /// What a line's own code threw, in a sentence.
  public static String text(Throwable thrown) {
    return ThrownText.text(thrown);
  }

  /// The names a line may begin with, besides verbs: variables, words of the top level, the tree.
  public Set<String> names() {
    Set<String> names = new TreeSet<>(Language.VOCABULARY.root().words().keySet());
    names.removeIf(word -> !ScriptLoad.LIVE.contains(word));
    synchronized (variables) {
      names.addAll(variables.keySet());
    }
    names.remove("_");
    names.addAll(List.of("unit", "units", "println"));
    names.addAll(ScriptPlace.NAMES.keySet());
    return names;
  }

  /// The words that may be said in the block that a text leaves open last: for completion.
  public Set<String> words(String before) {
    return Completable.block(before)
        .map(block -> (Set<String>) new TreeSet<>(block.words().keySet()))
        .orElseGet(this::names);
  }

  /// A variable's value, for completing what can be called on it.
  public Optional<Object> variable(String name) {
    return Optional.ofNullable(variables.get(name));
  }
}

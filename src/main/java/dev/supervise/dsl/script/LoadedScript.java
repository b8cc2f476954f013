package dev.supervise.dsl.script;

import dev.supervise.dsl.mistake.EndsProgram;
import dev.supervise.dsl.mistake.SourceFile;
import dev.supervise.dsl.value.Interpolated;
import dev.supervise.dsl.value.MessageName;
import dev.supervise.dsl.value.Quantity;
import groovy.lang.Closure;
import groovy.lang.GroovyObject;
import groovy.lang.MetaClass;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.codehaus.groovy.runtime.InvokerHelper;
import org.jspecify.annotations.Nullable;

/// What every compiled script extends. Its methods are what words, bare names and loops of a script
/// are compiled to; scripts never call them by name, and the `$` keeps them out of the way.
///
/// Not a `groovy.lang.Script`, and careful not to wake Groovy's runtime: a script of words alone
/// loads without it, which is a third of a start.
@MessageName("the script")
public abstract class LoadedScript implements GroovyObject {
  /// What carries out the calls of compiled code. `line` and `column` say where in the script's
  /// file the call stands, from 1 on.
  public interface Runtime {
    /// A call without receiver: a word of the innermost block, else a method of the script.
    ///
    /// @param closure the closure it stands in
    @Nullable Object word(
        LoadedScript script,
        int line,
        int column,
        String name,
        @Nullable Object[] args,
        @Nullable Closure<?> closure);

    /// Opens a block of words whose body follows; false where the body must not run.
    boolean open(LoadedScript script, int line, int column, String name, @Nullable Object[] args);

    /// Ends the innermost block of words.
    void close();

    /// A bare name: a constant of the language, or a variable of the script.
    @Nullable Object name(
        LoadedScript script, int line, int column, String name, @Nullable Closure<?> closure);

    /// `name = value` without declaration: a single-valued word, or a variable of the script.
    @Nullable Object assign(
        LoadedScript script,
        int line,
        int column,
        String name,
        @Nullable Object value,
        @Nullable Closure<?> closure);

    /// What a statement, or the whole file (line 0), threw. Goes on with the next statement; throws
    /// again what is no mistake.
    void failed(SourceFile file, int line, int column, Throwable thrown);
  }

  /// Functions read and write them on threads of their own.
  private Map<String, @Nullable Object> variables =
      Collections.synchronizedMap(new LinkedHashMap<>());

  private final Map<String, Object> cells = new ConcurrentHashMap<>();
  private final List<ClosureText> texts = new ArrayList<>();
  private @Nullable MetaClass metaClass;
  private @Nullable Runtime runtime;
  private @Nullable SourceFile file;

  /// In texts: `this` in a script is the script.
  @Override
  public String toString() {
    return "the script";
  }

  public final void join(Runtime runtime, SourceFile file) {
    this.runtime = runtime;
    this.file = file;
  }

  /// Its variables are those of the lines before, and of the lines to come.
  public final void share(Map<String, @Nullable Object> variables) {
    this.variables = variables;
  }

  public final SourceFile file() {
    SourceFile known = file;
    if (known == null) {
      throw early();
    }
    return known;
  }

  /// Where it stands.
  public final ScriptPlace place() {
    return ScriptPlace.of(file());
  }

  private Runtime runtime() {
    Runtime known = runtime;
    if (known == null) {
      throw early();
    }
    return known;
  }

  private static IllegalStateException early() {
    return new IllegalStateException("the language's words do not exist in a @Field initialiser");
  }

  /// A closure that a later load of the script will be compared with.
  final void remember(ClosureText text) {
    texts.add(text);
  }

  /// It has run: what closures see of its variables is noted.
  public final void settle() {
    texts.forEach(ClosureText::settle);
    texts.clear();
  }

  /// What stands for one of its variables, whatever is in it.
  final Object cell(String variable) {
    return cells.computeIfAbsent(variable, _ -> new Object());
  }

  /// The script's own statements.
  public abstract @Nullable Object run();

  // As a Groovy object

  /// What the script assigned without declaring it.
  public final Map<String, @Nullable Object> variables() {
    return variables;
  }

  @Override
  public final MetaClass getMetaClass() {
    MetaClass known = metaClass;
    if (known == null) {
      known = InvokerHelper.getMetaClass(getClass());
      metaClass = known;
    }
    return known;
  }

  @Override
  public final void setMetaClass(MetaClass metaClass) {
    this.metaClass = metaClass;
  }

  @Override
  public @Nullable Object getProperty(String name) {
    return variables.containsKey(name)
        ? variables.get(name)
        : getMetaClass().getProperty(this, name);
  }

  @Override
  public void setProperty(String name, @Nullable Object value) {
    if (!variables.containsKey(name) && getMetaClass().hasProperty(this, name) != null) {
      getMetaClass().setProperty(this, name, value);
    } else {
      variables.put(name, value);
    }
  }

  /// Where the script's code names the type of a task it submits later, three texts a place: the
  /// line, the unit around it as messages name it, the type.
  public String[] submits$() {
    return new String[0];
  }

  // What the compiled code calls

  /// A call without receiver: a word of the innermost block, else a method of the script.
  ///
  /// @param closure the closure it stands in
  public final @Nullable Object word$(
      int line, int column, String name, @Nullable Object[] args, @Nullable Closure<?> closure) {
    return runtime().word(this, line, column, name, args, closure);
  }

  /// Opens a block of words whose body follows; false where the body must not run.
  public final boolean open$(int line, int column, String name, @Nullable Object[] args) {
    return runtime().open(this, line, column, name, args);
  }

  /// Ends the innermost block of words.
  public final void close$() {
    runtime().close();
  }

  /// A bare name: a constant of the language, or a variable of the script.
  public final @Nullable Object name$(
      int line, int column, String name, @Nullable Closure<?> closure) {
    return runtime().name(this, line, column, name, closure);
  }

  /// `name = value` without declaration: a single-valued word, or a variable of the script.
  public final @Nullable Object assign$(
      int line, int column, String name, @Nullable Object value, @Nullable Closure<?> closure) {
    return runtime().assign(this, line, column, name, value, closure);
  }

  /// What a statement with a word in it threw.
  public final void failed$(int line, int column, Throwable thrown) {
    runtime().failed(file(), line, column, thrown);
  }

  /// What `receiver.each { … }` or `receiver.times { … }` runs over, where the body was compiled to
  /// a method of the script. A receiver with an `each` of its own is called here, and nothing is
  /// left.
  public final Iterator<?> items$(
      @Nullable Object receiver, String loop, String body, @Nullable Object[] captured) {
    return LoopItems.of(this, receiver, loop, body, captured);
  }

  /// `from..to` as what a loop runs over.
  public final Iterator<?> range$(
      @Nullable Object from,
      @Nullable Object to,
      boolean withoutLast,
      String body,
      @Nullable Object[] captured) {
    return LoopItems.range(this, from, to, withoutLast, body, captured);
  }

  /// A string with `${…}` that is given to a word.
  public static Object text$(String[] strings, @Nullable Object[] values) {
    return new Interpolated(strings, values);
  }

  /// A map written out that is given to a word; keys and values in turn.
  public static Object map$(@Nullable Object[] entries) {
    Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put(entries[i], entries[i + 1]);
    }
    return map;
  }

  /// A list written out that is given to a word.
  public static Object list$(@Nullable Object[] elements) {
    return new java.util.ArrayList<@Nullable Object>(java.util.Arrays.asList(elements));
  }

  /// `5.seconds` on a literal.
  public static @Nullable Object quantity$(Object number, String unit) {
    return Quantity.of((Number) number, unit);
  }

  /// `receiver.exit(…)`, `receiver.halt(…)`: refused where it would end the supervisor.
  public static @Nullable Object exit$(
      @Nullable Object receiver, String name, @Nullable Object[] args) {
    if (receiver instanceof java.lang.Runtime
        || receiver == System.class
        || receiver == java.lang.Runtime.class) {
      throw new EndsProgram((receiver == System.class ? "System." : "Runtime.") + name);
    }
    return receiver instanceof Class<?> type
        ? InvokerHelper.invokeStaticMethod(type, name, args)
        : InvokerHelper.invokeMethod(receiver, name, args);
  }

  /// At the head of loops, closures and methods: lets an interrupt end code that never waits.
  public static void pause$() throws InterruptedException {
    // As everything that throws this does, it takes the interrupt back: cleaning up is not
    // disturbed.
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted");
    }
  }
}

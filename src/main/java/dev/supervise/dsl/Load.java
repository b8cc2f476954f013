package dev.supervise.dsl;

import dev.supervise.spec.App;
import dev.supervise.spec.Dependencies;
import dev.supervise.spec.InvalidSpec;
import dev.supervise.spec.InvalidWiring;
import dev.supervise.spec.Origin;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.Value;
import dev.supervise.spec.Wiring;
import groovy.lang.Closure;
import groovy.lang.MissingMethodException;
import groovy.lang.MissingPropertyException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.codehaus.groovy.runtime.InvokerHelper;
import org.codehaus.groovy.runtime.InvokerInvocationException;
import org.jspecify.annotations.Nullable;

/// One load of one script: the open blocks, what was declared, what was wrong. Belongs to the
/// thread that runs the script; after [#seal] every word is refused.
final class Load {
  /// Ends a load from within: the limit has passed, or whoever asked for it gave up.
  static final class Stopped extends Error {
    private static final long serialVersionUID = 1L;

    Stopped() {
      super(null, null, false, false);
    }
  }

  /// A mistake was noted already; the statement it stands in is left.
  private static final class Noted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Noted() {
      super(null, null, false, false);
    }
  }

  private final SourceFile main;
  private final Inputs inputs;
  private final Scripts scripts;
  private final Mistakes mistakes;
  private final long thread = Thread.currentThread().threadId();
  private final List<Words> blocks = new ArrayList<>();
  private final Map<Path, Origin> included = new LinkedHashMap<>();
  private final List<SourceFile> files = new ArrayList<>();
  private final RootWords root;
  private boolean sealed;

  Load(SourceFile main, LoadOptions options, Scripts scripts, Mistakes mistakes) {
    this.main = main;
    this.inputs = new Inputs(options);
    this.scripts = scripts;
    this.mistakes = mistakes;
    this.root = new RootWords(this, new Origin(main.shown(), 1));
    blocks.add(root);
  }

  /// Runs the script and returns what it declared; mistakes are noted, not thrown.
  App run() {
    run(main);
    blocks.clear();
    sealed = true;
    inputs
        .undeclaredPorts()
        .forEach((name, origin) ->
            mistakes.add(
                new Mistake(
                    origin,
                    0,
                    "",
                    "port",
                    "port '" + name + "' is declared nowhere; write freePort('" + name + "')",
                    meant(name, inputs.portNames()))));
    inputs
        .clashingPorts()
        .forEach((name, other) ->
            refused(
                inputs.portOrigin(name),
                "",
                "freePort '" + name + "' and '" + other + "' both make " + Inputs.variable(name)));
    if (mistakes.isEmpty()) {
      for (String name : inputs.unusedParams()) {
        mistakes.add(
            new Mistake(
                new Origin(main.shown(), 0),
                0,
                "",
                "param",
                "-P " + name + ": the script has no parameter of that name",
                meant(name, inputs.askedParams())));
      }
    }
    SupervisorSpec tree = root.root();
    wire(tree);
    return new App(
        main.shown(),
        base(),
        tree,
        inputs.ports(),
        root.onStart,
        root.onStop,
        inputs.secrets(),
        files.stream().map(file -> file.path().toString()).toList());
  }

  private void wire(SupervisorSpec tree) {
    try {
      Dependencies.of(tree);
    } catch (InvalidWiring wrong) {
      for (Wiring.Problem problem : wrong.problems()) {
        mistakes.add(
            new Mistake(
                problem.origin(),
                0,
                problem.kind() + " '" + problem.path() + "'",
                problem.word(),
                problem.message(),
                meant(problem.word(), problem.known())));
      }
    }
  }

  private void run(SourceFile file) {
    files.add(file);
    CompiledScript compiled;
    try {
      compiled = scripts.compiled(file, blocks.getLast().getClass());
    } catch (ScriptMistakes broken) {
      if (broken.alone()) {
        throw broken;
      }
      blocks.getLast().breakBlock();
      mistakes.walked(broken.mistakes());
      return;
    }
    LoadedScript script = made(compiled);
    script.join(this, file);
    int depth = blocks.size();
    try {
      script.run();
    } catch (Throwable thrown) {
      failed(script, 0, 0, thrown);
    }
    while (blocks.size() > depth) {
      blocks.removeLast();
    }
  }

  private static LoadedScript made(CompiledScript compiled) {
    try {
      return (LoadedScript)
          compiled
              .define(LoadedScript.class.getClassLoader())
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException broken) {
      throw new IllegalStateException("the compiled script cannot be made", broken);
    }
  }

  Inputs inputs() {
    return inputs;
  }

  String base() {
    Path parent = main.path().getParent();
    return parent == null ? "/" : parent.toString();
  }

  /// A path that is relative to the script's directory, made absolute; a late one stays as it is.
  Value underBase(Value path) {
    return path instanceof Value.Fixed(String text)
        ? Value.of(Path.of(base()).resolve(text).normalize().toString())
        : path;
  }

  void include(String path, Origin here) {
    SourceFile from = fileOf(here);
    Path wanted = from.path().resolveSibling(path);
    String shown = SourceFile.sibling(from.shown(), path);
    SourceFile file = SourceFile.read(wanted, shown);
    Origin first =
        file.path().equals(main.path()) ? new Origin(main.shown(), 1) : included.get(file.path());
    if (first != null) {
      throw new Wrong(
          file.path().equals(main.path()) || isRunning(file)
              ? "include '" + path + "' goes in a circle"
              : "include '" + path + "' stands twice; first at " + first);
    }
    included.put(file.path(), here);
    running.addLast(file);
    try {
      run(file);
    } finally {
      running.removeLast();
    }
  }

  private final java.util.ArrayDeque<SourceFile> running = new java.util.ArrayDeque<>();

  private SourceFile fileOf(Origin here) {
    for (SourceFile file : files) {
      if (file.shown().equals(here.file())) {
        return file;
      }
    }
    return main;
  }

  private boolean isRunning(SourceFile file) {
    return running.stream().anyMatch(open -> open.path().equals(file.path()));
  }

  // ---- what compiled scripts call

  private boolean loading() {
    if (sealed) {
      return false;
    }
    if (Thread.currentThread().threadId() != thread) {
      throw new IllegalStateException("words may be said only on the thread that loads the script");
    }
    return true;
  }

  @Nullable Object word(
      LoadedScript script, int line, int column, String name, @Nullable Object[] args) {
    if (sealed || Thread.currentThread().threadId() != thread) {
      return laterCall(script, name, args);
    }
    Words block = blocks.getLast();
    if (!Dispatch.has(block, name)) {
      return scriptCall(script, block, line, column, name, args);
    }
    try {
      Object answer = Dispatch.say(block, name, new Origin(script.file().shown(), line), args);
      if (answer instanceof Words inner && args[args.length - 1] instanceof Closure<?> body) {
        blocks.add(inner);
        try {
          body.call();
        } catch (Throwable thrown) {
          failed(script, line, column, thrown);
        }
        close();
      }
      return answer;
    } catch (Wrong | InvalidSpec | Poison.Met refused) {
      refused(script, block, line, column, name, refused);
      return Poison.VALUE;
    }
  }

  boolean open(LoadedScript script, int line, int column, String name, @Nullable Object[] args) {
    loading();
    Words block = blocks.getLast();
    Object[] all = java.util.Arrays.copyOf(args, args.length + 1);
    all[args.length] = Dispatch.Body.COMPILED;
    if (!Dispatch.has(block, name)) {
      note(script, block, line, column, name, Language.unknownWord(block, name));
      return false;
    }
    try {
      Object inner = Dispatch.say(block, name, new Origin(script.file().shown(), line), all);
      if (inner instanceof Words words) {
        blocks.add(words);
        return true;
      }
      return false;
    } catch (Wrong | InvalidSpec | Poison.Met refused) {
      refused(script, block, line, column, name, refused);
      return false;
    }
  }

  void close() {
    blocks.removeLast().finish();
  }

  private void refused(
      LoadedScript script, Words block, int line, int column, String word, RuntimeException why) {
    block.breakBlock();
    if (why instanceof Poison.Met) {
      return;
    }
    note(script, block, line, column, word, why);
  }

  private void note(
      LoadedScript script, Words block, int line, int column, String word, RuntimeException why) {
    block.breakBlock();
    mistakes.add(
        new Mistake(
            new Origin(script.file().shown(), line),
            column,
            block.label(),
            word,
            String.valueOf(why.getMessage()),
            why instanceof Wrong wrong ? wrong.hint() : ""));
  }

  /// A whole block that makes no unit.
  void refused(Words block, RuntimeException why) {
    refused(block.origin, block.label(), String.valueOf(why.getMessage()));
  }

  void refused(Origin origin, String unit, String message) {
    mistakes.add(new Mistake(origin, 0, unit, "", message, ""));
  }

  private static String meant(String written, java.util.Collection<String> known) {
    return NearestName.of(written, known)
        .map(nearest -> "did you mean '" + nearest + "'?")
        .orElse("");
  }

  private @Nullable Object scriptCall(
      LoadedScript script,
      Words block,
      int line,
      int column,
      String name,
      @Nullable Object[] args) {
    if (script.variables().get(name) instanceof Closure<?> closure) {
      return closure.call(args);
    }
    if (!Language.isWord(name) || declares(script, name)) {
      try {
        return InvokerHelper.invokeMethod(script, name, args);
      } catch (MissingMethodException missing) {
        if (!missing.getMethod().equals(name) || missing.getType() != script.getClass()) {
          throw missing;
        }
      }
    }
    note(script, block, line, column, name, Language.unknownWord(block, name));
    return Poison.VALUE;
  }

  private static boolean declares(LoadedScript script, String name) {
    for (java.lang.reflect.Method method : script.getClass().getDeclaredMethods()) {
      if (method.getName().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /// A call in code that runs after the load.
  private @Nullable Object laterCall(LoadedScript script, String name, @Nullable Object[] args) {
    if (script.variables().get(name) instanceof Closure<?> closure) {
      return closure.call(args);
    }
    try {
      return InvokerHelper.invokeMethod(script, name, args);
    } catch (MissingMethodException missing) {
      if (!missing.getMethod().equals(name) || missing.getType() != script.getClass()) {
        throw missing;
      }
      throw new IllegalStateException(
          !Language.isWord(name)
              ? "unknown name '" + name + "' in code that runs later"
              : "'" + name + "' is a word of the script; code that runs later has none");
    }
  }

  @Nullable Object name(LoadedScript script, int line, int column, String name) {
    if (script.variables().containsKey(name)) {
      return script.variables().get(name);
    }
    if (Constant.known(name)) {
      return new Constant(name);
    }
    try {
      return InvokerHelper.getProperty(script, name);
    } catch (MissingPropertyException missing) {
      if (sealed || Thread.currentThread().threadId() != thread) {
        throw new IllegalStateException("unknown name '" + name + "'");
      }
      Words block = blocks.getLast();
      note(script, block, line, column, name, unknownName(script, block, name));
      throw new Noted();
    }
  }

  private static Wrong unknownName(LoadedScript script, Words block, String name) {
    if (Dispatch.has(block, name)) {
      return new Wrong(name + " is a word; write " + name + "() or give it a value");
    }
    return Language.unknownName(block, script.variables().keySet(), name);
  }

  @Nullable Object assign(
      LoadedScript script, int line, int column, String name, @Nullable Object value) {
    if (!sealed && Thread.currentThread().threadId() == thread) {
      Words block = blocks.getLast();
      if (Dispatch.has(block, name)) {
        word(script, line, column, name, new @Nullable Object[] {value});
        return value;
      }
      if (block != root) {
        note(
            script,
            block,
            line,
            column,
            name,
            new Wrong(
                "'" + name + "' is assigned but not declared; write def " + name + " = …",
                Language.unknownWord(block, name).hint()));
        return value;
      }
    }
    script.setProperty(name, value);
    return value;
  }

  void failed(LoadedScript script, int line, int column, Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof InvokerInvocationException
            || cause instanceof java.lang.reflect.UndeclaredThrowableException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (sealed || Thread.currentThread().threadId() != thread) {
      throw Load.<RuntimeException>sneaky(cause);
    }
    if (cause instanceof Stopped stopped) {
      throw stopped;
    }
    if (cause instanceof ScriptMistakes alone) {
      throw alone;
    }
    if (cause instanceof InterruptedException) {
      throw new Stopped();
    }
    Words block = blocks.getLast();
    block.breakBlock();
    if (cause instanceof Noted || cause instanceof Poison.Met) {
      return;
    }
    if (Dispatch.refusal(cause)) {
      note(script, block, line, column, "", (RuntimeException) cause);
      return;
    }
    Origin origin = new Origin(script.file().shown(), line);
    String name = script.getClass().getName();
    for (StackTraceElement frame : cause.getStackTrace()) {
      String type = frame.getClassName();
      if (frame.getLineNumber() > 0 && (type.equals(name) || type.startsWith(name + "$"))) {
        origin = new Origin(script.file().shown(), frame.getLineNumber());
        break;
      }
    }
    mistakes.thrown(
        new Mistake(
            origin, origin.line() == line ? column : 0, block.label(), "", Thrown.text(cause), ""),
        cause);
  }

  @SuppressWarnings("unchecked")
  static <T extends Throwable> T sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  static @Nullable Object exit(@Nullable Object receiver, String name, @Nullable Object[] args) {
    if (receiver instanceof Runtime || receiver == System.class || receiver == Runtime.class) {
      throw new EndsProgram((receiver == System.class ? "System." : "Runtime.") + name);
    }
    return receiver instanceof Class<?> type
        ? InvokerHelper.invokeStaticMethod(type, name, args)
        : InvokerHelper.invokeMethod(receiver, name, args);
  }
}

package dev.supervise.dsl.load;

import dev.supervise.dsl.compile.Scripts;
import dev.supervise.dsl.mistake.Mistake;
import dev.supervise.dsl.mistake.Mistakes;
import dev.supervise.dsl.mistake.ScriptMistakes;
import dev.supervise.dsl.mistake.SourceFile;
import dev.supervise.dsl.script.CompiledScript;
import dev.supervise.dsl.script.LoadedScript;
import dev.supervise.dsl.value.NearestName;
import dev.supervise.dsl.value.WordError;
import dev.supervise.dsl.words.Declarations;
import dev.supervise.dsl.words.Inputs;
import dev.supervise.dsl.words.LoadOptions;
import dev.supervise.dsl.words.OpenBlock;
import dev.supervise.dsl.words.RootWords;
import dev.supervise.dsl.words.TaskDeclarations;
import dev.supervise.dsl.words.Words;
import dev.supervise.spec.App;
import dev.supervise.spec.Dependencies;
import dev.supervise.spec.FileClaims;
import dev.supervise.spec.FileNames;
import dev.supervise.spec.InvalidWiring;
import dev.supervise.spec.Members;
import dev.supervise.spec.Origin;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Value;
import dev.supervise.spec.Wiring;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One load of one script: its files, the open blocks, what was declared, what was wrong. Belongs
/// to the thread that runs the script. What the script says arrives through [Interpreter].
public final class ScriptLoad implements Declarations {
  /// What the top level of a typed line may say: units, and what reads from outside the tree.
  static final Set<String> LIVE =
      Set.of(
          "process",
          "function",
          "container",
          "supervisor",
          "pool",
          "include",
          "param",
          "sysEnv",
          "secret",
          "freePort",
          "port");

  private final SourceFile main;
  private final Inputs inputs;
  private final Scripts scripts;
  private final Mistakes mistakes;
  private final Compiling compiling;
  private final Interpreter interpreter = new Interpreter(this);
  private final long thread = Thread.currentThread().threadId();
  private final List<Words> blocks = new ArrayList<>();
  private final Map<Path, Origin> included = new LinkedHashMap<>();
  private final List<SourceFile> files = new ArrayList<>();
  private final List<LoadedScript> loaded = new ArrayList<>();
  private final Deque<SourceFile> running = new ArrayDeque<>();
  private final RootWords root;
  private final boolean live;
  private volatile boolean sealed;

  /// @param compiling learns what the compiler is at work on
  ScriptLoad(
      SourceFile main,
      LoadOptions options,
      Scripts scripts,
      Mistakes mistakes,
      Compiling compiling) {
    this(main, options, scripts, mistakes, compiling, false);
  }

  /// @param live of a line that is typed while the tree runs
  ScriptLoad(
      SourceFile main,
      LoadOptions options,
      Scripts scripts,
      Mistakes mistakes,
      Compiling compiling,
      boolean live) {
    this.live = live;
    this.compiling = compiling;
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
    if (mistakes.complete()) {
      undeclared();
    }
    inputs
        .clashingPorts()
        .forEach((name, other) ->
            refused(
                inputs.portOrigin(name),
                "",
                "freePort '" + name + "' and '" + other + "' both make " + Inputs.variable(name)));
    loaded.forEach(LoadedScript::settle);
    SupervisorSpec tree = OpenBlock.tree(root);
    if (mistakes.complete()) {
      wire(tree);
    }
    App app =
        new App(
            main.shown(),
            base(),
            tree,
            inputs.ports(),
            root.exports,
            root.onStart,
            root.onReady,
            root.onStop,
            root.errands.tasks,
            root.errands.schedules,
            files.stream().map(file -> file.path().toString()).toList());
    for (FileClaims.Problem problem : FileClaims.of(app, logs())) {
      refused(problem.origin(), problem.label(), problem.message());
    }
    return app;
  }

  /// Where units log that name no file, unless the state is kept elsewhere.
  private Path logs() {
    return Path.of(base())
        .resolve(FileNames.STATE)
        .resolve(FileNames.state(String.valueOf(main.path().getFileName())))
        .resolve("log");
  }

  /// What is used and declared nowhere. Where a file could not be read, it may be declared there.
  private void undeclared() {
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
    for (TaskDeclarations.Wanted place : root.errands.unknown()) {
      mistakes.add(
          new Mistake(
              place.origin(),
              0,
              place.unit(),
              "submit",
              "unknown task type '" + place.type() + "'",
              meant(place.type(), root.errands.types())));
    }
  }

  /// Runs a line, which has been compiled and made already, and returns its value. Throws the first
  /// mistake, or whatever the line throws; what it declared until then is nobody's.
  @Nullable Object line(LoadedScript line) {
    files.add(main);
    line.join(interpreter, main);
    try {
      Object value = line.run();
      line.settle();
      return value;
    } finally {
      blocks.clear();
      sealed = true;
    }
  }

  /// What a line declared.
  List<UnitSpec> declared() {
    return ((Members.Listed) OpenBlock.tree(root).members()).units();
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
    Class<? extends Words> block = blocks.getLast().getClass();
    CompiledScript compiled;
    try {
      compiling.begun(file.shown());
      compiled = scripts.compiled(file, block);
    } catch (ScriptMistakes broken) {
      broken(file, broken);
      return;
    } finally {
      compiling.ended();
    }
    int depth = blocks.size();
    try {
      LoadedScript script;
      try {
        script = made(compiled, file);
      } catch (LinkageError damaged) {
        script = madeAnew(file, block);
      }
      script.join(interpreter, file);
      root.errands.wanted(file, script.submits$());
      loaded.add(script);
      script.run();
    } catch (ScriptMistakes broken) {
      broken(file, broken);
    } catch (Throwable thrown) {
      interpreter.failed(file, 0, 0, thrown);
    }
    while (blocks.size() > depth) {
      blocks.removeLast();
    }
  }

  private void broken(SourceFile file, ScriptMistakes broken) {
    if (broken.unparsed() && file.equals(main) && mistakes.isEmpty()) {
      throw broken;
    }
    OpenBlock.broken(blocks.getLast());
    if (broken.unparsed()) {
      mistakes.unparsed(broken);
    } else {
      mistakes.walked(broken.mistakes());
    }
  }

  private LoadedScript madeAnew(SourceFile file, Class<? extends Words> block) throws Throwable {
    try {
      return made(scripts.compiledAnew(file, block), file);
    } catch (VerifyError | ClassFormatError refused) {
      throw scripts.refused(file, block, refused);
    }
  }

  private static LoadedScript made(CompiledScript compiled, SourceFile file) throws Throwable {
    try {
      return (LoadedScript)
          compiled
              .define(LoadedScript.class.getClassLoader(), file.shown())
              .getDeclaredConstructor()
              .newInstance();
    } catch (InvocationTargetException thrown) {
      // A @Field initialiser.
      throw thrown.getCause() == null ? thrown : thrown.getCause();
    }
  }

  @Override
  public int depth() {
    return blocks.size();
  }

  @Override
  public Inputs inputs() {
    return inputs;
  }

  @Override
  public String base() {
    Path parent = main.path().getParent();
    return parent == null ? "/" : parent.toString();
  }

  @Override
  public Value underBase(Value path) {
    return path instanceof Value.Fixed(String text)
        ? Value.of(Path.of(base()).resolve(text).normalize().toString())
        : path;
  }

  @Override
  public void submits(String type, Origin here, String unit) {
    root.errands.wanted(type, here, unit);
  }

  @Override
  public void include(String path, Origin here) {
    SourceFile from = fileOf(here);
    Path wanted = from.sibling(path);
    String shown = SourceFile.sibling(from.shown(), path);
    SourceFile file;
    try {
      file = SourceFile.read(wanted, shown);
    } catch (ScriptMistakes noText) {
      OpenBlock.broken(blocks.getLast());
      mistakes.unparsed(noText);
      return;
    }
    Origin first =
        file.path().equals(main.path()) ? new Origin(main.shown(), 1) : included.get(file.path());
    if (first != null) {
      throw new WordError(
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

  // For the interpreter

  /// Whether it is a typed line that is run, whose mistakes are thrown one by one.
  boolean live() {
    return live;
  }

  /// @throws WordError for a word that declares what only a reload can bring into a running tree
  void allow(Words block, String word) {
    if (live && block.equals(root) && !LIVE.contains(word)) {
      throw new WordError(
          "'" + word + "' cannot be said to a running tree; write it into the script and reload");
    }
  }

  /// Whether words may be said: before the seal.
  boolean open() {
    return !sealed;
  }

  boolean mine() {
    return Thread.currentThread().threadId() == thread;
  }

  RootWords root() {
    return root;
  }

  /// The innermost open block.
  Words block() {
    return blocks.getLast();
  }

  void open(Words block) {
    blocks.add(block);
  }

  void close() {
    OpenBlock.finish(blocks.removeLast());
  }

  Mistakes mistakes() {
    return mistakes;
  }

  // What is refused

  @Override
  public void refused(Words block, RuntimeException why) {
    refused(block.origin, OpenBlock.label(block), String.valueOf(why.getMessage()));
  }

  @Override
  public void refused(Origin origin, String unit, String message) {
    mistakes.add(new Mistake(origin, 0, unit, "", message, ""));
  }

  private static String meant(String written, Collection<String> known) {
    return NearestName.of(written, known)
        .map(nearest -> "did you mean '" + nearest + "'?")
        .orElse("");
  }
}

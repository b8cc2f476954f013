package dev.supervise.dsl.compile;

import dev.supervise.dsl.check.CompileErrors;
import dev.supervise.dsl.check.Culprit;
import dev.supervise.dsl.check.ScriptWalker;
import dev.supervise.dsl.check.SyntaxMistakes;
import dev.supervise.dsl.mistake.Mistake;
import dev.supervise.dsl.mistake.ScriptMistakes;
import dev.supervise.dsl.mistake.ScriptText;
import dev.supervise.dsl.mistake.SourceFile;
import dev.supervise.dsl.script.CompiledScript;
import dev.supervise.dsl.script.LiveScript;
import dev.supervise.dsl.script.LoadedScript;
import dev.supervise.dsl.script.Sources;
import dev.supervise.dsl.syntax.GroovyTokens;
import dev.supervise.dsl.syntax.Lexer;
import dev.supervise.dsl.syntax.Mended;
import dev.supervise.dsl.words.Language;
import dev.supervise.dsl.words.RootWords;
import dev.supervise.dsl.words.Words;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import groovy.lang.GroovyClassLoader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.codehaus.groovy.GroovyBugError;
import org.codehaus.groovy.ast.ClassHelper;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.ast.stmt.ReturnStatement;
import org.codehaus.groovy.control.CompilationFailedException;
import org.codehaus.groovy.control.CompilationUnit;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.codehaus.groovy.control.ErrorCollector;
import org.codehaus.groovy.control.Phases;
import org.codehaus.groovy.control.ResolveVisitor;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.control.customizers.ImportCustomizer;
import org.codehaus.groovy.control.io.StringReaderSource;
import org.codehaus.groovy.tools.GroovyClass;
import org.jspecify.annotations.Nullable;

/// Compiles one script file: parses, walks it for mistakes, rewrites it ([BlockMarks],
/// [WordRewriter]), makes class files. Runs nothing.
public final class ScriptCompiler {
  private static final String GRAB = "groovy.grape.GrabAnnotationTransformation";

  /// Brackets inside one another. Tried: a hundred blocks in one another take a second to compile,
  /// three hundred some seconds, a thousand half a minute and more.
  static final int DEEPEST = 200;

  private static final AtomicBoolean begun = new AtomicBoolean();

  private ScriptCompiler() {}

  /// @param block the block the file's statements act on
  /// @throws ScriptMistakes for a text that does not compile, with what the walk found
  static Compiled compile(SourceFile file, Class<? extends Words> block) {
    aheadOfTime();
    return compile(file, block, new Kind.Script());
  }

  /// The same for a line that is typed while the tree runs. Only the run finds its mistakes, and
  /// what it declares ([LiveLines]) is there for the next line.
  ///
  /// @param known makes the classes that earlier lines declared
  /// @param imports of earlier lines
  /// @throws ScriptMistakes for a text that does not compile
  public static CompiledLine line(SourceFile file, ClassLoader known, LiveImports imports) {
    aheadOfTime();
    Kind.Line line = new Kind.Line(known, imports, new ArrayList<>(), new ArrayList<>());
    CompiledScript script = compile(file, RootWords.class, line).script();
    return new CompiledLine(script, line.now().getLast(), line.defined());
  }

  /// What is wrong with a script that compiles to what the JVM does not take: some text without a
  /// meaning is let through by every check of the compiler.
  static ScriptMistakes refused(SourceFile file, Class<? extends Words> block, LinkageError why) {
    Lexer.Reading reading = Lexer.read(file.text());
    ScriptText text = ScriptText.of(file.shown(), file.text());
    SyntaxMistakes syntax = syntax(file, reading);
    ScriptMistakes refused =
        syntax.uncompiled(
            Culprit.of(text, reading.lexemes(), statement -> refuses(file, block, statement))
                .orElseGet(syntax::statement));
    refused.addSuppressed(why);
    return refused;
  }

  private static boolean refuses(SourceFile file, Class<? extends Words> block, String statement) {
    try {
      CompiledScript alone =
          compile(new SourceFile(file.path(), file.shown(), statement), block).script();
      ClassLoader classes =
          alone.define(LoadedScript.class.getClassLoader(), file.shown()).getClassLoader();
      for (String name : alone.classes().keySet()) {
        // To ask for its members is to have it verified, and runs nothing.
        Object _ = classes.loadClass(name).getDeclaredConstructors();
      }
      return false;
    } catch (LinkageError refused) {
      return true;
    } catch (ScriptMistakes | ClassNotFoundException other) {
      return false;
    }
  }

  /// @param imports that hold from now on
  /// @param defined what it defines, if it does nothing else
  public record CompiledLine(CompiledScript script, LiveImports imports, List<String> defined) {}

  private static Compiled compile(SourceFile file, Class<? extends Words> block, Kind kind) {
    Lexer.Reading reading = Lexer.read(file.text());
    return switch (GroovyTokens.of(file.text())) {
      case GroovyTokens.Read tokens -> compile(file, block, kind, reading, tokens);
      case GroovyTokens.Unreadable at ->
          throw syntax(file, reading).unreadable(at, mended(file, block, kind, reading));
    };
  }

  private static Compiled compile(
      SourceFile file,
      Class<? extends Words> block,
      Kind kind,
      Lexer.Reading reading,
      GroovyTokens.Read tokens) {
    if (reading.depth() > DEEPEST) {
      throw syntax(file, reading).tooDeep(DEEPEST);
    }
    try {
      return parsed(file, block, kind, reading, tokens);
    } catch (ScriptMistakes mistakes) {
      // What is left open comes out somewhere else, as whatever Groovy took it for.
      throw syntax(file, reading).leftOpen().orElse(mistakes);
    }
  }

  private static Compiled parsed(
      SourceFile file,
      Class<? extends Words> block,
      Kind kind,
      Lexer.Reading reading,
      GroovyTokens.Read tokens) {
    String bracketed = CommandParentheses.in(file.text(), tokens);
    Compiler compiler = new Compiler(file, block, kind, reading, bracketed);
    try {
      return compiler.compile();
    } catch (ScriptMistakes unparsed) {
      if (compiler.module != null || bracketed.equals(file.text())) {
        throw unparsed;
      }
      return new Compiler(file, block, kind, reading, file.text()).compile();
    }
  }

  private static SyntaxMistakes syntax(SourceFile file, Lexer.Reading reading) {
    return new SyntaxMistakes(
        ScriptText.of(file.shown(), file.text()), reading, Language.VOCABULARY);
  }

  /// What is wrong besides with a text that the lexer fails at. It is only walked.
  private static List<Mistake> mended(
      SourceFile file, Class<? extends Words> block, Kind kind, Lexer.Reading reading) {
    Optional<String> mended =
        kind instanceof Kind.Script
            ? Mended.of(file.text(), SyntaxMistakes.told(reading.faults()))
            : Optional.empty();
    if (mended.isEmpty() || reading.depth() > DEEPEST) {
      return List.of();
    }
    if (!(GroovyTokens.of(mended.get()) instanceof GroovyTokens.Read)) {
      return List.of();
    }
    return new Compiler(file, block, kind, reading, mended.get()).walk();
  }

  /// What is being compiled.
  private sealed interface Kind {
    record Script() implements Kind {}

    /// @param now takes the imports that hold behind the line
    /// @param defined takes what it defines
    record Line(ClassLoader known, LiveImports imports, List<LiveImports> now, List<String> defined)
        implements Kind {}

    default Class<? extends LoadedScript> base() {
      return switch (this) {
        case Script() -> LoadedScript.class;
        case Line _ -> LiveScript.class;
      };
    }

    default ClassLoader parent() {
      return switch (this) {
        case Script() -> LoadedScript.class.getClassLoader();
        case Line line -> line.known();
      };
    }
  }

  /// The compiler begins by listing the JDK's classes, a fifth of its first work; that is done
  /// beside the parsing. What it needs of Groovy is made ready first, so that the two never wait
  /// for each other in a circle.
  private static void aheadOfTime() {
    if (ClassHelper.isPrimitiveType(ClassHelper.int_TYPE) && begun.compareAndSet(false, true)) {
      try {
        Threads.start(
            Threads.aside(
                "script-compiler", ScriptCompiler::listTheClasses, ScriptCompiler::notAhead));
      } catch (NoThread e) {
        notAhead(e);
      }
    }
  }

  private static void notAhead(Throwable why) {
    System.getLogger("dev.supervise").log(System.Logger.Level.DEBUG, "not done ahead", why);
  }

  private static void listTheClasses() {
    // A final array of strings is no constant: to read it is to make the class ready.
    if (ResolveVisitor.DEFAULT_IMPORTS.length == 0) {
      throw new IllegalStateException("Groovy imports nothing by itself");
    }
  }

  /// @param walked what the walk found wrong; such a script is run for its other mistakes only
  /// @param warnings what works and is hardly meant
  record Compiled(CompiledScript script, List<Mistake> walked, List<Mistake> warnings) {}

  /// A compilation that reports to a collector it is given.
  private static final class Unit extends CompilationUnit {
    Unit(CompilerConfiguration configuration, GroovyClassLoader loader, ErrorCollector errors) {
      super(configuration, null, loader);
      this.errorCollector = errors;
    }
  }

  private static final class Compiler {
    /// How the pieces of a script are called that are compiled to see whether they fail.
    private static final String ALONE = "";

    private final SourceFile file;
    private final Lexer.Reading reading;
    private final ScriptText text;
    private final SyntaxMistakes syntax;
    private final Class<? extends Words> block;
    private final CompilerConfiguration configuration = configuration();
    private final ErrorCollector errors = new ErrorCollector(configuration);
    private final Kind kind;
    private final GroovyClassLoader loader;
    private final SourceUnit source;
    private final Sources sources;
    private @Nullable ModuleNode module;
    private ScriptWalker.Walked walked = ScriptWalker.Walked.NOTHING;

    Compiler(
        SourceFile file,
        Class<? extends Words> block,
        Kind kind,
        Lexer.Reading reading,
        String parsed) {
      this.file = file;
      this.reading = reading;
      this.kind = kind;
      this.loader = new GroovyClassLoader(kind.parent(), configuration, false);
      this.sources = new Sources(parsed);
      this.text = ScriptText.of(file.shown(), file.text());
      this.syntax = new SyntaxMistakes(text, reading, Language.VOCABULARY);
      this.block = block;
      this.source =
          new SourceUnit(
              file.className() + ".groovy",
              new StringReaderSource(parsed, configuration),
              configuration,
              loader,
              errors);
    }

    private static CompilerConfiguration configuration() {
      CompilerConfiguration configuration = new CompilerConfiguration();
      configuration.setSourceEncoding("UTF-8");
      configuration.setDisabledGlobalASTTransformations(Set.of(GRAB));
      // The JVM has no call sites to link at the start then: tried, 50 ms less.
      configuration.getOptimizationOptions().put("indy", false);
      configuration.addCompilationCustomizers(new ImportCustomizer().addStarImports("java.time"));
      return configuration;
    }

    /// What the walk finds, of a text that parses.
    List<Mistake> walk() {
      try {
        parse();
        return walked.mistakes();
      } catch (CompilationFailedException | GroovyBugError | StackOverflowError unparsed) {
        // Whoever asks has told what is wrong with the text already.
        return List.of();
      }
    }

    private ModuleNode parse() {
      // Parsed before there is a compilation, whose first one in a JVM takes as long again.
      source.parse();
      ModuleNode parsed = source.buildAST();
      module = parsed;
      if (parsed.getStatementBlock().isEmpty() && parsed.getMethods().isEmpty()) {
        // Classes alone are a script that does nothing.
        parsed.addStatement(ReturnStatement.RETURN_NULL_OR_VOID);
      }
      switch (kind) {
        case Kind.Script() ->
            walked =
                ScriptWalker.walk(
                        parsed,
                        text,
                        Language.VOCABULARY,
                        Language.VOCABULARY.block(block).orElse(Language.VOCABULARY.root()))
                    .and(syntax.shellForms());
        case Kind.Line line -> {
          if (!syntax.shellForms().isEmpty()) {
            throw new ScriptMistakes(syntax.shellForms());
          }
          line.now().add(line.imports().and(parsed));
          line.imports().into(parsed);
          line.defined().clear();
          line.defined().addAll(LiveLines.keep(parsed));
        }
      }
      return parsed;
    }

    Compiled compile() {
      try {
        return compiled(parse());
      } catch (ScriptMistakes mistakes) {
        throw mistakes;
      } catch (RuntimeException | Error failure) {
        // The compiler ends with its own kinds of exception, with those of the JVM, and with
        // assertions of its own; none of them is more than a script that does not compile.
        throw new CompileErrors(text, syntax, module, walked.mistakes(), this::culprit).of(failure);
      }
    }

    /// What fails alone is compiled alone.
    private Optional<ScriptText.Place> culprit() {
      return file.shown().equals(ALONE)
          ? Optional.empty()
          : Culprit.of(text, reading.lexemes(), this::fails);
    }

    private boolean fails(String statement) {
      try {
        SourceFile alone = new SourceFile(file.path(), ALONE, statement);
        Compiled _ = new Compiler(alone, block, kind, Lexer.read(statement), statement).compile();
        return false;
      } catch (ScriptMistakes failed) {
        return failed.getSuppressed().length > 0;
      }
    }

    private Compiled compiled(ModuleNode parsed) {
      sources.helpers(parsed);
      BlockMarks.mark(parsed);
      CompilationUnit unit = new Unit(configuration, loader, errors);
      unit.addSource(source);
      unit.addPhaseOperation(
          (CompilationUnit.IPrimaryClassNodeOperation)
              (src, context, type) ->
                  new WordRewriter(src, type, walked.submitted(), kind.base()).run(),
          Phases.CANONICALIZATION);
      unit.compile(Phases.CLASS_GENERATION);
      Map<String, byte[]> classes = new LinkedHashMap<>();
      for (GroovyClass made : unit.getClasses()) {
        classes.put(made.getName(), made.getBytes());
      }
      sources.closures(unit.getAST().getGeneratedInnerClasses());
      return new Compiled(
          new CompiledScript(parsed.getScriptClassDummy().getName(), classes, sources.pieces()),
          new ArrayList<>(walked.mistakes()),
          walked.warnings());
    }
  }
}

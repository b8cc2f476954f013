package dev.supervise.dsl;

import groovy.lang.GroovyClassLoader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
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
/// [Rewriting]), makes class files. Runs nothing.
final class ScriptCompiler {
  private static final String GRAB = "groovy.grape.GrabAnnotationTransformation";

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
  /// @throws ScriptMistakes for a text that does not compile
  static CompiledScript line(SourceFile file, ClassLoader known) {
    aheadOfTime();
    return compile(file, RootWords.class, new Kind.Line(known)).script();
  }

  private static Compiled compile(SourceFile file, Class<? extends Words> block, Kind kind) {
    String bracketed = Brackets.in(file.text());
    Compiler compiler = new Compiler(file, block, kind, bracketed);
    try {
      return compiler.compile();
    } catch (ScriptMistakes unparsed) {
      if (compiler.module != null || bracketed.equals(file.text())) {
        throw unparsed;
      }
      return new Compiler(file, block, kind, file.text()).compile();
    }
  }

  /// What is being compiled.
  private sealed interface Kind {
    record Script() implements Kind {}

    record Line(ClassLoader known) implements Kind {}

    default Class<? extends LoadedScript> base() {
      return switch (this) {
        case Script() -> LoadedScript.class;
        case Line _ -> LiveScript.class;
      };
    }

    default ClassLoader parent() {
      return switch (this) {
        case Script() -> LoadedScript.class.getClassLoader();
        case Line(ClassLoader known) -> known;
      };
    }
  }

  /// The compiler begins by listing the JDK's classes, a fifth of its first work; that is done
  /// beside the parsing. What it needs of Groovy is made ready first, so that the two never wait
  /// for each other in a circle.
  private static void aheadOfTime() {
    if (ClassHelper.isPrimitiveType(ClassHelper.int_TYPE) && begun.compareAndSet(false, true)) {
      ScriptLoader.beside(ScriptCompiler::listTheClasses);
    }
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
    private final ScriptText text;
    private final Class<? extends Words> block;
    private final CompilerConfiguration configuration = configuration();
    private final ErrorCollector errors = new ErrorCollector(configuration);
    private final Kind kind;
    private final GroovyClassLoader loader;
    private final SourceUnit source;
    private final Sources sources;
    private @Nullable ModuleNode module;
    private ScriptWalker.Walked walked = ScriptWalker.Walked.NOTHING;

    Compiler(SourceFile file, Class<? extends Words> block, Kind kind, String parsed) {
      this.kind = kind;
      this.loader = new GroovyClassLoader(kind.parent(), configuration, false);
      this.sources = new Sources(parsed);
      this.text = ScriptText.of(file.shown(), file.text());
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

    Compiled compile() {
      CompilationUnit unit;
      try {
        // Parsed before there is a compilation, whose first one in a JVM takes as long again.
        source.parse();
        module = source.buildAST();
        if (module.getStatementBlock().isEmpty() && module.getMethods().isEmpty()) {
          // Classes alone are a script that does nothing.
          module.addStatement(ReturnStatement.RETURN_NULL_OR_VOID);
        }
        switch (kind) {
          case Kind.Script() ->
              walked =
                  ScriptWalker.walk(
                      module,
                      text,
                      Language.VOCABULARY,
                      Language.VOCABULARY.block(block).orElse(Language.VOCABULARY.root()));
          case Kind.Line _ -> LiveLines.keep(module);
        }
        sources.helpers(module);
        BlockMarks.mark(module);
        unit = new Unit(configuration, loader, errors);
        unit.addSource(source);
        unit.addPhaseOperation(
            (CompilationUnit.IPrimaryClassNodeOperation)
                (src, context, type) ->
                    new Rewriting(src, type, walked.submitted(), kind.base()).run(),
            Phases.CANONICALIZATION);
        unit.compile(Phases.CLASS_GENERATION);
      } catch (CompilationFailedException failure) {
        throw CompileErrors.of(failure, text, Language.VOCABULARY, module, walked.mistakes());
      }
      Map<String, byte[]> classes = new LinkedHashMap<>();
      for (GroovyClass made : unit.getClasses()) {
        classes.put(made.getName(), made.getBytes());
      }
      sources.closures(unit.getAST().getGeneratedInnerClasses());
      return new Compiled(
          new CompiledScript(module.getScriptClassDummy().getName(), classes, sources.pieces()),
          new ArrayList<>(walked.mistakes()),
          walked.warnings());
    }
  }
}

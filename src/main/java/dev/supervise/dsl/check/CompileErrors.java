package dev.supervise.dsl.check;

import dev.supervise.dsl.mistake.Mistake;
import dev.supervise.dsl.mistake.MistakeReport;
import dev.supervise.dsl.mistake.ScriptMistakes;
import dev.supervise.dsl.mistake.ScriptText;
import dev.supervise.dsl.mistake.ScriptText.Place;
import dev.supervise.spec.Origin;
import groovyjarjarasm.asm.ClassTooLargeException;
import groovyjarjarasm.asm.MethodTooLargeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.CodeVisitorSupport;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.control.CompilationFailedException;
import org.codehaus.groovy.control.MultipleCompilationErrorsException;
import org.codehaus.groovy.control.messages.ExceptionMessage;
import org.codehaus.groovy.control.messages.Message;
import org.codehaus.groovy.control.messages.SyntaxErrorMessage;
import org.codehaus.groovy.syntax.SyntaxException;
import org.jspecify.annotations.Nullable;

/// The compiler's complaints as mistakes of the script. Whatever it ends with is a mistake: there
/// is no text that it may fail at in words of its own.
public final class CompileErrors {
  private static final String SMALLER =
      "use a loop, or move a part to another file and 'include' it";

  private final ScriptText text;
  private final SyntaxMistakes syntax;
  private final @Nullable ModuleNode module;
  private final List<Mistake> walked;
  private final Supplier<Optional<Place>> culprit;

  /// @param module the syntax tree, absent when the text does not parse
  /// @param walked the walker's mistakes
  /// @param culprit looks for the statement that fails, where the compiler does not name it
  public CompileErrors(
      ScriptText text,
      SyntaxMistakes syntax,
      @Nullable ModuleNode module,
      List<Mistake> walked,
      Supplier<Optional<Place>> culprit) {
    this.text = text;
    this.syntax = syntax;
    this.module = module;
    this.walked = walked;
    this.culprit = culprit;
  }

  /// What to throw for a script that does not compile.
  ///
  /// A text that does not parse is one mistake, alone, with its line and a caret. Everything the
  /// compiler finds later (a class that does not exist, a block too large for the JVM) joins what
  /// the walker found, except on lines the walker has already named.
  public ScriptMistakes of(Throwable failure) {
    List<Mistake> found = new ArrayList<>(walked);
    Set<Integer> lines = new HashSet<>();
    walked.forEach(mistake -> lines.add(mistake.origin().line()));
    boolean grabbed = walked.stream().anyMatch(mistake -> mistake.word().equals("@Grab"));
    for (Message error : errors(failure)) {
      if (error instanceof SyntaxErrorMessage told) {
        SyntaxException cause = told.getCause();
        if (module == null) {
          return syntax.unparsed(cause);
        }
        boolean grabs = grabbed && String.valueOf(cause.getMessage()).contains("resolve class");
        if (!grabs && lines.add(cause.getLine())) {
          found.add(mistake(cause));
        }
      } else if (error instanceof ExceptionMessage thrown) {
        if (module == null) {
          return caused(syntax.unparsed(place()), failure);
        }
        found.add(thrown(thrown.getCause()));
      }
    }
    if (found.isEmpty()) {
      Throwable cause =
          failure instanceof CompilationFailedException ? failure.getCause() : failure;
      if (module == null && !(cause instanceof VirtualMachineError)) {
        return caused(syntax.unparsed(place()), failure);
      }
      found.add(thrown(cause));
    }
    return caused(new ScriptMistakes(MistakeReport.of(found, List.of())), failure);
  }

  /// For who asks for the compiler's own stack.
  private static ScriptMistakes caused(ScriptMistakes mistakes, Throwable failure) {
    mistakes.addSuppressed(failure);
    for (Message error : errors(failure)) {
      if (error instanceof ExceptionMessage thrown && thrown.getCause() != null) {
        mistakes.addSuppressed(thrown.getCause());
      }
    }
    return mistakes;
  }

  private static List<? extends Message> errors(Throwable failure) {
    return failure instanceof MultipleCompilationErrorsException several
        ? several.getErrorCollector().getErrors()
        : List.of();
  }

  private Mistake mistake(Place place, String message, String hint) {
    return new Mistake(
        new Origin(text.path(), Math.clamp(place.line(), 1, Math.max(1, text.lines().size()))),
        Math.max(0, place.column()),
        "",
        "",
        message,
        hint);
  }

  private Mistake mistake(SyntaxException cause) {
    Place place = new Place(cause.getLine(), cause.getStartColumn());
    String message =
        CompilerSentence.of(String.valueOf(cause.getOriginalMessage()), text.text(), made())
            .orElse("this does not compile");
    return mistake(
        place,
        message,
        message.startsWith("unable to resolve class")
            ? "a class of another package is named in full or imported"
            : "");
  }

  /// Of what the compiler gave no place.
  private Place place() {
    return culprit.get().orElseGet(syntax::statement);
  }

  private String made() {
    return module == null ? "" : module.getScriptClassDummy().getName();
  }

  private Mistake thrown(@Nullable Throwable cause) {
    return switch (cause) {
      case ClassTooLargeException _ ->
          mistake(
              new Place(1, 0),
              "this file is too large for the JVM, which takes 65,535 names and texts in one class",
              SMALLER);
      case MethodTooLargeException large -> tooLarge(large.getMethodName());
      case StackOverflowError _ ->
          mistake(place(), "this is nested too deeply to be compiled", SMALLER);
      case OutOfMemoryError _ ->
          mistake(place(), "the script needs more memory to be compiled than there is", SMALLER);
      // What the compiler did not expect itself, it has no words for.
      case null, default -> mistake(place(), "this does not compile", "");
    };
  }

  private Mistake tooLarge(String method) {
    Place place = new Place(1, 0);
    String what = "the script's top level";
    if (module != null && method.equals("doCall")) {
      Largest largest = new Largest();
      module
          .getClasses()
          .forEach(each -> each.getMethods().forEach(m -> m.getCode().visit(largest)));
      place = new Place(largest.line, largest.column);
      what = "this block";
    } else if (module != null && !method.equals("run")) {
      for (ClassNode type : module.getClasses()) {
        for (MethodNode each : type.getMethods(method)) {
          place = new Place(each.getLineNumber(), each.getColumnNumber());
        }
      }
      // Blocks of words are compiled to methods.
      what = method.contains("$") ? "this block" : "method '" + method + "'";
    }
    return mistake(
        place, what + " is too large for the JVM, which takes 64 KB of code in one piece", SMALLER);
  }

  /// The closure with the most calls of its own.
  private static final class Largest extends CodeVisitorSupport {
    private int line = 1;
    private int column;
    private int most;
    private int own;

    @Override
    public void visitClosureExpression(ClosureExpression closure) {
      int around = own;
      own = 0;
      super.visitClosureExpression(closure);
      if (own > most) {
        most = own;
        line = closure.getLineNumber();
        column = closure.getColumnNumber();
      }
      own = around;
    }

    @Override
    public void visitMethodCallExpression(MethodCallExpression call) {
      own++;
      super.visitMethodCallExpression(call);
    }
  }
}

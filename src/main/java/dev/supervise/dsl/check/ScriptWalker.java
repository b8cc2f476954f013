package dev.supervise.dsl.check;

import dev.supervise.dsl.check.CodeContext.Place;
import dev.supervise.dsl.check.Scope.Variable;
import dev.supervise.dsl.mistake.Mistake;
import dev.supervise.dsl.mistake.ScriptText;
import dev.supervise.dsl.script.ScriptPlace;
import dev.supervise.dsl.value.NearestName;
import dev.supervise.dsl.words.MistakeText;
import dev.supervise.dsl.words.NeedsRun;
import dev.supervise.dsl.words.ScheduleWords;
import dev.supervise.dsl.words.TaskDeclarations;
import dev.supervise.dsl.words.TaskWords;
import dev.supervise.dsl.words.UnitWords;
import dev.supervise.dsl.words.Vocabulary;
import dev.supervise.dsl.words.Vocabulary.Block;
import dev.supervise.dsl.words.Vocabulary.Entry;
import dev.supervise.dsl.words.Vocabulary.Takes;
import dev.supervise.spec.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.codehaus.groovy.ast.ASTNode;
import org.codehaus.groovy.ast.AnnotatedNode;
import org.codehaus.groovy.ast.AnnotationNode;
import org.codehaus.groovy.ast.CodeVisitorSupport;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.CastExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.ClosureListExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.ConstructorCallExpression;
import org.codehaus.groovy.ast.expr.DeclarationExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.GStringExpression;
import org.codehaus.groovy.ast.expr.LambdaExpression;
import org.codehaus.groovy.ast.expr.MapEntryExpression;
import org.codehaus.groovy.ast.expr.MapExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.MethodPointerExpression;
import org.codehaus.groovy.ast.expr.PostfixExpression;
import org.codehaus.groovy.ast.expr.PrefixExpression;
import org.codehaus.groovy.ast.expr.PropertyExpression;
import org.codehaus.groovy.ast.expr.TupleExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.ast.stmt.BlockStatement;
import org.codehaus.groovy.ast.stmt.CatchStatement;
import org.codehaus.groovy.ast.stmt.DoWhileStatement;
import org.codehaus.groovy.ast.stmt.ExpressionStatement;
import org.codehaus.groovy.ast.stmt.ForStatement;
import org.codehaus.groovy.ast.stmt.Statement;
import org.codehaus.groovy.ast.stmt.SwitchStatement;
import org.codehaus.groovy.ast.stmt.TryCatchStatement;
import org.codehaus.groovy.ast.stmt.WhileStatement;
import org.codehaus.groovy.syntax.Types;
import org.jspecify.annotations.Nullable;

/// Finds every mistake of a script that can be known without running it, in code that runs later
/// too, by walking its syntax tree as the parser leaves it (end of the CONVERSION phase) with the
/// [Vocabulary] in hand. Reports only what is certain: where a name could be somebody's, it is
/// silent, and the run decides.
///
/// Script methods and closures in variables act on the block they are called from. They are walked
/// with the words of every block that a call in this file comes from, and of all blocks where no
/// call is seen.
public final class ScriptWalker extends CodeVisitorSupport implements MisreadForms.Walk {
  /// The blocks that messages name.
  private static final List<Class<?>> NAMED =
      List.of(UnitWords.class, TaskWords.class, ScheduleWords.class);

  private final ModuleNode module;
  private final ScriptText text;
  private final Vocabulary vocabulary;
  private final VisibleNames sight;
  private final MistakeCollector findings;
  private final MisreadForms misread;
  private final Callers callers = new Callers();
  private final Set<Block> everyBlock;

  /// Whether the walk is in a `${…}`.
  private boolean inString;

  private ScriptWalker(ModuleNode module, ScriptText text, Vocabulary vocabulary, Block start) {
    this.module = module;
    this.text = text;
    this.vocabulary = vocabulary;
    this.sight =
        new VisibleNames(
            module, vocabulary, new CodeContext(Place.SCRIPT, Set.of(start), false, ""));
    this.findings = new MistakeCollector(text, sight);
    this.misread = new MisreadForms(sight, findings, text, vocabulary, this);
    this.everyBlock = new LinkedHashSet<>(vocabulary.blocks());
  }

  /// What a walk has found.
  ///
  /// @param mistakes sorted by place
  /// @param submitted where code that runs later names the type of a task
  /// @param warnings what works and is hardly meant, sorted by place
  public record Walked(
      List<Mistake> mistakes, List<TaskDeclarations.Wanted> submitted, List<Mistake> warnings) {
    public static final Walked NOTHING = new Walked(List.of(), List.of(), List.of());

    /// With those that the walk has not come by: it does not look into a script's classes.
    public Walked and(List<Mistake> more) {
      List<Mistake> all = new ArrayList<>(mistakes);
      for (Mistake each : more) {
        boolean known =
            mistakes.stream()
                .anyMatch(mistake ->
                    mistake.origin().equals(each.origin())
                        && mistake.message().equals(each.message()));
        if (!known) {
          all.add(each);
        }
      }
      return new Walked(List.copyOf(all), submitted, warnings);
    }
  }

  /// All there is to find in one file.
  ///
  /// @param module its syntax tree after parsing, before anything is resolved or rewritten
  /// @param start the block its statements act on: the root, or where an `include` stands
  public static Walked walk(
      ModuleNode module, ScriptText text, Vocabulary vocabulary, Block start) {
    return new ScriptWalker(module, text, vocabulary, start).walk();
  }

  private Walked walk() {
    // Who calls which helper is known after as many rounds as helpers call helpers.
    do {
      round();
    } while (callers.learned());
    findings.open();
    grabs();
    round();
    return new Walked(findings.sorted(), findings.submitted(), findings.warnings());
  }

  private void grabs() {
    List<AnnotatedNode> annotated = new ArrayList<>(module.getImports());
    annotated.addAll(module.getStarImports());
    annotated.addAll(module.getClasses());
    annotated.addAll(module.getMethods());
    for (AnnotatedNode each : annotated) {
      for (AnnotationNode annotation : each.getAnnotations()) {
        if (annotation.getClassNode().getName().matches("(groovy\\.lang\\.)?(Grab\\w*|Grapes)")) {
          findings.report(annotation, "@Grab", NewcomerForms.grab());
        }
      }
    }
  }

  private void round() {
    walkAll();
    for (Captures.Found found : sight.captures().found()) {
      String name = found.variable().name();
      sight.in(
          found.situation(), () -> findings.report(found.at(), name, NewcomerForms.changes(name)));
    }
  }

  private void walkAll() {
    sight.apart(() -> statements(module.getStatementBlock().getStatements(), true));
    for (MethodNode method : module.getMethods()) {
      sight.apart(() ->
          sight.in(
              helper(method, false, ""),
              () -> {
                parameters(method.getParameters(), null);
                method.getCode().visit(this);
              }));
    }
  }

  private CodeContext helper(ASTNode helper, boolean guessing, String unit) {
    Set<Block> known = callers.of(helper);
    return new CodeContext(
        Place.HELPER, known.isEmpty() && findings.isOpen() ? everyBlock : known, guessing, unit);
  }

  @Override
  public void expression(Expression expression) {
    expression.visit(this);
  }

  // Statements

  /// @param words where a single-valued word may stand once
  private void statements(List<Statement> statements, boolean words) {
    Map<String, Integer> first = new HashMap<>();
    for (Statement statement : statements) {
      if (words && statement instanceof ExpressionStatement simple) {
        once(simple, first);
        if (unused(simple)) {
          continue;
        }
      }
      statement.visit(this);
    }
  }

  /// `file 'web.log'` on a line of its own, in a block that has no such word: it would be a file
  /// that nobody wants.
  private boolean unused(ExpressionStatement statement) {
    if (statement.getExpression() instanceof MethodCallExpression call
        && call.isImplicitThis()
        && ScriptPlace.FILE.equals(call.getMethodAsString())
        && sight.here().word(ScriptPlace.FILE) == null
        && sight.find(ScriptPlace.FILE) == null
        && !sight.names().variable(ScriptPlace.FILE)
        && sight.names().methods(ScriptPlace.FILE).isEmpty()) {
      findings.report(call, ScriptPlace.FILE, misread.unknown(ScriptPlace.FILE));
      return true;
    }
    return false;
  }

  private void once(ExpressionStatement statement, Map<String, Integer> first) {
    String name =
        switch (statement.getExpression()) {
          case MethodCallExpression call when call.isImplicitThis() -> call.getMethodAsString();
          case DeclarationExpression _ -> null;
          case BinaryExpression binary
              when isAssignment(binary)
                  && binary.getLeftExpression() instanceof VariableExpression variable ->
              variable.getName();
          default -> null;
        };
    Entry word = name == null ? null : sight.word(name);
    if (word == null || word.repeats() || word.yields()) {
      return;
    }
    Integer before = first.putIfAbsent(word.name(), statement.getLineNumber());
    if (before != null) {
      findings.report(
          statement, word.name(), MistakeText.twice(word.name(), new Origin(text.path(), before)));
    }
  }

  @Override
  public void visitBlockStatement(BlockStatement block) {
    sight.nested(() -> statements(block.getStatements(), false));
  }

  @Override
  public void visitExpressionStatement(ExpressionStatement statement) {
    if (!misread.statement(statement)) {
      statement.getExpression().visit(this);
    }
  }

  @Override
  public void visitForLoop(ForStatement loop) {
    sight.nested(() -> {
      List<Expression> repeated = new ArrayList<>();
      if (loop.getCollectionExpression() instanceof ClosureListExpression parts) {
        // `int i = 0; i < 3; i++`: the first is done once.
        repeated.addAll(parts.getExpressions());
        repeated.removeFirst().visit(this);
      } else {
        loop.getCollectionExpression().visit(this);
      }
      sight
          .captures()
          .loop(() -> {
            if (loop.getValueVariable() != null) {
              sight.declare(loop.getValueVariable());
            }
            if (loop.getIndexVariable() != null) {
              sight.declare(loop.getIndexVariable());
            }
            repeated.forEach(each -> each.visit(this));
            loop.getLoopBlock().visit(this);
          });
    });
  }

  @Override
  public void visitWhileLoop(WhileStatement loop) {
    sight.captures().loop(() -> super.visitWhileLoop(loop));
  }

  @Override
  public void visitDoWhileLoop(DoWhileStatement loop) {
    sight.captures().loop(() -> super.visitDoWhileLoop(loop));
  }

  @Override
  public void visitCatchStatement(CatchStatement statement) {
    sight.nested(() -> {
      sight.declare(statement.getVariable());
      statement.getCode().visit(this);
    });
  }

  @Override
  public void visitTryCatchFinally(TryCatchStatement statement) {
    sight.nested(() -> {
      for (Statement resource : statement.getResourceStatements()) {
        resource.visit(this);
      }
      statement.getTryStatement().visit(this);
    });
    for (CatchStatement each : statement.getCatchStatements()) {
      each.visit(this);
    }
    statement.getFinallyStatement().visit(this);
  }

  @Override
  public void visitSwitch(SwitchStatement statement) {
    sight.nested(() -> super.visitSwitch(statement));
  }

  // Names

  @Override
  public void visitVariableExpression(VariableExpression variable) {
    name(variable, null, "", inString);
  }

  /// @param word the word that it is given to
  /// @param option the option of the word that it is given to; or empty
  private void name(
      VariableExpression variable, @Nullable Entry word, String option, boolean inString) {
    String name = variable.getName();
    Variable known = sight.find(name);
    if (known != null) {
      sight.captures().read(known, variable, sight.here());
      if (known.closure() != null) {
        // Handed on: whoever gets it may call it from anywhere.
        callers.called(known.closure(), everyBlock);
      }
    } else if (!sight.resolved(name) && !sight.here().guessing()) {
      findings.report(variable, name, unknownName(name, word, option, inString));
    }
  }

  private MistakeText unknownName(
      String name, @Nullable Entry word, String option, boolean inString) {
    if (inString && NewcomerForms.shellVariable(name).isPresent()) {
      return NewcomerForms.shellVariable(name).get();
    }
    if (name.equals("it")) {
      return new MistakeText(
          "unknown name 'it'", "a block of words has no 'it' of its own; name it in the loop");
    }
    if (sight.here().word(name) != null) {
      return word == null
          ? new MistakeText("'" + name + "' is a word here and has no value", "")
          : new MistakeText(
              "'" + name + "' is a word and no value of '" + word.name() + "'",
              "write '" + name + "' in quotes or on a line of its own");
    }
    Set<String> constants = new LinkedHashSet<>();
    if (word != null) {
      constants.addAll(option.isEmpty() ? word.constants() : word.expected(option));
      constants.removeIf(each -> each.contains(" "));
    }
    MistakeText advice =
        MistakeText.unknownName(sight.here().blocks(), sight.visible(), constants, name);
    if (sight.throughApi(name).isPresent()) {
      return new MistakeText(advice.message(), "write " + sight.throughApi(name).get());
    }
    if (!advice.hint().isEmpty() || word == null) {
      return advice;
    }
    Set<String> expected = word.expected(option);
    String taker = word.name() + (option.isEmpty() ? "" : " " + option + ":");
    return expected.isEmpty()
        ? NewcomerForms.bareName(taker, name)
        : new MistakeText(advice.message(), taker + " takes " + MistakeText.anyOf(expected));
  }

  @Override
  public void visitGStringExpression(GStringExpression string) {
    for (Expression value : string.getValues()) {
      Optional<MistakeText> label = NewcomerForms.labelInString(value, text);
      label.ifPresent(advice -> findings.report(value, "", advice));
      switch (value) {
        case Expression _ when label.isPresent() -> {
          // What it is to Groovy matters to nobody.
        }
        case VariableExpression variable -> name(variable, null, "", true);
        case ClosureExpression closure -> later(closure, vocabulary.values());
        default -> {
          boolean around = inString;
          inString = true;
          value.visit(this);
          inString = around;
        }
      }
    }
  }

  @Override
  public void visitPropertyExpression(PropertyExpression property) {
    Expression object = property.getObjectExpression();
    String name = property.getPropertyAsString();
    if (name == null) {
      super.visitPropertyExpression(property);
      return;
    }
    if (object instanceof ConstantExpression number && number.getValue() instanceof Number) {
      if (!NewcomerForms.UNITS.contains(name) && !name.equals("class")) {
        findings.report(property.getProperty(), name, NewcomerForms.unit(number, name));
      }
      return;
    }
    if (sight.qualified(property)) {
      return;
    }
    Block api = sight.apiOf(object);
    if (api != null && !api.constants().contains(name)) {
      unknownMember(property.getProperty(), object, api, name);
    }
    object.visit(this);
  }

  private void unknownMember(ASTNode at, Expression object, Block api, String name) {
    Set<String> known = new LinkedHashSet<>(api.names());
    known.addAll(api.constants());
    findings.report(
        at,
        name,
        new MistakeText(
            "'" + object.getText() + "' has no '" + name + "'",
            NearestName.of(name, known)
                .map(nearest -> "did you mean '" + nearest + "'?")
                .orElse("")));
  }

  // Assignments

  private static boolean isAssignment(BinaryExpression expression) {
    return Types.ofType(expression.getOperation().getType(), Types.ASSIGNMENT_OPERATOR);
  }

  @Override
  public void visitDeclarationExpression(DeclarationExpression declaration) {
    Expression right = declaration.getRightExpression();
    if (declaration.isMultipleAssignmentDeclaration()) {
      right.visit(this);
      for (Expression each : declaration.getTupleExpression().getExpressions()) {
        if (each instanceof VariableExpression variable) {
          sight.declare(variable);
        }
      }
      return;
    }
    VariableExpression variable = declaration.getVariableExpression();
    ClosureExpression closure = right instanceof ClosureExpression own ? own : null;
    sight.declare(new Variable(variable.getName(), variable.getLineNumber(), closure, null));
    if (closure != null) {
      held(closure);
    } else {
      right.visit(this);
    }
  }

  @Override
  public void visitBinaryExpression(BinaryExpression binary) {
    if (!isAssignment(binary)) {
      super.visitBinaryExpression(binary);
      return;
    }
    Expression right = binary.getRightExpression();
    switch (binary.getLeftExpression()) {
      case VariableExpression variable -> {
        Entry word = assign(variable);
        if (word != null) {
          argument(right, word, 1, null);
        } else {
          right.visit(this);
        }
      }
      case TupleExpression tuple -> {
        for (Expression each : tuple.getExpressions()) {
          if (each instanceof VariableExpression variable) {
            assign(variable);
          }
        }
        right.visit(this);
      }
      case PropertyExpression property when isNumber(property.getObjectExpression()) -> {
        // The one place without a variable that the compiler lets through.
        findings.report(property, "", new MistakeText(CompilerSentence.NO_VARIABLE, ""));
        right.visit(this);
      }
      default -> super.visitBinaryExpression(binary);
    }
  }

  private static boolean isNumber(Expression expression) {
    return expression instanceof ConstantExpression constant
        && constant.getValue() instanceof Number;
  }

  @Override
  public void visitPostfixExpression(PostfixExpression step) {
    step(step.getExpression());
    super.visitPostfixExpression(step);
  }

  @Override
  public void visitPrefixExpression(PrefixExpression step) {
    step(step.getExpression());
    super.visitPrefixExpression(step);
  }

  private void step(Expression stepped) {
    if (stepped instanceof VariableExpression variable) {
      Variable known = sight.find(variable.getName());
      if (known != null) {
        sight.captures().assigned(known);
      }
    } else if (stepped instanceof PropertyExpression property
        && isNumber(property.getObjectExpression())) {
      findings.report(property, "", new MistakeText(CompilerSentence.NO_VARIABLE, ""));
    }
  }

  /// The word that the assignment gives its value, if it does.
  private @Nullable Entry assign(VariableExpression variable) {
    String name = variable.getName();
    CodeContext here = sight.here();
    Entry word = here.word(name);
    Variable known = sight.find(name);
    if (known != null) {
      sight.captures().assigned(known);
      if (word != null && here.place() == Place.WORDS && !word.repeats()) {
        findings.report(variable, name, hides("variable", known.line(), name));
      }
      return null;
    }
    if (word != null) {
      if (word.repeats()) {
        findings.report(
            variable,
            name,
            new MistakeText("'" + name + "' adds up and is not assigned", "write " + name + " …"));
      }
      return word;
    }
    if (!here.guessing() && !sight.names().field(name)) {
      undeclared(variable, here);
    }
    return null;
  }

  private void undeclared(VariableExpression variable, CodeContext here) {
    String name = variable.getName();
    switch (here.place()) {
      case SCRIPT, HELPER -> {
        // A variable that nothing reads was meant as a word.
        if (!sight.names().read(name)) {
          Set<String> words = new LinkedHashSet<>();
          here.blocks().forEach(block -> words.addAll(block.words().keySet()));
          NearestName.of(name, words)
              .ifPresent(nearest ->
                  findings.report(
                      variable,
                      name,
                      new MistakeText(
                          "unknown word '" + name + "'", "did you mean '" + nearest + "'?")));
        }
      }
      case WORDS, CODE -> {
        if (!sight.names().variable(name)) {
          MistakeText advice = MistakeText.unknownWord(vocabulary, here.blocks(), name);
          findings.report(
              variable,
              name,
              advice.hint().isEmpty() || here.place() == Place.CODE
                  ? new MistakeText(
                      "'" + name + "' is assigned but nowhere declared",
                      "write def " + name + " = … for a variable of your own")
                  : advice);
        }
      }
    }
  }

  private static MistakeText hides(String what, int line, String word) {
    return new MistakeText(
        what + " '" + word + "' of line " + line + " hides the word '" + word + "'",
        "give the " + what + " another name");
  }

  // Calls

  @Override
  public void visitMethodCallExpression(MethodCallExpression call) {
    String name = call.getMethodAsString();
    if (name == null) {
      super.visitMethodCallExpression(call);
    } else if (call.isImplicitThis()) {
      bare(call, name);
    } else {
      asked(call, name);
    }
  }

  /// A call without receiver.
  private void bare(MethodCallExpression call, String name) {
    CodeContext here = sight.here();
    Entry word = here.word(name);
    Variable variable = sight.find(name);
    List<MethodNode> own = sight.names().methods(name);
    if (variable != null) {
      variableCalled(call, variable, word);
    } else if (!own.isEmpty()) {
      if (word != null && here.place() != Place.HELPER) {
        findings.report(call, name, hides("method", own.getFirst().getLineNumber(), name));
      }
      own.forEach(method -> callers.called(method, here.blocks()));
      helperArguments(call);
    } else if (word != null) {
      if (here.blocks().stream().anyMatch(block -> submits(block, name))) {
        submitted(call);
      }
      arguments(call, word);
    } else if (sight.callable(name)) {
      looseArguments(call);
    } else {
      findings.report(call, name, misread.unknown(name));
      // What stands in the block of an unknown word is unknown too.
      sight.in(here.guess(), () -> looseArguments(call));
    }
  }

  private static boolean submits(Block block, String name) {
    return block.code() && name.equals("submit") && block.words().containsKey(name);
  }

  private void submitted(MethodCallExpression call) {
    if (call.getArguments() instanceof TupleExpression tuple) {
      for (Expression argument : tuple.getExpressions()) {
        if (argument instanceof ConstantExpression type
            && type.getValue() instanceof String literal) {
          findings.submits(call, literal);
        }
        if (!(argument instanceof MapExpression)) {
          return;
        }
      }
    }
  }

  private void variableCalled(MethodCallExpression call, Variable variable, @Nullable Entry word) {
    if (word != null) {
      findings.report(call, variable.name(), hides("variable", variable.line(), variable.name()));
    }
    if (variable.closure() != null) {
      callers.called(variable.closure(), sight.here().blocks());
      helperArguments(call);
    } else {
      // A builder, or a closure that came from elsewhere.
      sight.in(sight.here().guess(), () -> looseArguments(call));
    }
  }

  @Override
  public void visitConstructorCallExpression(ConstructorCallExpression call) {
    RelativeFiles.made(call).ifPresent(advice -> findings.warn(call, advice));
    super.visitConstructorCallExpression(call);
  }

  @Override
  public void visitCastExpression(CastExpression cast) {
    RelativeFiles.cast(cast).ifPresent(advice -> findings.warn(cast, advice));
    super.visitCastExpression(cast);
  }

  /// A call with a receiver.
  private void asked(MethodCallExpression call, String name) {
    Expression object = call.getObjectExpression();
    RelativeFiles.asked(call).ifPresent(advice -> findings.warn(call, advice));
    if (misread.chained(object, call)) {
      return;
    }
    if (object instanceof ConstantExpression number
        && number.getValue() instanceof Number
        && NewcomerForms.UNITS.contains(name)
        && lastClosure(call) != null) {
      findings.report(call, name, NewcomerForms.blockOnNumber(number, name));
      return;
    }
    if (endsTheProgram(object, name)) {
      findings.report(
          call,
          name,
          new MistakeText(
              "a script does not end the program", "units end by themselves; remove this call"));
    }
    Block api = sight.apiOf(object);
    if (api != null && !api.names().contains(name) && !sight.groovy().callable(name)) {
      unknownMember(call.getMethod(), object, api, name);
    }
    if (api != null && submits(api, name)) {
      submitted(call);
    }
    if (object instanceof VariableExpression variable) {
      askedOf(variable, name);
    } else {
      object.visit(this);
    }
    CodeContext here = sight.here();
    if (GroovyNames.iterates(name)) {
      sight.captures().loop(() -> looseArguments(call));
    } else {
      sight.in(here.guess(), () -> looseArguments(call));
    }
  }

  private void askedOf(VariableExpression variable, String name) {
    Variable known = sight.find(variable.getName());
    if (known != null && known.closure() != null) {
      callers.called(known.closure(), name.equals("call") ? sight.here().blocks() : everyBlock);
    } else if (variable.isThisExpression()) {
      for (MethodNode method : sight.names().methods(name)) {
        callers.called(method, sight.here().blocks());
      }
    } else {
      variable.visit(this);
    }
  }

  private static boolean endsTheProgram(Expression object, String method) {
    String receiver = method.equals("exit") || method.equals("halt") ? object.getText() : "";
    boolean runtime = receiver.matches("(java\\.lang\\.)?Runtime\\.(getRuntime\\(\\)|runtime)");
    return runtime || method.equals("exit") && receiver.matches("(java\\.lang\\.)?System");
  }

  @Override
  public void visitMethodPointerExpression(MethodPointerExpression pointer) {
    if (pointer.getMethodName() instanceof ConstantExpression name) {
      for (MethodNode method : sight.names().methods(name.getText())) {
        callers.called(method, everyBlock);
      }
    }
    super.visitMethodPointerExpression(pointer);
  }

  private static @Nullable ClosureExpression lastClosure(MethodCallExpression call) {
    return call.getArguments() instanceof TupleExpression tuple
            && !tuple.getExpressions().isEmpty()
            && tuple.getExpressions().getLast() instanceof ClosureExpression closure
        ? closure
        : null;
  }

  // Arguments

  /// The arguments of a call that is no word's: its closures see what the call sees.
  private void looseArguments(MethodCallExpression call) {
    closuresIn(call, sight.here());
  }

  /// The arguments of a call of a script's own: it may call its closures from any block.
  private void helperArguments(MethodCallExpression call) {
    CodeContext here = sight.here();
    closuresIn(call, new CodeContext(Place.HELPER, everyBlock, here.guessing(), here.unit()));
  }

  private void closuresIn(MethodCallExpression call, CodeContext situation) {
    if (!(call.getArguments() instanceof TupleExpression tuple)) {
      call.getArguments().visit(this);
      return;
    }
    for (Expression argument : tuple.getExpressions()) {
      if (argument instanceof ClosureExpression closure) {
        sight.in(situation, () -> body(closure, null));
      } else {
        argument.visit(this);
      }
    }
  }

  @Override
  public void arguments(MethodCallExpression call, Entry word) {
    if (!(call.getArguments() instanceof TupleExpression tuple)) {
      call.getArguments().visit(this);
      return;
    }
    List<Expression> arguments = tuple.getExpressions();
    if (arguments.size() == 1
        && arguments.getFirst() instanceof ClosureExpression
        && word.opensNamed()
        && word.forms().stream().noneMatch(form -> form.positional() == 1)) {
      findings.report(call, word.name(), NewcomerForms.nameless(word.name()));
    }
    int positional = 0;
    for (Expression argument : arguments) {
      positional += argument instanceof MapExpression ? 0 : 1;
    }
    Expression first = null;
    for (Expression argument : arguments) {
      if (argument instanceof MapExpression options) {
        options(options, word);
      } else {
        argument(argument, word, positional, first);
        first = first == null ? argument : first;
      }
    }
  }

  private void options(MapExpression options, Entry word) {
    for (MapEntryExpression entry : options.getMapEntryExpressions()) {
      if (entry.getKeyExpression() instanceof ConstantExpression key) {
        if (!word.anyOption() && !word.options().contains(key.getText())) {
          findings.report(key, key.getText(), MistakeText.unknownOption(word, key.getText()));
        }
      } else {
        entry.getKeyExpression().visit(this);
      }
      switch (entry.getValueExpression()) {
        case ClosureExpression closure -> later(closure, vocabulary.values());
        case VariableExpression variable ->
            name(variable, word, entry.getKeyExpression().getText(), false);
        case Expression value -> value.visit(this);
      }
    }
  }

  /// @param before the first argument, which names the block
  private void argument(
      Expression argument, Entry word, int positional, @Nullable Expression before) {
    switch (argument) {
      case LambdaExpression lambda -> later(lambda, vocabulary.values());
      case ClosureExpression closure -> {
        switch (word.closure(positional)) {
          case Takes.Words(Class<?> type) -> words(closure, word, type, before);
          case Takes.Code(Class<?> api) ->
              later(closure, vocabulary.block(api).orElse(vocabulary.values()));
          case Takes.Value() -> later(closure, vocabulary.values());
        }
      }
      case VariableExpression variable -> given(variable, word, positional);
      case MethodCallExpression call when blockOnName(call, word) ->
          findings.report(
              call,
              word.name(),
              NewcomerForms.nameWithoutBrackets(word.name(), call.getMethod().getText()));
      case BinaryExpression assignment
          when isAssignment(assignment)
              && word.takesOptions()
              && assignment.getLeftExpression() instanceof VariableExpression variable
              && sight.find(variable.getName()) == null ->
          findings.report(
              assignment,
              variable.getName(),
              NewcomerForms.equalsSign(word.name(), variable, assignment, text));
      case GStringExpression string when word.name().equals("shell") -> {
        for (Expression value : string.getValues()) {
          if (value instanceof ConstantExpression number && isParameter(number)) {
            findings.report(number, "shell", NewcomerForms.shellParameter(number.getText()));
          }
        }
        string.visit(this);
      }
      case BinaryExpression dashed when isDashed(dashed) ->
          findings.report(dashed, word.name(), unknownName(text.of(dashed), word, "", false));
      case ConstantExpression number
          when word.name().equals("umask") && number.getValue() instanceof Number ->
          findings.report(number, word.name(), NewcomerForms.umask(text.of(number)));
      default -> argument.visit(this);
    }
  }

  /// `${1}`.
  private boolean isParameter(ConstantExpression number) {
    String line = text.line(number.getLineNumber());
    int at = ScriptText.index(line, number.getColumnNumber());
    return number.getValue() instanceof Integer
        && line.startsWith("${" + number.getText() + "}", at - 2);
  }

  /// `restart on-failure`, `user www-data`: a difference of names that nobody has.
  private boolean isDashed(BinaryExpression difference) {
    return difference.getOperation().getType() == Types.MINUS
        && text.of(difference).matches("[\\w-]+")
        && difference.getRightExpression() instanceof VariableExpression right
        && !sight.resolved(right.getName())
        && switch (difference.getLeftExpression()) {
          case VariableExpression left -> !sight.resolved(left.getName());
          case BinaryExpression left -> isDashed(left);
          default -> false;
        };
  }

  private void given(VariableExpression variable, Entry word, int positional) {
    Variable known = sight.find(variable.getName());
    ClosureExpression helper = known == null ? null : known.closure();
    if (helper == null) {
      name(variable, word, "", false);
      return;
    }
    callers.called(
        helper,
        Set.of(
            word.closure(positional)
                .delegate()
                .flatMap(vocabulary::block)
                .orElse(vocabulary.values())));
  }

  /// `process web { … }`.
  private boolean blockOnName(MethodCallExpression call, Entry word) {
    String name = call.getMethodAsString();
    return name != null
        && word.opensNamed()
        && call.isImplicitThis()
        && lastClosure(call) != null
        && sight.here().word(name) == null
        && sight.find(name) == null
        && sight.names().methods(name).isEmpty();
  }

  // Closures

  private void words(
      ClosureExpression closure, Entry word, Class<?> type, @Nullable Expression name) {
    Block block = vocabulary.block(type).orElseThrow();
    String unit = unit(word, type, name);
    NeedsRun needs = type.getAnnotation(NeedsRun.class);
    boolean bare = needs != null && BareCode.is(closure, block, sight.names());
    sight.in(
        // What stands in its place is not looked at: all of it would be wrong for this one reason.
        new CodeContext(Place.WORDS, Set.of(block), bare, unit),
        () ->
            sight.nested(() -> {
              if (bare) {
                findings.report(
                    closure,
                    "run",
                    new MistakeText(
                        needs.value(), "its code stands in that block, not in this one"));
              }
              if (closure.isParameterSpecified()) {
                if (!bare) {
                  findings.report(closure, word.name(), NewcomerForms.parameter(word.name()));
                }
                parameters(closure.getParameters(), null);
              }
              if (closure.getCode() instanceof BlockStatement body) {
                statements(body.getStatements(), true);
              } else {
                closure.getCode().visit(this);
              }
            }));
  }

  private String unit(Entry word, Class<?> type, @Nullable Expression name) {
    if (!word.opensNamed() || NAMED.stream().noneMatch(named -> named.isAssignableFrom(type))) {
      return sight.here().unit();
    }
    return switch (name) {
      case ConstantExpression constant -> word.name() + " '" + constant.getText() + "'";
      case GStringExpression string -> word.name() + " '" + string.getText() + "'";
      case null, default -> word.name();
    };
  }

  /// Code that runs later: its own API and the script's names, no words.
  private void later(ClosureExpression closure, Block api) {
    sight.in(
        new CodeContext(Place.CODE, Set.of(api), false, sight.here().unit()),
        () -> sight.captures().later(() -> body(closure, api)));
  }

  /// A closure in a variable: it acts on the block it is called from.
  private void held(ClosureExpression closure) {
    sight.in(helper(closure, sight.here().guessing(), ""), () -> body(closure, null));
  }

  @Override
  public void visitClosureExpression(ClosureExpression closure) {
    // In a list, a map or a condition: it may be called from any block.
    callers.called(closure, everyBlock);
    held(closure);
  }

  @Override
  public void visitLambdaExpression(LambdaExpression lambda) {
    body(lambda, null);
  }

  /// @param api what its first parameter is
  private void body(ClosureExpression closure, @Nullable Block api) {
    sight.nested(() -> {
      Parameter[] parameters = closure.getParameters();
      if (parameters != null && parameters.length == 0) {
        sight.declare(new Variable("it", closure.getLineNumber(), null, api));
      }
      parameters(parameters, api);
      closure.getCode().visit(this);
    });
  }

  private void parameters(Parameter @Nullable [] parameters, @Nullable Block first) {
    if (parameters == null) {
      return;
    }
    for (int i = 0; i < parameters.length; i++) {
      Parameter each = parameters[i];
      if (each.hasInitialExpression()) {
        each.getInitialExpression().visit(this);
      }
      sight.declare(
          new Variable(each.getName(), each.getLineNumber(), null, i == 0 ? first : null));
    }
  }
}

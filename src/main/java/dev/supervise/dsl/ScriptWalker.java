package dev.supervise.dsl;

import dev.supervise.dsl.Scope.Variable;
import dev.supervise.dsl.Vocabulary.Block;
import dev.supervise.dsl.Vocabulary.Entry;
import dev.supervise.dsl.Vocabulary.Takes;
import dev.supervise.spec.Origin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.codehaus.groovy.ast.ASTNode;
import org.codehaus.groovy.ast.CodeVisitorSupport;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.expr.ArrayExpression;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
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
import org.codehaus.groovy.ast.stmt.ExpressionStatement;
import org.codehaus.groovy.ast.stmt.ForStatement;
import org.codehaus.groovy.ast.stmt.Statement;
import org.codehaus.groovy.ast.stmt.SwitchStatement;
import org.codehaus.groovy.ast.stmt.TryCatchStatement;
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
final class ScriptWalker extends CodeVisitorSupport {
  /// Where code stands, which decides what an assignment to an undeclared name means.
  private enum Place {
    /// The script's own statements: a variable of the script.
    SCRIPT,
    /// A script method or a closure in a variable: a word of the caller's block, or as in a script.
    HELPER,
    /// A block of words: a mistake.
    WORDS,
    /// Code that runs later: a mistake.
    CODE
  }

  /// @param blocks whose words are in reach; several in helpers that are called from several
  /// @param guessing the closure may be a builder's, so an unknown name is no mistake
  /// @param unit how messages name the unit around it
  private record Situation(Place place, Set<Block> blocks, boolean guessing, String unit) {
    @Nullable Entry word(String name) {
      for (Block block : blocks) {
        Entry entry = block.words().get(name);
        if (entry != null) {
          return entry;
        }
      }
      return null;
    }

    boolean constant(String name) {
      for (Block block : blocks) {
        if (block.open() || block.constants().contains(name)) {
          return true;
        }
      }
      return false;
    }

    boolean api(String name) {
      for (Block block : blocks) {
        if (block.open() || block.names().contains(name)) {
          return true;
        }
      }
      return false;
    }

    Situation guess() {
      return guessing ? this : new Situation(place, blocks, true, unit);
    }
  }

  private final ModuleNode module;
  private final ScriptText text;
  private final Vocabulary vocabulary;
  private final GroovyNames groovy;

  /// Names that the script assigns at its own level without declaring them, or declares as fields.
  private final Set<String> scriptVariables = new HashSet<>();

  private final Set<String> scriptFields = new HashSet<>();
  private final Set<String> namesRead = new HashSet<>();
  private final Map<String, List<MethodNode>> methods = new HashMap<>();

  /// The blocks that helpers are called from: [MethodNode] or [ClosureExpression] to blocks.
  private final Map<ASTNode, Set<Block>> callers = new IdentityHashMap<>();

  private final Map<String, Mistake> mistakes = new java.util.LinkedHashMap<>();
  private boolean reporting;
  private boolean learned;

  private Scope scope = new Scope(null);
  private Situation here;

  private ScriptWalker(ModuleNode module, ScriptText text, Vocabulary vocabulary, Block start) {
    this.module = module;
    this.text = text;
    this.vocabulary = vocabulary;
    this.groovy = new GroovyNames(module, ScriptWalker.class.getClassLoader());
    this.here = new Situation(Place.SCRIPT, Set.of(start), false, "");
  }

  /// All mistakes of one file, sorted by place.
  ///
  /// @param module its syntax tree after parsing, before anything is resolved or rewritten
  /// @param start the block its statements act on: the root, or where an `include` stands
  static List<Mistake> walk(
      ModuleNode module, ScriptText text, Vocabulary vocabulary, Block start) {
    return new ScriptWalker(module, text, vocabulary, start).walk();
  }

  private List<Mistake> walk() {
    BlockStatement statements = module.getStatementBlock();
    for (MethodNode method : module.getMethods()) {
      methods.computeIfAbsent(method.getName(), _ -> new ArrayList<>()).add(method);
    }
    statements.visit(new Names());
    for (MethodNode method : module.getMethods()) {
      method.getCode().visit(new Names());
    }
    // Who calls which helper is known after as many rounds as helpers call helpers.
    do {
      learned = false;
      round(statements);
    } while (learned);
    reporting = true;
    round(statements);
    List<Mistake> sorted = new ArrayList<>(mistakes.values());
    sorted.sort(MistakeReport.BY_PLACE);
    return sorted;
  }

  private void round(BlockStatement statements) {
    scope = new Scope(null);
    walkStatements(statements.getStatements(), false);
    for (MethodNode method : module.getMethods()) {
      Situation outer = here;
      scope = new Scope(null);
      here = new Situation(Place.HELPER, callersOf(method), false, "");
      declare(method.getParameters());
      method.getCode().visit(this);
      here = outer;
    }
  }

  private Set<Block> callersOf(ASTNode helper) {
    Set<Block> known = callers.getOrDefault(helper, Set.of());
    return known.isEmpty() && reporting ? new LinkedHashSet<>(vocabulary.blocks()) : known;
  }

  private void called(ASTNode helper, Collection<Block> from) {
    learned |= callers.computeIfAbsent(helper, _ -> new LinkedHashSet<>()).addAll(from);
  }

  // Statements

  /// @param words directly in a block of words, where a single-valued word may stand once
  private void walkStatements(List<Statement> statements, boolean words) {
    Map<String, Integer> first = new HashMap<>();
    for (Statement statement : statements) {
      if (words) {
        once(statement, first);
      }
      statement.visit(this);
    }
  }

  private void once(Statement statement, Map<String, Integer> first) {
    if (!(statement instanceof ExpressionStatement simple)) {
      return;
    }
    String name =
        switch (simple.getExpression()) {
          case MethodCallExpression call when call.isImplicitThis() -> call.getMethodAsString();
          case DeclarationExpression _ -> null;
          case BinaryExpression assignment when isAssignment(assignment) ->
              assignment.getLeftExpression() instanceof VariableExpression variable
                  ? variable.getName()
                  : null;
          default -> null;
        };
    Entry word = name == null || scope.find(name) != null ? null : here.word(name);
    if (word == null || word.repeats() || word.yields()) {
      return;
    }
    Integer before = first.putIfAbsent(word.name(), statement.getLineNumber());
    if (before != null) {
      report(statement, word.name(), Advice.twice(word.name(), before));
    }
  }

  @Override
  public void visitBlockStatement(BlockStatement block) {
    Scope outer = scope;
    scope = new Scope(outer);
    walkStatements(block.getStatements(), false);
    scope = outer;
  }

  @Override
  public void visitExpressionStatement(ExpressionStatement statement) {
    Expression expression = statement.getExpression();
    if (statement.getStatementLabels() != null) {
      for (String label : statement.getStatementLabels()) {
        if (here.word(label) != null) {
          report(statement, label, NewcomerForms.colon(label, text.of(expression)));
          return;
        }
      }
    }
    switch (expression) {
      case VariableExpression variable when bareWord(variable) -> {}
      case DeclarationExpression declaration when declaresWord(declaration) -> {}
      case BinaryExpression binary when wordInCalculation(binary) -> {}
      case PropertyExpression property when chain(property.getObjectExpression(), property) -> {}
      default -> expression.visit(this);
    }
  }

  /// `oneShot`, alone on its line.
  private boolean bareWord(VariableExpression variable) {
    String name = variable.getName();
    Entry word = here.word(name);
    if (word != null && scope.find(name) == null) {
      report(variable, name, NewcomerForms.alone(word));
    } else if (resolved(name)) {
      return false;
    } else if (!here.guessing()) {
      report(variable, name, unknownCall(name));
    }
    return true;
  }

  /// `env PORT=8080`.
  private boolean declaresWord(DeclarationExpression declaration) {
    if (declaration.isMultipleAssignmentDeclaration()) {
      return false;
    }
    String type = declaration.getVariableExpression().getOriginType().getName();
    if (here.word(type) == null) {
      return false;
    }
    report(declaration, type, NewcomerForms.equalsSign(type, declaration, text));
    return true;
  }

  /// `delay -1.seconds`, `command ['a', 'b']`.
  private boolean wordInCalculation(BinaryExpression binary) {
    if (isAssignment(binary)) {
      return false;
    }
    BinaryExpression innermost = binary;
    while (innermost.getLeftExpression() instanceof BinaryExpression left) {
      innermost = left;
    }
    if (!(innermost.getLeftExpression() instanceof VariableExpression variable)
        || scope.find(variable.getName()) != null
        || here.word(variable.getName()) == null) {
      return false;
    }
    String word = variable.getName();
    report(
        binary,
        word,
        innermost.getOperation().getType() == Types.LEFT_SQUARE_BRACKET
            ? NewcomerForms.index(word, innermost.getRightExpression(), text)
            : NewcomerForms.minus(word, innermost, text));
    return true;
  }

  /// `restart always delay 1.second`, `command 'a' 'b'`, `stop SIGTERM within: 5.seconds`: what
  /// follows a word's value on its line is asked of the value.
  ///
  /// @param link the property or the call that is asked of `object`
  private boolean chain(Expression object, Expression link) {
    String first;
    Expression before;
    switch (object) {
      case MethodCallExpression call when call.isImplicitThis() -> {
        String name = call.getMethodAsString();
        Entry entry = name == null || scope.find(name) != null ? null : here.word(name);
        if (entry == null || entry.yields() || methods.containsKey(name)) {
          return false;
        }
        first = name;
        before = call.getArguments();
      }
      case MethodCallExpression inner -> {
        if (!chain(inner.getObjectExpression(), inner)) {
          return false;
        }
        return true;
      }
      case PropertyExpression inner -> {
        return chain(inner.getObjectExpression(), inner);
      }
      case VariableExpression variable -> {
        Entry entry = resolved(variable.getName()) ? null : here.word(variable.getName());
        if (entry == null) {
          return false;
        }
        String second = linkName(link);
        report(
            link,
            variable.getName(),
            second != null && link instanceof MethodCallExpression call
                ? NewcomerForms.missingComma(
                    variable.getName(), second, text.of(call.getArguments()))
                : NewcomerForms.alone(entry));
        return true;
      }
      default -> {
        return false;
      }
    }
    object.visit(this);
    String second = linkName(link);
    if (second == null) {
      return true;
    }
    ASTNode at =
        link instanceof MethodCallExpression call
            ? call.getMethod()
            : ((PropertyExpression) link).getProperty();
    boolean word = here.word(second) != null || !vocabulary.placesOf(second).isEmpty();
    report(
        at,
        word ? second : first,
        word || !(link instanceof PropertyExpression)
            ? NewcomerForms.oneLine(first, second)
            : NewcomerForms.missingComma(first, text.of(before), text.of(at)));
    if (link instanceof MethodCallExpression call && word) {
      Entry entry = here.word(second);
      if (entry != null) {
        arguments(call, entry);
      }
    }
    return true;
  }

  private static @Nullable String linkName(Expression link) {
    return switch (link) {
      case MethodCallExpression call -> call.getMethodAsString();
      case PropertyExpression property -> property.getPropertyAsString();
      default -> null;
    };
  }

  @Override
  public void visitForLoop(ForStatement loop) {
    Scope outer = scope;
    scope = new Scope(outer);
    loop.getCollectionExpression().visit(this);
    if (loop.getValueVariable() != null) {
      declare(loop.getValueVariable());
    }
    if (loop.getIndexVariable() != null) {
      declare(loop.getIndexVariable());
    }
    loop.getLoopBlock().visit(this);
    scope = outer;
  }

  @Override
  public void visitCatchStatement(CatchStatement statement) {
    Scope outer = scope;
    scope = new Scope(outer);
    declare(statement.getVariable());
    statement.getCode().visit(this);
    scope = outer;
  }

  @Override
  public void visitTryCatchFinally(TryCatchStatement statement) {
    Scope outer = scope;
    scope = new Scope(outer);
    for (Statement resource : statement.getResourceStatements()) {
      resource.visit(this);
    }
    statement.getTryStatement().visit(this);
    scope = outer;
    for (CatchStatement each : statement.getCatchStatements()) {
      each.visit(this);
    }
    statement.getFinallyStatement().visit(this);
  }

  @Override
  public void visitSwitch(SwitchStatement statement) {
    Scope outer = scope;
    scope = new Scope(outer);
    super.visitSwitch(statement);
    scope = outer;
  }

  // Names

  /// Whether a bare name has a meaning here that is no word.
  private boolean resolved(String name) {
    return scope.find(name) != null
        || here.constant(name)
        || scriptVariables.contains(name)
        || switch (name) {
          case "this", "super", "owner", "delegate", "thisObject" -> true;
          default -> getter(name) || groovy.readable(name);
        };
  }

  private boolean getter(String name) {
    String suffix = Character.toUpperCase(name.charAt(0)) + name.substring(1);
    return methods.containsKey("get" + suffix) || methods.containsKey("is" + suffix);
  }

  @Override
  public void visitVariableExpression(VariableExpression variable) {
    name(variable, null, false);
  }

  /// @param argumentOf the word that it is given to
  private void name(VariableExpression variable, @Nullable String argumentOf, boolean inString) {
    String name = variable.getName();
    Variable known = scope.find(name);
    if (known != null) {
      if (known.closure() != null) {
        // Handed on: whoever gets it may call it from anywhere.
        called(known.closure(), vocabulary.blocks());
      }
      return;
    }
    if (resolved(name) || here.guessing()) {
      return;
    }
    if (inString) {
      var shell = NewcomerForms.shellVariable(name);
      if (shell.isPresent()) {
        report(variable, name, shell.get());
        return;
      }
    }
    if (name.equals("it")) {
      report(
          variable,
          name,
          new Advice(
              "unknown name 'it'", "a block of words has no 'it' of its own; name it in the loop"));
      return;
    }
    Entry word = here.word(name);
    if (word != null) {
      report(
          variable,
          name,
          argumentOf == null
              ? new Advice("'" + name + "' is a word here and has no value", "")
              : new Advice(
                  "'" + name + "' is a word and no value of '" + argumentOf + "'",
                  "write '" + name + "' in quotes or on a line of its own"));
      return;
    }
    Advice advice = Advice.unknownName(here.blocks(), visible(), name);
    report(
        variable,
        name,
        advice.hint().isEmpty() && argumentOf != null
            ? NewcomerForms.bareName(argumentOf, name)
            : advice);
  }

  private Set<String> visible() {
    Set<String> names = scope.names();
    names.addAll(scriptVariables);
    return names;
  }

  @Override
  public void visitGStringExpression(GStringExpression string) {
    for (Expression value : string.getValues()) {
      switch (value) {
        case VariableExpression variable -> name(variable, null, true);
        case ClosureExpression closure -> later(closure, vocabulary.values());
        default -> value.visit(this);
      }
    }
  }

  @Override
  public void visitPropertyExpression(PropertyExpression property) {
    Expression object = property.getObjectExpression();
    String name = property.getPropertyAsString();
    if (object instanceof ConstantExpression number
        && number.getValue() instanceof Number
        && name != null) {
      if (!NewcomerForms.UNITS.contains(name) && !name.equals("class")) {
        report(property.getProperty(), name, NewcomerForms.unit(number, name));
      }
      return;
    }
    if (qualified(property)) {
      return;
    }
    if (object instanceof VariableExpression variable && name != null) {
      Block api = apiOf(variable);
      if (api != null && !api.constants().contains(name)) {
        unknownMember(property.getProperty(), variable, api, name);
      }
    }
    object.visit(this);
    if (name == null) {
      property.getProperty().visit(this);
    }
  }

  private boolean qualified(Expression expression) {
    StringBuilder dotted = new StringBuilder();
    Expression at = expression;
    while (at instanceof PropertyExpression property && property.getPropertyAsString() != null) {
      dotted.insert(0, "." + property.getPropertyAsString());
      at = property.getObjectExpression();
    }
    return at instanceof VariableExpression variable
        && !dotted.isEmpty()
        && scope.find(variable.getName()) == null
        && groovy.qualified(variable.getName() + dotted);
  }

  private @Nullable Block apiOf(VariableExpression variable) {
    Variable known = scope.find(variable.getName());
    return known == null || known.api() == null || known.api().open() ? null : known.api();
  }

  private void unknownMember(ASTNode at, VariableExpression variable, Block api, String name) {
    Set<String> known = new LinkedHashSet<>(api.names());
    known.addAll(api.constants());
    report(
        at,
        name,
        new Advice(
            "'" + variable.getName() + "' has no '" + name + "'",
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
          scope.declare(variable.getName(), variable.getLineNumber());
        }
      }
      return;
    }
    VariableExpression variable = declaration.getVariableExpression();
    boolean closure = right instanceof ClosureExpression;
    scope.declare(
        new Variable(
            variable.getName(),
            variable.getLineNumber(),
            right instanceof ClosureExpression helper ? helper : null,
            null));
    if (closure) {
      helper((ClosureExpression) right);
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
        boolean word = assign(variable);
        Entry entry = word ? here.word(variable.getName()) : null;
        if (entry != null) {
          argument(right, entry, 1, null);
        } else if (right instanceof ClosureExpression closure) {
          helper(closure);
          Variable known = scope.find(variable.getName());
          called(closure, known == null ? List.of() : vocabulary.blocks());
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
      default -> super.visitBinaryExpression(binary);
    }
  }

  @Override
  public void visitPostfixExpression(PostfixExpression expression) {
    super.visitPostfixExpression(expression);
  }

  @Override
  public void visitPrefixExpression(PrefixExpression expression) {
    super.visitPrefixExpression(expression);
  }

  /// Whether the assignment gives a word its value.
  private boolean assign(VariableExpression variable) {
    String name = variable.getName();
    Entry word = here.word(name);
    Variable known = scope.find(name);
    if (known != null) {
      if (word != null && here.place() == Place.WORDS && !word.repeats()) {
        report(variable, name, hides("variable", known.line(), name));
      }
      return false;
    }
    if (word != null) {
      if (word.repeats()) {
        report(
            variable,
            name,
            new Advice("'" + name + "' adds up and is not assigned", "write '" + name + " …'"));
      }
      return true;
    }
    if (here.guessing() || scriptFields.contains(name)) {
      return false;
    }
    switch (here.place()) {
      case SCRIPT, HELPER -> {
        // A variable that nothing reads was meant as a word.
        if (!namesRead.contains(name)) {
          Set<String> words = new LinkedHashSet<>();
          here.blocks().forEach(block -> words.addAll(block.words().keySet()));
          NearestName.of(name, words)
              .ifPresent(nearest ->
                  report(
                      variable,
                      name,
                      new Advice(
                          "unknown word '" + name + "'", "did you mean '" + nearest + "'?")));
        }
      }
      case WORDS, CODE -> {
        if (!scriptVariables.contains(name)) {
          Advice advice = Advice.unknownWord(vocabulary, here.blocks(), name);
          report(
              variable,
              name,
              advice.hint().isEmpty() || here.place() == Place.CODE
                  ? new Advice(
                      "'" + name + "' is assigned but nowhere declared",
                      "write 'def " + name + " = …' for a variable of your own")
                  : advice);
        }
      }
    }
    return false;
  }

  private static Advice hides(String what, int line, String word) {
    return new Advice(
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
      implicit(call, name);
    } else {
      explicit(call, name);
    }
  }

  private void implicit(MethodCallExpression call, String name) {
    Entry word = here.word(name);
    Variable variable = scope.find(name);
    if (variable != null) {
      if (word != null) {
        report(call, name, hides("variable", variable.line(), name));
      } else if (variable.closure() != null) {
        called(variable.closure(), here.blocks());
      } else {
        // A builder, or a closure that came from elsewhere.
        Situation outer = here;
        here = here.guess();
        looseArguments(call);
        here = outer;
        return;
      }
      helperArguments(call);
      return;
    }
    List<MethodNode> own = methods.get(name);
    if (own != null) {
      if (word != null && here.place() != Place.HELPER) {
        report(call, name, hides("method", own.getFirst().getLineNumber(), name));
      }
      for (MethodNode method : own) {
        called(method, here.blocks());
      }
      helperArguments(call);
      return;
    }
    if (word != null) {
      arguments(call, word);
      return;
    }
    if (!here.api(name)
        && !here.guessing()
        && !scriptVariables.contains(name)
        && !scriptFields.contains(name)
        && !groovy.callable(name)) {
      report(call, name, unknownCall(name));
      // What stands in the block of an unknown word is unknown too.
      Situation outer = here;
      here = here.guess();
      looseArguments(call);
      here = outer;
      return;
    }
    looseArguments(call);
  }

  private Advice unknownCall(String name) {
    Advice advice = Advice.unknownWord(vocabulary, here.blocks(), name);
    if (advice.hint().isEmpty()) {
      Set<String> helpers = new LinkedHashSet<>(visible());
      helpers.addAll(methods.keySet());
      return NearestName.of(name, helpers)
          .map(nearest -> new Advice(advice.message(), "did you mean '" + nearest + "'?"))
          .orElse(advice);
    }
    return advice;
  }

  private void explicit(MethodCallExpression call, String name) {
    Expression object = call.getObjectExpression();
    if (chain(object, call)) {
      return;
    }
    if (object instanceof ConstantExpression number
        && number.getValue() instanceof Number
        && NewcomerForms.UNITS.contains(name)
        && lastClosure(call) != null) {
      report(call, name, NewcomerForms.blockOnNumber(number, name));
      return;
    }
    if (ends(object, name)) {
      report(
          call,
          name,
          new Advice(
              "a script does not end the program", "units end by themselves; remove this call"));
    }
    if (object instanceof VariableExpression variable) {
      Block api = apiOf(variable);
      if (api != null && !api.names().contains(name) && !groovy.callable(name)) {
        unknownMember(call.getMethod(), variable, api, name);
      }
      Variable known = scope.find(variable.getName());
      if (known != null && known.closure() != null) {
        called(known.closure(), name.equals("call") ? here.blocks() : vocabulary.blocks());
      } else if (!variable.getName().equals("this") && !qualified(object)) {
        object.visit(this);
      }
      List<MethodNode> own = variable.getName().equals("this") ? methods.get(name) : null;
      if (own != null) {
        for (MethodNode method : own) {
          called(method, here.blocks());
        }
      }
    } else {
      object.visit(this);
    }
    Situation outer = here;
    if (!GroovyNames.iterates(name)) {
      here = here.guess();
    }
    looseArguments(call);
    here = outer;
  }

  private static boolean ends(Expression object, String method) {
    String receiver = object.getText();
    return switch (method) {
      case "exit" ->
          receiver.matches("(java\\.lang\\.)?(System|Runtime\\.(getRuntime\\(\\)|runtime))");
      case "halt" -> receiver.matches("(java\\.lang\\.)?Runtime\\.(getRuntime\\(\\)|runtime)");
      default -> false;
    };
  }

  @Override
  public void visitMethodPointerExpression(MethodPointerExpression pointer) {
    if (pointer.getMethodName() instanceof ConstantExpression name) {
      for (MethodNode method : methods.getOrDefault(name.getText(), List.of())) {
        called(method, vocabulary.blocks());
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

  /// The arguments of a call that is no word's: closures see the names around them.
  private void looseArguments(MethodCallExpression call) {
    if (!(call.getArguments() instanceof TupleExpression tuple)) {
      call.getArguments().visit(this);
      return;
    }
    for (Expression argument : tuple.getExpressions()) {
      if (argument instanceof ClosureExpression closure) {
        closure(closure, null);
      } else {
        argument.visit(this);
      }
    }
  }

  /// The arguments of a call of a script's own: it may call its closures from any block.
  private void helperArguments(MethodCallExpression call) {
    Situation outer = here;
    Set<Block> any = new LinkedHashSet<>(vocabulary.blocks());
    if (call.getArguments() instanceof TupleExpression tuple) {
      for (Expression argument : tuple.getExpressions()) {
        if (argument instanceof ClosureExpression closure) {
          here = new Situation(Place.HELPER, any, outer.guessing(), outer.unit());
          closure(closure, null);
          here = outer;
        } else {
          argument.visit(this);
        }
      }
    } else {
      call.getArguments().visit(this);
    }
  }

  // Arguments of words

  private void arguments(MethodCallExpression call, Entry word) {
    if (!(call.getArguments() instanceof TupleExpression tuple)) {
      call.getArguments().visit(this);
      return;
    }
    List<Expression> arguments = tuple.getExpressions();
    int positional = 0;
    for (Expression argument : arguments) {
      positional += argument instanceof MapExpression ? 0 : 1;
    }
    Expression name = null;
    for (Expression argument : arguments) {
      if (argument instanceof MapExpression options) {
        options(options, word);
      } else {
        argument(argument, word, positional, name);
        name = name == null ? argument : name;
      }
    }
  }

  private void options(MapExpression options, Entry word) {
    for (MapEntryExpression entry : options.getMapEntryExpressions()) {
      if (entry.getKeyExpression() instanceof ConstantExpression key) {
        if (!word.anyOption() && !word.options().contains(key.getText())) {
          report(key, key.getText(), Advice.unknownOption(word, key.getText()));
        }
      } else {
        entry.getKeyExpression().visit(this);
      }
      switch (entry.getValueExpression()) {
        case ClosureExpression closure -> later(closure, vocabulary.values());
        case VariableExpression variable ->
            name(variable, word.name() + " " + text.of(entry.getKeyExpression()) + ":", false);
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
      case VariableExpression variable -> {
        Variable known = scope.find(variable.getName());
        ClosureExpression helper = known == null ? null : known.closure();
        if (helper != null) {
          called(
              helper,
              Set.of(
                  word.closure(positional)
                      .delegate()
                      .flatMap(vocabulary::block)
                      .orElse(vocabulary.values())));
        } else {
          name(variable, word.name(), false);
        }
      }
      case MethodCallExpression call
          when word.opensNamed()
              && call.isImplicitThis()
              && call.getMethodAsString() != null
              && lastClosure(call) != null
              && here.word(call.getMethodAsString()) == null
              && scope.find(call.getMethodAsString()) == null
              && !methods.containsKey(call.getMethodAsString()) ->
          report(
              call,
              call.getMethodAsString(),
              NewcomerForms.nameWithoutBrackets(word.name(), call.getMethodAsString()));
      case ConstantExpression number
          when word.name().equals("umask") && number.getValue() instanceof Number ->
          report(number, word.name(), NewcomerForms.umask(text.of(number)));
      default -> argument.visit(this);
    }
  }

  // Closures

  private void words(
      ClosureExpression closure, Entry word, Class<?> type, @Nullable Expression name) {
    Block block = vocabulary.block(type).orElseThrow();
    Situation outer = here;
    Scope around = scope;
    scope = new Scope(around);
    here = new Situation(Place.WORDS, Set.of(block), false, unit(outer, word, name));
    if (closure.isParameterSpecified()) {
      report(closure, word.name(), NewcomerForms.parameter(word.name()));
    }
    declare(closure.getParameters());
    if (closure.getCode() instanceof BlockStatement body) {
      walkStatements(body.getStatements(), true);
    } else {
      closure.getCode().visit(this);
    }
    scope = around;
    here = outer;
  }

  private static String unit(Situation outer, Entry word, @Nullable Expression name) {
    if (!word.opensNamed()) {
      return outer.unit();
    }
    return switch (name) {
      case ConstantExpression constant -> word.name() + " '" + constant.getText() + "'";
      case GStringExpression string -> word.name() + " '" + string.getText() + "'";
      case null, default -> word.name();
    };
  }

  /// Code that runs later: its own API and the script's names, no words.
  private void later(ClosureExpression closure, Block api) {
    Situation outer = here;
    here = new Situation(Place.CODE, Set.of(api), false, outer.unit());
    closure(closure, api);
    here = outer;
  }

  /// A closure in a variable: it acts on the block it is called from.
  private void helper(ClosureExpression closure) {
    Situation outer = here;
    here = new Situation(Place.HELPER, callersOf(closure), outer.guessing(), "");
    closure(closure, null);
    here = outer;
  }

  @Override
  public void visitClosureExpression(ClosureExpression closure) {
    // In a list, a map or a condition: it may be called from any block.
    called(closure, vocabulary.blocks());
    helper(closure);
  }

  @Override
  public void visitLambdaExpression(LambdaExpression lambda) {
    closure(lambda, null);
  }

  private void closure(ClosureExpression closure, @Nullable Block api) {
    Scope around = scope;
    scope = new Scope(around);
    Parameter[] parameters = closure.getParameters();
    if (parameters != null && parameters.length == 0) {
      scope.declare(new Variable("it", closure.getLineNumber(), null, api));
    }
    if (parameters != null) {
      for (int i = 0; i < parameters.length; i++) {
        Parameter each = parameters[i];
        if (each.hasInitialExpression()) {
          each.getInitialExpression().visit(this);
        }
        scope.declare(
            new Variable(each.getName(), each.getLineNumber(), null, i == 0 ? api : null));
      }
    }
    closure.getCode().visit(this);
    scope = around;
  }

  private void declare(Parameter @Nullable ... parameters) {
    if (parameters == null) {
      return;
    }
    for (Parameter each : parameters) {
      if (each.hasInitialExpression()) {
        each.getInitialExpression().visit(this);
      }
      scope.declare(each.getName(), each.getLineNumber());
    }
  }

  @Override
  public void visitArrayExpression(ArrayExpression expression) {
    super.visitArrayExpression(expression);
  }

  private void report(ASTNode at, String word, Advice advice) {
    if (!reporting) {
      return;
    }
    Mistake mistake =
        new Mistake(
            new Origin(text.path(), at.getLineNumber()),
            at.getColumnNumber(),
            here.unit(),
            word,
            advice.message(),
            advice.hint());
    mistakes.putIfAbsent(
        at.getLineNumber() + ":" + at.getColumnNumber() + ":" + advice.message(), mistake);
  }

  /// Collects which names the script reads anywhere, and which it assigns at its own level.
  private final class Names extends CodeVisitorSupport {
    private int depth;

    @Override
    public void visitVariableExpression(VariableExpression variable) {
      namesRead.add(variable.getName());
    }

    @Override
    public void visitMethodCallExpression(MethodCallExpression call) {
      if (call.isImplicitThis() && call.getMethodAsString() != null) {
        namesRead.add(call.getMethodAsString());
      }
      super.visitMethodCallExpression(call);
    }

    @Override
    public void visitClosureExpression(ClosureExpression closure) {
      depth++;
      super.visitClosureExpression(closure);
      depth--;
    }

    @Override
    public void visitDeclarationExpression(DeclarationExpression declaration) {
      declaration.getRightExpression().visit(this);
      if (!declaration.getAnnotations().isEmpty()
          && !declaration.isMultipleAssignmentDeclaration()) {
        scriptFields.add(declaration.getVariableExpression().getName());
        scriptVariables.add(declaration.getVariableExpression().getName());
      }
    }

    @Override
    public void visitBinaryExpression(BinaryExpression binary) {
      boolean plain = binary.getOperation().getType() == Types.EQUAL;
      if (plain && binary.getLeftExpression() instanceof VariableExpression variable) {
        if (depth == 0) {
          scriptVariables.add(variable.getName());
        }
        binary.getRightExpression().visit(this);
      } else {
        super.visitBinaryExpression(binary);
      }
    }
  }
}

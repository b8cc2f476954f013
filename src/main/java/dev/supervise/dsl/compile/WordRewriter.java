package dev.supervise.dsl.compile;

import dev.supervise.dsl.script.LoadedScript;
import dev.supervise.dsl.words.Language;
import dev.supervise.dsl.words.TaskDeclarations;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.codehaus.groovy.ast.ClassCodeExpressionTransformer;
import org.codehaus.groovy.ast.ClassHelper;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.DynamicVariable;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.Variable;
import org.codehaus.groovy.ast.VariableScope;
import org.codehaus.groovy.ast.expr.ArgumentListExpression;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.DeclarationExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.PostfixExpression;
import org.codehaus.groovy.ast.expr.PrefixExpression;
import org.codehaus.groovy.ast.expr.PropertyExpression;
import org.codehaus.groovy.ast.expr.RangeExpression;
import org.codehaus.groovy.ast.expr.StaticMethodCallExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.ast.stmt.BlockStatement;
import org.codehaus.groovy.ast.stmt.DoWhileStatement;
import org.codehaus.groovy.ast.stmt.ExpressionStatement;
import org.codehaus.groovy.ast.stmt.ForStatement;
import org.codehaus.groovy.ast.stmt.IfStatement;
import org.codehaus.groovy.ast.stmt.LoopingStatement;
import org.codehaus.groovy.ast.stmt.Statement;
import org.codehaus.groovy.ast.stmt.WhileStatement;
import org.codehaus.groovy.classgen.VariableScopeVisitor;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.syntax.Types;
import org.jspecify.annotations.Nullable;

/// Rewrites a script's class so that the language's words do not go through Groovy's dispatch:
///
/// - a call without receiver becomes [LoadedScript#word$], a bare name nobody declared
///   [LoadedScript#name$], an assignment to one [LoadedScript#assign$], each with its line
/// - a statement that is a word is guarded on its own, so that one mistake does not hide the next
/// - a literal block of words becomes a method of the script instead of a closure class, where the
///   variables it reads from outside never change: a class costs half a millisecond at each start
/// - loops, closures and methods begin with [LoadedScript#pause$]
/// - `x.exit(…)` and `x.halt(…)` become [LoadedScript#exit$]
///
/// Methods that the script declares itself, and what every Groovy script has (`println`), are
/// called as Groovy calls them. Classes inside a script get the last two only.
final class WordRewriter extends ClassCodeExpressionTransformer {
  private static final Set<String> OF_EVERY_SCRIPT =
      Set.of("println", "print", "printf", "sprintf", "call");
  private static final Set<String> OF_EVERY_CLOSURE = Set.of("owner", "delegate", "thisObject");

  private final SourceUnit source;
  private final ClassNode type;
  private final List<TaskDeclarations.Wanted> submitted;
  private final Class<? extends LoadedScript> base;
  private final boolean script;
  private final RuntimeCalls calls = new RuntimeCalls();
  private final List<MethodNode> lifted = new ArrayList<>();
  private Set<Variable> changing = Set.of();
  private boolean words;

  /// In code whose last value nobody takes: the script's statements and blocks of words.
  private boolean plain;

  /// @param submitted where the file's code names the type of a task
  /// @param base what the script's class extends
  WordRewriter(
      SourceUnit source,
      ClassNode type,
      List<TaskDeclarations.Wanted> submitted,
      Class<? extends LoadedScript> base) {
    this.source = source;
    this.type = type;
    this.submitted = submitted;
    this.base = base;
    this.script = type.isScript();
  }

  void run() {
    changing = ChangingVariables.of(type);
    if (script) {
      becomeLoadedScript();
    }
    for (MethodNode method : List.copyOf(type.getMethods())) {
      Statement code = method.getCode();
      if (code == null || method.isSynthetic() || method.getName().equals("main")) {
        continue;
      }
      words = script && !method.isStatic();
      plain = method.getName().equals("run") && method.isScriptBody();
      code.visit(this);
      if (!method.getName().equals("run") && code instanceof BlockStatement block) {
        calls.pauseFirst(block);
      }
    }
    words = false;
    type.getDeclaredConstructors().forEach(each -> each.getCode().visit(this));
    if (script) {
      List<MethodNode> statements = new ArrayList<>(lifted);
      type.getMethods("run").stream().filter(MethodNode::isScriptBody).forEach(statements::add);
      lifted.addAll(MethodSplitter.split(type, statements, changing));
    }
    if (script && !submitted.isEmpty()) {
      lifted.add(calls.submits(submitted));
    }
    lifted.forEach(type::addMethod);
    VariableScopeVisitor scopes = new VariableScopeVisitor(source, true);
    scopes.visitClass(type);
  }

  /// The script's class as the compiler made it is one for `groovy.lang.Script`.
  private void becomeLoadedScript() {
    type.setSuperClass(ClassHelper.make(base));
    type.getMethods().stream()
        .filter(method -> method.getName().equals("main") && method.isStatic())
        .filter(method -> method.getLineNumber() <= 0)
        .toList()
        .forEach(type::removeMethod);
    type.getDeclaredConstructors().removeIf(each -> each.getParameters().length == 1);
  }

  @Override
  protected SourceUnit getSourceUnit() {
    return source;
  }

  // ---- statements

  @Override
  public void visitBlockStatement(BlockStatement block) {
    block.getStatements().replaceAll(this::rewritten);
  }

  @Override
  public void visitIfElse(IfStatement choice) {
    choice.setBooleanExpression(
        (org.codehaus.groovy.ast.expr.BooleanExpression) transform(choice.getBooleanExpression()));
    choice.setIfBlock(rewritten(choice.getIfBlock()));
    choice.setElseBlock(rewritten(choice.getElseBlock()));
  }

  @Override
  public void visitForLoop(ForStatement loop) {
    loop.setCollectionExpression(transform(loop.getCollectionExpression()));
    body(loop);
  }

  @Override
  public void visitWhileLoop(WhileStatement loop) {
    loop.setBooleanExpression(
        (org.codehaus.groovy.ast.expr.BooleanExpression) transform(loop.getBooleanExpression()));
    body(loop);
  }

  @Override
  public void visitDoWhileLoop(DoWhileStatement loop) {
    loop.setBooleanExpression(
        (org.codehaus.groovy.ast.expr.BooleanExpression) transform(loop.getBooleanExpression()));
    body(loop);
  }

  private void body(LoopingStatement loop) {
    Statement body = rewritten(loop.getLoopBlock());
    BlockStatement block =
        body instanceof BlockStatement already
            ? already
            : new BlockStatement(new ArrayList<>(List.of(body)), new VariableScope());
    calls.pauseFirst(block);
    loop.setLoopBlock(block);
  }

  private Statement rewritten(Statement statement) {
    if (words && statement instanceof ExpressionStatement said) {
      Statement guarded = plain && isLoop(said.getExpression()) ? loop(said) : null;
      if (guarded == null) {
        guarded = said(said);
      }
      if (guarded != null) {
        guarded.setSourcePosition(statement);
        guarded.copyStatementLabels(statement);
        return guarded;
      }
    }
    statement.visit(this);
    return statement;
  }

  /// A statement that is a word; null for every other.
  private @Nullable Statement said(ExpressionStatement statement) {
    Expression expression = statement.getExpression();
    if (isWord(expression)) {
      MethodCallExpression call = (MethodCallExpression) expression;
      ClosureExpression block = BlockMarks.blockOf(call);
      MethodNode body = block == null ? null : lift(block);
      if (body != null) {
        return calls.block(call, arguments(call, true), body);
      }
    } else if (!(expression instanceof BinaryExpression assignment && isAssignment(assignment))
        && !(expression instanceof MethodCallExpression call && isExit(call.getMethodAsString()))) {
      return null;
    }
    return calls.guarded(expression, new ExpressionStatement(transform(expression)));
  }

  // ---- expressions

  @Override
  public @Nullable Expression transform(@Nullable Expression expression) {
    return switch (expression) {
      case null -> null;
      case ClosureExpression closure -> closure(closure);
      case MethodCallExpression call when isWord(call) -> calls.word(call, arguments(call, false));
      case MethodCallExpression call when isExit(call.getMethodAsString()) ->
          calls.exit(
              call,
              transform(call.getObjectExpression()),
              call.getMethodAsString(),
              arguments(call, false));
      case StaticMethodCallExpression call when isExit(call.getMethod()) ->
          calls.exit(
              call,
              new org.codehaus.groovy.ast.expr.ClassExpression(call.getOwnerType()),
              call.getMethod(),
              transformed(RuntimeCalls.arguments(call.getArguments())));
      case DeclarationExpression declaration -> {
        declaration.setRightExpression(transform(declaration.getRightExpression()));
        yield declaration;
      }
      case BinaryExpression assignment when words && isAssignment(assignment) ->
          calls.assign(assignment, transform(assignment.getRightExpression()));
      case BinaryExpression compound
          when isDynamic(compound.getLeftExpression())
              && Types.ofType(compound.getOperation().getType(), Types.ASSIGNMENT_OPERATOR) -> {
        compound.setRightExpression(transform(compound.getRightExpression()));
        yield compound;
      }
      case PostfixExpression change when isDynamic(change.getExpression()) -> change;
      case PrefixExpression change when isDynamic(change.getExpression()) -> change;
      case VariableExpression variable when words && isDynamic(variable) -> calls.name(variable);
      case PropertyExpression property when calls.quantity(property) instanceof Expression value ->
          value;
      default -> expression.transformExpression(this);
    };
  }

  private ClosureExpression closure(ClosureExpression closure) {
    boolean outside = plain;
    plain = false;
    calls.enterClosure();
    closure.getCode().visit(this);
    calls.leaveClosure();
    plain = outside;
    if (closure.getCode() instanceof BlockStatement block) {
      calls.pauseFirst(block);
    }
    return closure;
  }

  private boolean isWord(Expression expression) {
    if (!words
        || !(expression instanceof MethodCallExpression call)
        || !call.isImplicitThis()
        || !(call.getMethod() instanceof ConstantExpression)) {
      return false;
    }
    String name = call.getMethodAsString();
    return Language.isWord(name)
        || type.getMethods(name).isEmpty() && !OF_EVERY_SCRIPT.contains(name);
  }

  private static boolean isExit(@Nullable String method) {
    return "exit".equals(method) || "halt".equals(method);
  }

  private static boolean isAssignment(BinaryExpression expression) {
    return expression.getOperation().getType() == Types.EQUAL
        && isDynamic(expression.getLeftExpression());
  }

  private static boolean isDynamic(Expression expression) {
    return expression instanceof VariableExpression variable
        && !variable.isThisExpression()
        && !variable.isSuperExpression()
        && variable.getAccessedVariable() instanceof DynamicVariable
        && !OF_EVERY_CLOSURE.contains(variable.getName());
  }

  private List<Expression> arguments(MethodCallExpression call, boolean withoutLast) {
    List<Expression> arguments = RuntimeCalls.arguments(call.getArguments());
    return transformed(withoutLast ? arguments.subList(0, arguments.size() - 1) : arguments);
  }

  private List<Expression> transformed(List<Expression> expressions) {
    List<Expression> transformed = new ArrayList<>();
    for (Expression expression : expressions) {
      Expression each = transform(expression);
      if (each != null) {
        transformed.add(each);
      }
    }
    return transformed;
  }

  // ---- closures that become methods

  /// `receiver.each { x -> … }` and `receiver.times { x -> … }` as statements.
  private static boolean isLoop(Expression expression) {
    return expression instanceof MethodCallExpression call
        && !call.isImplicitThis()
        && !call.isSafe()
        && !call.isSpreadSafe()
        && ("each".equals(call.getMethodAsString()) || "times".equals(call.getMethodAsString()))
        && call.getArguments() instanceof ArgumentListExpression args
        && args.getExpressions().size() == 1
        && args.getExpression(0) instanceof ClosureExpression body
        && body.getParameters() != null
        && (body.getParameters().length == 0
            || body.getParameters().length == 1
                && body.getParameters()[0].isDynamicTyped()
                && !body.getParameters()[0].hasInitialExpression());
  }

  private @Nullable Statement loop(ExpressionStatement statement) {
    MethodCallExpression call = (MethodCallExpression) statement.getExpression();
    ClosureExpression body =
        (ClosureExpression) ((ArgumentListExpression) call.getArguments()).getExpression(0);
    Parameter[] declared = body.getParameters();
    String item = declared.length == 0 ? "it" : declared[0].getName();
    MethodNode method = lift(body, "each$", new Parameter(ClassHelper.OBJECT_TYPE, item));
    if (method == null) {
      return null;
    }
    Expression receiver = call.getObjectExpression();
    if (receiver instanceof RangeExpression range
        && !(range.isExclusiveLeft())
        && transform(range.getFrom()) instanceof Expression from
        && transform(range.getTo()) instanceof Expression to) {
      receiver = new RangeExpression(from, to, range.isExclusiveLeft(), range.isExclusiveRight());
    } else if (transform(receiver) instanceof Expression other) {
      receiver = other;
    }
    return calls.loop(call, receiver, method, lifted.size());
  }

  private @Nullable MethodNode lift(ClosureExpression block) {
    // Inside a closure a block sees what the closure was given as its delegate.
    return block.getParameters() == null && !calls.inClosure() ? lift(block, "block$") : null;
  }

  /// @param parameters what the method takes besides the captured variables
  private @Nullable MethodNode lift(ClosureExpression block, String name, Parameter... parameters) {
    List<Parameter> all = new ArrayList<>(List.of(parameters));
    Iterator<Variable> captured = block.getVariableScope().getReferencedLocalVariablesIterator();
    while (captured.hasNext()) {
      Variable variable = captured.next();
      if (changing.contains(variable)) {
        return null;
      }
      ClassNode type =
          variable.isDynamicTyped() ? ClassHelper.OBJECT_TYPE : variable.getOriginType();
      all.add(new Parameter(type, variable.getName()));
    }
    if (ClosureNames.usedIn(block)) {
      return null;
    }
    boolean outside = plain;
    plain = true;
    block.getCode().visit(this);
    plain = outside;
    MethodNode method =
        new MethodNode(
            name + lifted.size(),
            java.lang.reflect.Modifier.PUBLIC,
            ClassHelper.VOID_TYPE,
            all.toArray(Parameter[]::new),
            ClassNode.EMPTY_ARRAY,
            block.getCode());
    method.setSourcePosition(block);
    method.setDeclaringClass(type);
    lifted.add(method);
    return method;
  }
}

package dev.supervise.dsl.compile;

import dev.supervise.dsl.script.LoadedScript;
import dev.supervise.dsl.value.Quantity;
import dev.supervise.dsl.words.TaskDeclarations;
import groovyjarjarasm.asm.MethodVisitor;
import groovyjarjarasm.asm.Opcodes;
import java.util.ArrayList;
import java.util.List;
import org.codehaus.groovy.ast.ASTNode;
import org.codehaus.groovy.ast.ClassHelper;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.VariableScope;
import org.codehaus.groovy.ast.expr.ArgumentListExpression;
import org.codehaus.groovy.ast.expr.ArrayExpression;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.BooleanExpression;
import org.codehaus.groovy.ast.expr.CastExpression;
import org.codehaus.groovy.ast.expr.ClassExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.DeclarationExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.GStringExpression;
import org.codehaus.groovy.ast.expr.ListExpression;
import org.codehaus.groovy.ast.expr.MapEntryExpression;
import org.codehaus.groovy.ast.expr.MapExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.NamedArgumentListExpression;
import org.codehaus.groovy.ast.expr.PropertyExpression;
import org.codehaus.groovy.ast.expr.RangeExpression;
import org.codehaus.groovy.ast.expr.SpreadExpression;
import org.codehaus.groovy.ast.expr.SpreadMapExpression;
import org.codehaus.groovy.ast.expr.TupleExpression;
import org.codehaus.groovy.ast.expr.UnaryMinusExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.ast.stmt.BlockStatement;
import org.codehaus.groovy.ast.stmt.CatchStatement;
import org.codehaus.groovy.ast.stmt.EmptyStatement;
import org.codehaus.groovy.ast.stmt.ExpressionStatement;
import org.codehaus.groovy.ast.stmt.IfStatement;
import org.codehaus.groovy.ast.stmt.ReturnStatement;
import org.codehaus.groovy.ast.stmt.Statement;
import org.codehaus.groovy.ast.stmt.TryCatchStatement;
import org.codehaus.groovy.ast.stmt.WhileStatement;
import org.codehaus.groovy.classgen.BytecodeExpression;
import org.codehaus.groovy.syntax.Token;
import org.codehaus.groovy.syntax.Types;
import org.jspecify.annotations.Nullable;

/// Syntax trees of calls to [LoadedScript], each aimed at its method directly, without Groovy's
/// dispatch.
final class RuntimeCalls {
  private static final ClassNode LOADED = ClassHelper.make(LoadedScript.class);
  private static final ClassNode ITERATOR = ClassHelper.make(java.util.Iterator.class);
  private static final ClassNode THROWABLE = ClassHelper.make(Throwable.class);

  private int closures;

  /// What is made from here on stands in a closure that stays one, and names it.
  void enterClosure() {
    closures++;
  }

  void leaveClosure() {
    closures--;
  }

  boolean inClosure() {
    return closures > 0;
  }

  /// The closure that the code stands in; null outside of one.
  private Expression closure() {
    return closures == 0 ? ConstantExpression.NULL : new ThisClosure();
  }

  private static final class ThisClosure extends BytecodeExpression {
    ThisClosure() {
      super(ClassHelper.CLOSURE_TYPE);
    }

    @Override
    public void visit(MethodVisitor code) {
      code.visitVarInsn(Opcodes.ALOAD, 0);
    }
  }

  /// The arguments as they were written, named ones as one map in front.
  static List<Expression> arguments(Expression arguments) {
    List<Expression> list = new ArrayList<>();
    if (arguments instanceof TupleExpression tuple) {
      for (Expression each : tuple.getExpressions()) {
        list.add(
            each instanceof NamedArgumentListExpression named
                ? new MapExpression(named.getMapEntryExpressions())
                : each);
      }
    } else {
      list.add(arguments);
    }
    return list;
  }

  Expression word(MethodCallExpression call, List<Expression> arguments) {
    return at(
        call,
        call(
            "word$",
            line(call),
            column(call),
            text(call.getMethodAsString()),
            cookedArray(arguments),
            closure()));
  }

  Expression name(VariableExpression variable) {
    return at(
        variable,
        call("name$", line(variable), column(variable), text(variable.getName()), closure()));
  }

  Expression assign(BinaryExpression assignment, @Nullable Expression value) {
    VariableExpression name = (VariableExpression) assignment.getLeftExpression();
    return at(
        assignment,
        call(
            "assign$",
            line(assignment),
            column(assignment),
            text(name.getName()),
            value == null ? ConstantExpression.NULL : cooked(value),
            closure()));
  }

  Expression exit(
      Expression where,
      @Nullable Expression receiver,
      @Nullable String name,
      List<Expression> arguments) {
    return at(
        where,
        call(
            "exit$",
            receiver == null ? ConstantExpression.NULL : receiver,
            text(name),
            array(arguments)));
  }

  /// `5.seconds` and `-5.seconds` on a literal; null for every other property.
  @Nullable Expression quantity(PropertyExpression property) {
    Expression object = property.getObjectExpression();
    boolean number =
        object instanceof ConstantExpression constant && constant.getValue() instanceof Number
            || object instanceof UnaryMinusExpression minus
                && minus.getExpression() instanceof ConstantExpression literal
                && literal.getValue() instanceof Number;
    String unit = property.getPropertyAsString();
    return number && unit != null && Quantity.isUnit(unit)
        ? at(property, call("quantity$", object, text(unit)))
        : null;
  }

  void pauseFirst(BlockStatement block) {
    block.getStatements().add(0, new ExpressionStatement(call("pause$")));
  }

  /// The statement; what it throws is one mistake.
  Statement guarded(ASTNode where, Statement statement) {
    TryCatchStatement attempt = new TryCatchStatement(inBlock(statement), EmptyStatement.INSTANCE);
    Parameter thrown = new Parameter(THROWABLE, "thrown$");
    attempt.addCatch(
        new CatchStatement(
            thrown,
            inBlock(
                new ExpressionStatement(
                    call("failed$", line(where), column(where), new VariableExpression(thrown))))));
    return attempt;
  }

  /// Opens the block, runs its body, closes it.
  Statement block(MethodCallExpression call, List<Expression> arguments, MethodNode body) {
    List<Expression> captured = new ArrayList<>();
    for (Parameter parameter : body.getParameters()) {
      captured.add(new VariableExpression(parameter.getName()));
    }
    MethodCallExpression run = own(body, captured);
    Statement inside =
        new BlockStatement(
            new ArrayList<>(
                List.of(
                    guarded(call, new ExpressionStatement(run)),
                    new ExpressionStatement(call("close$")))),
            new VariableScope());
    Expression open =
        call(
            "open$",
            line(call),
            column(call),
            text(call.getMethodAsString()),
            cookedArray(arguments));
    return guarded(
        call,
        new IfStatement(new BooleanExpression(at(call, open)), inside, EmptyStatement.INSTANCE));
  }

  /// A loop over what [LoadedScript#items$] or [LoadedScript#range$] yields.
  Statement loop(MethodCallExpression call, Expression receiver, MethodNode body, int number) {
    List<Expression> captured = new ArrayList<>();
    for (int i = 1; i < body.getParameters().length; i++) {
      captured.add(new VariableExpression(body.getParameters()[i].getName()));
    }
    Expression name = text(body.getName());
    Expression items =
        receiver instanceof RangeExpression range && !range.isExclusiveLeft()
            ? call(
                "range$",
                range.getFrom(),
                range.getTo(),
                new ConstantExpression(range.isExclusiveRight(), true),
                name,
                array(captured))
            : call("items$", receiver, text(call.getMethodAsString()), name, array(captured));
    String variable = "items$" + number;
    List<Expression> arguments = new ArrayList<>(captured);
    arguments.add(0, on(new VariableExpression(variable, ITERATOR), ITERATOR, "next"));
    MethodCallExpression run = own(body, arguments);
    BlockStatement block = inBlock(new ExpressionStatement(at(call, run)));
    pauseFirst(block);
    return new BlockStatement(
        new ArrayList<>(
            List.of(
                new ExpressionStatement(
                    new DeclarationExpression(
                        new VariableExpression(variable, ITERATOR),
                        Token.newSymbol(Types.EQUAL, call.getLineNumber(), call.getColumnNumber()),
                        at(call, items))),
                new WhileStatement(
                    new BooleanExpression(
                        on(new VariableExpression(variable, ITERATOR), ITERATOR, "hasNext")),
                    block))),
        new VariableScope());
  }

  /// A call of a method that the rewriting made.
  static MethodCallExpression own(MethodNode method, List<Expression> arguments) {
    MethodCallExpression call =
        new MethodCallExpression(
            new VariableExpression("this"),
            method.getName(),
            new ArgumentListExpression(arguments));
    call.setImplicitThis(false);
    call.setMethodTarget(method);
    return call;
  }

  private static MethodCallExpression on(Expression receiver, ClassNode type, String name) {
    MethodCallExpression call =
        new MethodCallExpression(receiver, name, new ArgumentListExpression());
    call.setImplicitThis(false);
    call.setMethodTarget(type.getMethods(name).getFirst());
    return call;
  }

  private static BlockStatement inBlock(Statement statement) {
    return new BlockStatement(new ArrayList<>(List.of(statement)), new VariableScope());
  }

  /// An argument of a word: strings, maps and lists written out are made without Groovy's runtime.
  private static Expression cooked(Expression argument) {
    return switch (argument) {
      case GStringExpression text ->
          at(text, call("text$", strings(text.getStrings()), array(text.getValues())));
      case MapExpression map
          when map.getMapEntryExpressions().stream().noneMatch(RuntimeCalls::spreads) -> {
        List<Expression> entries = new ArrayList<>();
        for (MapEntryExpression entry : map.getMapEntryExpressions()) {
          entries.add(cooked(entry.getKeyExpression()));
          entries.add(cooked(entry.getValueExpression()));
        }
        yield at(map, call("map$", array(entries)));
      }
      case ListExpression list
          when !list.isWrapped()
              && list.getExpressions().stream().noneMatch(SpreadExpression.class::isInstance) ->
          at(
              list,
              call(
                  "list$",
                  array(list.getExpressions().stream().map(RuntimeCalls::cooked).toList())));
      default -> argument;
    };
  }

  private static boolean spreads(MapEntryExpression entry) {
    return entry.getKeyExpression() instanceof SpreadMapExpression;
  }

  /// What a script says of the tasks its code submits: [LoadedScript#submits$].
  MethodNode submits(List<TaskDeclarations.Wanted> submitted) {
    List<Expression> texts = new ArrayList<>();
    for (TaskDeclarations.Wanted each : submitted) {
      texts.add(text(String.valueOf(each.origin().line())));
      texts.add(text(each.unit()));
      texts.add(text(each.type()));
    }
    return new MethodNode(
        "submits$",
        Opcodes.ACC_PUBLIC,
        ClassHelper.STRING_TYPE.makeArray(),
        Parameter.EMPTY_ARRAY,
        ClassNode.EMPTY_ARRAY,
        new ReturnStatement(new ArrayExpression(ClassHelper.STRING_TYPE, texts)));
  }

  private static Expression strings(List<ConstantExpression> strings) {
    return new ArrayExpression(ClassHelper.STRING_TYPE, List.<Expression>copyOf(strings));
  }

  private static Expression cookedArray(List<Expression> elements) {
    return array(elements.stream().map(RuntimeCalls::cooked).toList());
  }

  private static Expression array(List<Expression> elements) {
    for (Expression element : elements) {
      if (element instanceof SpreadExpression) {
        return new CastExpression(
            ClassHelper.OBJECT_TYPE.makeArray(), new ListExpression(elements));
      }
    }
    return new ArrayExpression(ClassHelper.OBJECT_TYPE, elements);
  }

  private static Expression line(ASTNode node) {
    return new ConstantExpression(node.getLineNumber(), true);
  }

  private static Expression column(ASTNode node) {
    return new ConstantExpression(node.getColumnNumber(), true);
  }

  private static Expression text(@Nullable String text) {
    return new ConstantExpression(text);
  }

  private static <T extends Expression> T at(ASTNode where, T expression) {
    expression.setSourcePosition(where);
    return expression;
  }

  private static MethodCallExpression call(String name, Expression... arguments) {
    MethodNode target = LOADED.getMethods(name).getFirst();
    MethodCallExpression call =
        new MethodCallExpression(
            target.isStatic() ? new ClassExpression(LOADED) : new VariableExpression("this"),
            name,
            new ArgumentListExpression(arguments));
    call.setImplicitThis(false);
    call.setMethodTarget(target);
    return call;
  }
}

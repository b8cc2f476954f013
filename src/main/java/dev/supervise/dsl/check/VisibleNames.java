package dev.supervise.dsl.check;

import dev.supervise.dsl.check.Scope.Variable;
import dev.supervise.dsl.script.ScriptPlace;
import dev.supervise.dsl.words.Vocabulary;
import dev.supervise.dsl.words.Vocabulary.Block;
import dev.supervise.dsl.words.Vocabulary.Entry;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.PropertyExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.jspecify.annotations.Nullable;

/// What can be seen from the place in a script that the walk has reached: variables, words, the
/// script's own names, and Groovy's.
final class VisibleNames {
  private final Vocabulary vocabulary;
  private final ScriptNames names;
  private final GroovyNames groovy;
  private final Captures captures = new Captures();
  private Scope scope = new Scope(null);
  private CodeContext here;

  VisibleNames(ModuleNode module, Vocabulary vocabulary, CodeContext start) {
    this.vocabulary = vocabulary;
    this.names = new ScriptNames(module);
    this.groovy = new GroovyNames(module, VisibleNames.class.getClassLoader());
    this.here = start;
  }

  CodeContext here() {
    return here;
  }

  /// The script's own names.
  ScriptNames names() {
    return names;
  }

  GroovyNames groovy() {
    return groovy;
  }

  /// Walks with other words in reach.
  void in(CodeContext situation, Runnable walk) {
    CodeContext outer = here;
    here = situation;
    walk.run();
    here = outer;
  }

  /// Walks with variables of its own, and those around.
  void nested(Runnable walk) {
    Scope outer = scope;
    scope = new Scope(outer);
    walk.run();
    scope = outer;
  }

  /// Walks with none of the variables around: a method.
  void apart(Runnable walk) {
    Scope outer = scope;
    scope = new Scope(null);
    walk.run();
    scope = outer;
  }

  void declare(Variable variable) {
    scope.declare(variable);
    captures.declared(variable);
  }

  void declare(Parameter parameter) {
    declare(new Variable(parameter.getName(), parameter.getLineNumber(), null, null));
  }

  void declare(VariableExpression variable) {
    declare(new Variable(variable.getName(), variable.getLineNumber(), null, null));
  }

  /// What becomes of variables that code keeps for later.
  Captures captures() {
    return captures;
  }

  @Nullable Variable find(String name) {
    return scope.find(name);
  }

  /// The word in reach that no variable of the script hides.
  @Nullable Entry word(String name) {
    return scope.find(name) != null ? null : here.word(name);
  }

  /// Whether a bare name has a meaning here that is no word.
  boolean resolved(String name) {
    return scope.find(name) != null
        || here.constant(name)
        || names.variable(name)
        || name.equals(ScriptPlace.DIRECTORY)
        || switch (name) {
          case "this", "super", "owner", "delegate", "thisObject" -> true;
          default -> names.getter(name) || groovy.readable(name);
        };
  }

  /// Whether a call without receiver means something here that is no word, variable or method.
  boolean callable(String name) {
    return here.guessing()
        || names.variable(name)
        || names.field(name)
        || name.equals(ScriptPlace.FILE)
        || groovy.callable(name);
  }

  /// Whether it is a class with its package: `java.util.UUID`.
  boolean qualified(Expression expression) {
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

  /// The API that a variable, or a property of one, is known to hold, if all its names are known.
  @Nullable Block apiOf(Expression expression) {
    Block api =
        switch (expression) {
          case VariableExpression variable -> {
            Variable known = scope.find(variable.getName());
            yield known == null ? null : known.api();
          }
          case PropertyExpression property -> {
            Block outer = apiOf(property.getObjectExpression());
            String name = property.getPropertyAsString();
            yield outer == null || name == null
                ? null
                : vocabulary.member(outer, name).orElse(null);
          }
          default -> null;
        };
    return api == null || api.open() ? null : api;
  }

  /// How to reach a name of the API that code which runs later was given: `ctx.cancelled`. Empty
  /// where the API has no such name.
  Optional<String> throughApi(String name) {
    for (Block block : here.blocks()) {
      if (block.code() && (block.names().contains(name) || block.constants().contains(name))) {
        Variable holder = scope.holding(block);
        return Optional.of((holder == null ? "ctx" : holder.name()) + "." + name);
      }
    }
    return Optional.empty();
  }

  /// All variables, for suggestions.
  Set<String> visible() {
    Set<String> visible = new LinkedHashSet<>(scope.names());
    visible.addAll(names.variables());
    visible.add(ScriptPlace.DIRECTORY);
    return visible;
  }
}

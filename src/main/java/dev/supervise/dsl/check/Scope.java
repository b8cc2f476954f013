package dev.supervise.dsl.check;

import dev.supervise.dsl.words.Vocabulary;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.jspecify.annotations.Nullable;

/// The variables that can be seen at one place of a script, innermost first.
final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, Variable> variables = new HashMap<>();

  Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  /// @param line where it is declared
  /// @param closure what it was declared as, if that is a closure written there
  /// @param api what it is known to be: the first parameter of code that runs later
  record Variable(
      String name, int line, @Nullable ClosureExpression closure, Vocabulary.@Nullable Block api) {}

  void declare(Variable variable) {
    variables.put(variable.name(), variable);
  }

  @Nullable Variable find(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Variable variable = scope.variables.get(name);
      if (variable != null) {
        return variable;
      }
    }
    return null;
  }

  /// The variable that is known to hold this API.
  @Nullable Variable holding(Vocabulary.Block api) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      for (Variable variable : scope.variables.values()) {
        if (api.equals(variable.api())) {
          return variable;
        }
      }
    }
    return null;
  }

  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    for (Scope scope = this; scope != null; scope = scope.outer) {
      names.addAll(scope.variables.keySet());
    }
    return names;
  }
}

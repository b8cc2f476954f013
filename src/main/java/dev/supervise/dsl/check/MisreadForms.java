package dev.supervise.dsl.check;

import dev.supervise.dsl.mistake.ScriptText;
import dev.supervise.dsl.value.NearestName;
import dev.supervise.dsl.words.MistakeText;
import dev.supervise.dsl.words.Vocabulary;
import dev.supervise.dsl.words.Vocabulary.Entry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.codehaus.groovy.ast.ASTNode;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.DeclarationExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.PropertyExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.ast.stmt.ExpressionStatement;
import org.codehaus.groovy.syntax.Types;
import org.jspecify.annotations.Nullable;

/// Recognises the [NewcomerForms] in what the parser made of them. Each method says whether it was
/// one, and has reported it then.
final class MisreadForms {
  /// How the walk goes on in the parts of a form that are sound.
  interface Walk {
    void expression(Expression expression);

    void arguments(MethodCallExpression call, Entry word);
  }

  private final VisibleNames sight;
  private final MistakeCollector findings;
  private final ScriptText text;
  private final Vocabulary vocabulary;
  private final Walk walk;

  MisreadForms(
      VisibleNames sight,
      MistakeCollector findings,
      ScriptText text,
      Vocabulary vocabulary,
      Walk walk) {
    this.sight = sight;
    this.findings = findings;
    this.text = text;
    this.vocabulary = vocabulary;
    this.walk = walk;
  }

  boolean statement(ExpressionStatement statement) {
    Expression expression = statement.getExpression();
    return labelled(statement, expression)
        || switch (expression) {
          case VariableExpression variable -> alone(variable);
          case DeclarationExpression declaration -> declared(declaration);
          case BinaryExpression binary -> calculated(binary);
          case PropertyExpression property -> chained(property.getObjectExpression(), property);
          default -> false;
        };
  }

  /// `restart: always`.
  private boolean labelled(ExpressionStatement statement, Expression expression) {
    List<String> labels = statement.getStatementLabels();
    if (labels == null) {
      return false;
    }
    for (String label : labels) {
      if (sight.here().word(label) != null) {
        findings.report(statement, label, NewcomerForms.colon(label, expression, text));
        return true;
      }
    }
    return false;
  }

  /// `oneShot`.
  private boolean alone(VariableExpression variable) {
    String name = variable.getName();
    Entry word = sight.word(name);
    if (word != null) {
      findings.report(variable, name, NewcomerForms.alone(word));
    } else if (sight.resolved(name)) {
      return false;
    } else if (!sight.here().guessing()) {
      findings.report(variable, name, unknown(name));
    }
    return true;
  }

  /// `env PORT=8080`.
  private boolean declared(DeclarationExpression declaration) {
    if (declaration.isMultipleAssignmentDeclaration()) {
      return false;
    }
    String type = declaration.getVariableExpression().getOriginType().getName();
    if (sight.here().word(type) == null) {
      return false;
    }
    findings.report(
        declaration,
        type,
        NewcomerForms.equalsSign(type, declaration.getVariableExpression(), declaration, text));
    return true;
  }

  /// `delay -1.seconds`, `command ['a', 'b']`.
  private boolean calculated(BinaryExpression binary) {
    if (Types.ofType(binary.getOperation().getType(), Types.ASSIGNMENT_OPERATOR)) {
      return false;
    }
    BinaryExpression innermost = binary;
    while (innermost.getLeftExpression() instanceof BinaryExpression left) {
      innermost = left;
    }
    if (!(innermost.getLeftExpression() instanceof VariableExpression variable)
        || sight.word(variable.getName()) == null) {
      return false;
    }
    String word = variable.getName();
    findings.report(
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
  boolean chained(Expression object, Expression link) {
    return switch (object) {
      case MethodCallExpression call when call.isImplicitThis() -> afterCall(call, link);
      case MethodCallExpression inner -> chained(inner.getObjectExpression(), inner);
      case PropertyExpression inner -> chained(inner.getObjectExpression(), inner);
      case VariableExpression variable -> afterName(variable, link);
      default -> false;
    };
  }

  private boolean afterName(VariableExpression variable, Expression link) {
    String name = variable.getName();
    Entry word = sight.resolved(name) ? null : sight.here().word(name);
    if (word == null) {
      return false;
    }
    String asked = asked(link);
    findings.report(
        link,
        name,
        asked != null && link instanceof MethodCallExpression call
            ? followed(name, asked, call)
            : NewcomerForms.alone(word));
    return true;
  }

  private boolean afterCall(MethodCallExpression call, Expression link) {
    String first = call.getMethodAsString();
    Entry word = first == null ? null : sight.word(first);
    if (first == null || word == null || word.yields() || !sight.names().methods(first).isEmpty()) {
      return false;
    }
    walk.expression(call);
    String second = asked(link);
    if (second == null) {
      return true;
    }
    boolean known = !vocabulary.placesOf(second).isEmpty();
    ASTNode asked =
        switch (link) {
          case MethodCallExpression next -> next.getMethod();
          case PropertyExpression property -> property.getProperty();
          default -> link;
        };
    // The `call` in `process('web') { … } (…)` stands nowhere.
    ASTNode at = asked.getLineNumber() > 0 ? asked : link;
    findings.report(
        at,
        known ? second : first,
        known
            ? NewcomerForms.oneLine(first, second)
            : link instanceof MethodCallExpression
                ? NewcomerForms.nothingToAsk(first, second)
                : followed(first, call, text.of(at)));
    Entry next = sight.here().word(second);
    if (next != null && link instanceof MethodCallExpression asCall) {
      walk.arguments(asCall, next);
    }
    return true;
  }

  /// `within 30 seconds`, `dir "" x`.
  private MistakeText followed(String word, MethodCallExpression call, String after) {
    String before = text.of(call.getArguments());
    return NewcomerForms.spelledOut(word, before, after)
        .orElseGet(() -> NewcomerForms.missingComma(word, before, after));
  }

  /// `command './web' '--port'`.
  private MistakeText followed(String word, String first, MethodCallExpression call) {
    String after = text.of(call.getArguments());
    return NewcomerForms.spelledOut(word, first, after)
        .orElseGet(() -> NewcomerForms.missingComma(word, first, after));
  }

  private static @Nullable String asked(Expression link) {
    return switch (link) {
      case MethodCallExpression call -> call.getMethodAsString();
      case PropertyExpression property -> property.getPropertyAsString();
      default -> null;
    };
  }

  /// What to say about a call that nobody answers; it may be a misspelt helper.
  MistakeText unknown(String name) {
    MistakeText advice = MistakeText.unknownWord(vocabulary, sight.here().blocks(), name);
    String message =
        sight.here().place() == CodeContext.Place.CODE && vocabulary.placesOf(name).isEmpty()
            ? "unknown name '" + name + "'"
            : advice.message();
    if (sight.throughApi(name).isPresent()) {
      return new MistakeText(message, "write " + sight.throughApi(name).get());
    }
    if (!advice.hint().isEmpty()) {
      return advice;
    }
    Set<String> helpers = new LinkedHashSet<>(sight.visible());
    helpers.addAll(sight.names().methods());
    return new MistakeText(
        message,
        NearestName.of(name, helpers).map(near -> "did you mean '" + near + "'?").orElse(""));
  }
}

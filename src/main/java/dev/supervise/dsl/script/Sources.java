package dev.supervise.dsl.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.codehaus.groovy.ast.ASTNode;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.FieldNode;
import org.codehaus.groovy.ast.ImportNode;
import org.codehaus.groovy.ast.InnerClassNode;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.ast.expr.ClassExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.ListExpression;
import org.codehaus.groovy.ast.expr.MapExpression;
import org.codehaus.groovy.ast.expr.PropertyExpression;
import org.codehaus.groovy.ast.expr.RangeExpression;
import org.codehaus.groovy.ast.expr.UnaryMinusExpression;
import org.jspecify.annotations.Nullable;

/// The pieces of one script's text that closures are compared by: each closure's own under the name
/// of its class, and what it may use of the script: `method name`, `class Name`, `import`.
public final class Sources {
  static final String METHOD = "method ";
  static final String CLASS = "class ";
  static final String IMPORT = "import";

  /// The static fields of a class, a line each: a name, then what its first value is.
  static final String STATICS = "statics ";

  /// A collection that is written down: another one as far as somebody writes into it.
  static final String COLLECTION = " []";

  /// Nothing that is known: whatever it is, it may have a state.
  static final String ANY = " *";

  /// Types whose values stay what they are.
  private static final Set<String> FIXED =
      Set.of(
          "String",
          "Integer",
          "Long",
          "Double",
          "Boolean",
          "BigDecimal",
          "BigInteger",
          "Duration",
          "Instant",
          "LocalDate",
          "LocalTime",
          "ZoneId",
          "URI",
          "URL",
          "Path",
          "File",
          "Pattern",
          "UUID",
          "Class",
          "int",
          "long",
          "double",
          "float",
          "boolean",
          "short",
          "byte",
          "char");

  private final String[] lines;
  private final Map<String, String> pieces = new LinkedHashMap<>();

  /// @param text as it was parsed
  public Sources(String text) {
    lines = text.split("\n", -1);
  }

  /// Takes the script's own methods, classes and imports. Before the compiler moves them.
  public void helpers(ModuleNode module) {
    for (MethodNode method : module.getMethods()) {
      take(METHOD + method.getName(), method);
    }
    for (ClassNode type : module.getClasses()) {
      if (!type.isScript() && !(type instanceof InnerClassNode)) {
        take(CLASS + type.getNameWithoutPackage(), type);
        statics(type);
      }
    }
    List<ImportNode> imports = new ArrayList<>(module.getImports());
    imports.addAll(module.getStarImports());
    imports.addAll(module.getStaticImports().values());
    imports.addAll(module.getStaticStarImports().values());
    imports.forEach(each -> take(IMPORT, each));
  }

  private void statics(ClassNode type) {
    List<String> names = new ArrayList<>();
    for (FieldNode field : type.getFields()) {
      if (field.isStatic() && !field.isEnum() && !field.getName().contains("$")) {
        names.add(field.getName() + kind(field));
      }
    }
    if (!names.isEmpty()) {
      pieces.put(STATICS + type.getNameWithoutPackage(), String.join("\n", names));
    }
  }

  private static String kind(FieldNode field) {
    Expression value = field.getInitialExpression();
    boolean fixed = field.isFinal() && FIXED.contains(field.getType().getNameWithoutPackage());
    if (!fixed && !writtenDown(value)) {
      return ANY;
    }
    return value instanceof ListExpression || value instanceof MapExpression ? COLLECTION : "";
  }

  /// A number, a text, a list of such: what it is when nobody assigns it.
  private static boolean writtenDown(@Nullable Expression value) {
    return switch (value) {
      case ConstantExpression constant -> constant.getValue() != null;
      case ListExpression list -> list.getExpressions().stream().allMatch(Sources::writtenDown);
      case MapExpression map ->
          map.getMapEntryExpressions().stream()
              .allMatch(entry ->
                  writtenDown(entry.getKeyExpression()) && writtenDown(entry.getValueExpression()));
      case RangeExpression range -> writtenDown(range.getFrom()) && writtenDown(range.getTo());
      case PropertyExpression unit -> writtenDown(unit.getObjectExpression());
      case ClassExpression _ -> true;
      case UnaryMinusExpression minus -> writtenDown(minus.getExpression());
      case null, default -> false;
    };
  }

  /// The texts of everything that may run after the load.
  static List<String> code(Map<String, String> pieces) {
    return pieces.entrySet().stream()
        .filter(piece -> !piece.getKey().equals(IMPORT) && !piece.getKey().startsWith(STATICS))
        .map(Map.Entry::getValue)
        .toList();
  }

  /// Takes the closures, those inside another one too: that may be a block of words.
  public void closures(Map<String, InnerClassNode> generated) {
    generated.forEach((name, type) -> {
      List<MethodNode> calls = type.getMethods("doCall");
      if (!calls.isEmpty()) {
        take(name, calls.getFirst());
      }
    });
  }

  public Map<String, String> pieces() {
    return pieces;
  }

  private void take(String key, ASTNode node) {
    int first = node.getLineNumber() - 1;
    int last = node.getLastLineNumber() - 1;
    if (first < 0 || last < first || last >= lines.length) {
      return;
    }
    StringBuilder text = new StringBuilder();
    for (int i = first; i <= last; i++) {
      String line = lines[i];
      int from = i == first ? Math.min(node.getColumnNumber() - 1, line.length()) : 0;
      int to = i == last ? Math.min(node.getLastColumnNumber() - 1, line.length()) : line.length();
      text.append(i == first ? "" : "\n").append(line, from, Math.max(from, to));
    }
    pieces.merge(key, text.toString(), (all, one) -> all + "\n" + one);
  }
}

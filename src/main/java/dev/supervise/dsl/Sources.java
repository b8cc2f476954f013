package dev.supervise.dsl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.codehaus.groovy.ast.ASTNode;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.ImportNode;
import org.codehaus.groovy.ast.InnerClassNode;
import org.codehaus.groovy.ast.MethodNode;
import org.codehaus.groovy.ast.ModuleNode;

/// The pieces of one script's text that closures are compared by: each closure's own under the name
/// of its class, and what it may use of the script: `method name`, `class Name`, `import`.
final class Sources {
  static final String METHOD = "method ";
  static final String CLASS = "class ";
  static final String IMPORT = "import";

  private final String[] lines;
  private final Map<String, String> pieces = new LinkedHashMap<>();

  /// @param text as it was parsed
  Sources(String text) {
    lines = text.split("\n", -1);
  }

  /// Takes the script's own methods, classes and imports. Before the compiler moves them.
  void helpers(ModuleNode module) {
    for (MethodNode method : module.getMethods()) {
      take(METHOD + method.getName(), method);
    }
    for (ClassNode type : module.getClasses()) {
      if (!type.isScript() && !(type instanceof InnerClassNode)) {
        take(CLASS + type.getNameWithoutPackage(), type);
      }
    }
    List<ImportNode> imports = new ArrayList<>(module.getImports());
    imports.addAll(module.getStarImports());
    imports.addAll(module.getStaticImports().values());
    imports.addAll(module.getStaticStarImports().values());
    imports.forEach(each -> take(IMPORT, each));
  }

  /// Takes the closures; those inside another one are part of that one's text.
  void closures(Map<String, InnerClassNode> generated) {
    generated.forEach((name, type) -> {
      List<MethodNode> calls = type.getMethods("doCall");
      boolean inside = name.indexOf("_closure") != name.lastIndexOf("_closure");
      if (!calls.isEmpty() && !inside) {
        take(name, calls.getFirst());
      }
    });
  }

  Map<String, String> pieces() {
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

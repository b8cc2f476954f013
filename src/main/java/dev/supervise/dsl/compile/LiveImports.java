package dev.supervise.dsl.compile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.codehaus.groovy.ast.ClassHelper;
import org.codehaus.groovy.ast.ImportNode;
import org.codehaus.groovy.ast.ModuleNode;
import org.jspecify.annotations.Nullable;

/// The imports of typed lines, which hold for the lines after them. What is one is the parser's to
/// say. Immutable.
///
/// @param byName the newest under each name; those of whole packages under their own text
public record LiveImports(Map<String, Import> byName) {
  public static final LiveImports NONE = new LiveImports(Map.of());

  /// @param type the class, or the package with its dot at the end
  /// @param member of a static import; null for all members
  private record Import(boolean isStatic, boolean star, String type, @Nullable String member) {}

  public LiveImports {
    byName = Map.copyOf(byName);
  }

  /// These, and what a line says itself.
  LiveImports and(ModuleNode line) {
    Map<String, Import> all = new LinkedHashMap<>(byName);
    for (ImportNode each : line.getImports()) {
      all.put(each.getAlias(), new Import(false, false, each.getClassName(), null));
    }
    for (ImportNode each : line.getStarImports()) {
      all.put(each.getPackageName() + "*", new Import(false, true, each.getPackageName(), null));
    }
    line.getStaticImports()
        .forEach((alias, each) ->
            all.put(
                "static " + alias,
                new Import(true, false, each.getClassName(), each.getFieldName())));
    line.getStaticStarImports()
        .forEach((name, each) ->
            all.put("static " + name + ".*", new Import(true, true, each.getClassName(), null)));
    return new LiveImports(all);
  }

  /// Gives them to the next line, but for those whose name it imports itself.
  void into(ModuleNode line) {
    List<String> own = new ArrayList<>();
    line.getImports().forEach(each -> own.add(each.getAlias()));
    line.getStaticImports().keySet().forEach(alias -> own.add("static " + alias));
    byName.forEach((name, each) -> {
      if (own.contains(name)) {
        return;
      }
      if (!each.isStatic) {
        if (each.star) {
          line.addStarImport(each.type);
        } else {
          line.addImport(name, ClassHelper.make(each.type));
        }
      } else if (each.star) {
        line.addStaticStarImport(each.type, ClassHelper.make(each.type));
      } else {
        line.addStaticImport(
            ClassHelper.make(each.type), each.member, name.substring("static ".length()));
      }
    });
  }
}

package dev.supervise.dsl.check;

import groovy.lang.Closure;
import groovy.lang.Script;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.ImportNode;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.control.ResolveVisitor;
import org.codehaus.groovy.runtime.DefaultGroovyMethods;
import org.codehaus.groovy.runtime.DefaultGroovyStaticMethods;

/// What a name means to Groovy itself, in one script: classes, packages, and the methods that every
/// object has. Asked only about names that nothing nearer explains, because the answers cost class
/// loading.
final class GroovyNames {
  /// What the loader imports besides Groovy's own defaults.
  static final String ALWAYS_IMPORTED = "java.time.";

  /// Methods that call their closure with things and leave its delegate alone.
  private static final Set<String> ITERATIONS =
      Set.of(
          "each",
          "eachWithIndex",
          "eachLine",
          "eachMatch",
          "eachPermutation",
          "eachCombination",
          "times",
          "upto",
          "downto",
          "step",
          "reverseEach",
          "collect",
          "collectEntries",
          "collectMany",
          "collectNested",
          "find",
          "findAll",
          "findResult",
          "findResults",
          "findIndexOf",
          "any",
          "every",
          "inject",
          "sum",
          "min",
          "max",
          "sort",
          "toSorted",
          "groupBy",
          "countBy",
          "count",
          "unique",
          "toUnique",
          "split",
          "takeWhile",
          "dropWhile",
          "removeAll",
          "retainAll",
          "withDefault",
          "replaceAll",
          "indexed",
          "forEach",
          "map",
          "filter",
          "flatMap",
          "reduce",
          "anyMatch",
          "allMatch",
          "noneMatch",
          "mapToObj",
          "mapToInt",
          "computeIfAbsent",
          "removeIf",
          "merge",
          "eachFile",
          "eachFileMatch",
          "eachDir",
          "withReader",
          "withWriter",
          "grep",
          "dispatch",
          "subMap",
          "partition",
          "minBy",
          "maxBy",
          "average",
          "tally",
          "injectAll",
          "eachByte");

  private static final List<String> PACKAGES =
      List.of("java", "javax", "groovy", "groovyx", "org", "com", "net", "io", "dev", "jdk", "sun");

  private static final class Everywhere {
    /// Methods that any code may call without a receiver: Groovy's on Object and Script.
    static final Set<String> METHODS = methods();

    private static Set<String> methods() {
      Set<String> names = new HashSet<>();
      for (Class<?> type : List.of(Object.class, Script.class, Closure.class)) {
        for (Method method : type.getMethods()) {
          names.add(method.getName());
        }
      }
      for (Class<?> type : List.of(DefaultGroovyMethods.class, DefaultGroovyStaticMethods.class)) {
        for (Method method : type.getMethods()) {
          if (Modifier.isStatic(method.getModifiers()) && method.getParameterCount() > 0) {
            Class<?> self = method.getParameterTypes()[0];
            if (self == Object.class || self == Closure.class || self == Script.class) {
              names.add(method.getName());
            }
          }
        }
      }
      return names;
    }
  }

  private final ModuleNode module;
  private final ClassLoader loader;
  private final Map<String, Boolean> known = new HashMap<>();

  GroovyNames(ModuleNode module, ClassLoader loader) {
    this.module = module;
    this.loader = loader;
  }

  /// Whether a closure given to this method of some object sees the names around it. The others may
  /// be builders, in which any name can have a meaning.
  static boolean iterates(String method) {
    return ITERATIONS.contains(method);
  }

  /// Whether any code may call this without a receiver.
  boolean callable(String method) {
    if (Everywhere.METHODS.contains(method) || module.getStaticImports().containsKey(method)) {
      return true;
    }
    for (ImportNode star : module.getStaticStarImports().values()) {
      if (member(star.getClassName(), method)) {
        return true;
      }
    }
    return false;
  }

  /// Whether this is a class, a static import, or something every script has.
  boolean readable(String name) {
    return known.computeIfAbsent(name, this::look);
  }

  private boolean look(String name) {
    if (name.equals("binding") || name.equals("metaClass") || name.equals("class")) {
      return true;
    }
    if (module.getStaticImports().containsKey(name)) {
      return true;
    }
    for (ImportNode star : module.getStaticStarImports().values()) {
      if (member(star.getClassName(), name)) {
        return true;
      }
    }
    return type(name);
  }

  /// Whether this simple name is a class here.
  boolean type(String name) {
    for (ClassNode own : module.getClasses()) {
      if (own.getNameWithoutPackage().equals(name)) {
        return true;
      }
    }
    for (ImportNode imported : module.getImports()) {
      if (imported.getAlias().equals(name)) {
        return true;
      }
    }
    if (!Character.isUpperCase(name.charAt(0))) {
      return false;
    }
    for (String prefix : ResolveVisitor.DEFAULT_IMPORTS) {
      if (loads(prefix + name)) {
        return true;
      }
    }
    for (ImportNode star : module.getStarImports()) {
      if (loads(star.getPackageName() + name)) {
        return true;
      }
    }
    return name.equals("BigDecimal")
        || name.equals("BigInteger")
        || loads(ALWAYS_IMPORTED + name)
        || loads(name);
  }

  /// Whether a dotted name begins with a package that has such a class: `java.util.UUID`.
  boolean qualified(String dotted) {
    String[] parts = dotted.split("\\.");
    if (!PACKAGES.contains(parts[0])) {
      return false;
    }
    StringBuilder name = new StringBuilder();
    for (String part : parts) {
      name.append(name.isEmpty() ? "" : ".").append(part);
      if (Character.isUpperCase(part.charAt(0))) {
        return loads(name.toString());
      }
    }
    return false;
  }

  private boolean member(String className, String name) {
    try {
      Class<?> type = Class.forName(className, false, loader);
      for (var field : type.getFields()) {
        if (field.getName().equals(name)) {
          return true;
        }
      }
      for (Method method : type.getMethods()) {
        if (method.getName().equals(name)) {
          return true;
        }
      }
      return false;
    } catch (ClassNotFoundException | LinkageError e) {
      // The compiler says that the import is wrong; its names are then nobody's mistake.
      return true;
    }
  }

  private boolean loads(String className) {
    try {
      Class.forName(className, false, loader);
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}

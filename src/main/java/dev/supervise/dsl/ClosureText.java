package dev.supervise.dsl;

import dev.supervise.spec.Code;
import groovy.lang.Closure;
import groovy.lang.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.codehaus.groovy.runtime.MethodClosure;
import org.jspecify.annotations.Nullable;

/// What a reload compares a closure by. The values it captured are those of the load: what a
/// running function makes of them later is no change of the script.
final class ClosureText implements Code {
  private final Map<String, String> sources;
  private final String own;
  private final Map<String, String> captured = new TreeMap<>();
  private final List<String> opaque = new ArrayList<>();

  private ClosureText(Map<String, String> sources, String own) {
    this.sources = sources;
    this.own = own;
  }

  static ClosureText of(Closure<?> closure) {
    Object home = closure instanceof MethodClosure ? closure.getOwner() : closure.getThisObject();
    Map<String, String> sources =
        home instanceof LoadedScript script ? CompiledScript.sources(script.getClass()) : Map.of();
    ClosureText text;
    if (closure instanceof MethodClosure method && home instanceof LoadedScript) {
      text = new ClosureText(sources, "this.&" + method.getMethod());
    } else {
      String own = sources.get(closure.getClass().getName());
      text = new ClosureText(sources, own == null ? "" : own);
      if (own == null) {
        text.opaque.add("its source is not in the script");
      } else {
        text.capture(closure);
      }
    }
    if (home instanceof LoadedScript script) {
      script.remember(text);
    }
    return text;
  }

  private void capture(Closure<?> closure) {
    for (Field field : closure.getClass().getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) || field.getName().startsWith("$")) {
        continue;
      }
      try {
        field.setAccessible(true);
        Object value = field.get(closure);
        note(field.getName(), value instanceof Reference<?> shared ? shared.get() : value);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("a closure's captured variable cannot be read", e);
      }
    }
  }

  private void note(String name, @Nullable Object value) {
    String plain = PlainValue.text(value);
    if (plain == null) {
      opaque.add("it captured '" + name + "', " + Convert.shown(value));
    } else {
      captured.put(name, plain);
    }
  }

  /// The script has run: its variables are what they are now.
  void settle(LoadedScript script) {
    Set<String> names = new LinkedHashSet<>();
    mentioned(text(), names);
    script
        .variables()
        .forEach((name, value) -> {
          if (names.contains(name)) {
            note(name, value);
          }
        });
    for (Field field : script.getClass().getDeclaredFields()) {
      if (names.contains(field.getName()) && !Modifier.isStatic(field.getModifiers())) {
        try {
          field.setAccessible(true);
          note(field.getName(), field.get(script));
        } catch (IllegalAccessException e) {
          throw new IllegalStateException("a script's field cannot be read", e);
        }
      }
    }
  }

  @Override
  public String text() {
    Set<String> used = new LinkedHashSet<>();
    StringBuilder text = new StringBuilder(own);
    use(own, used, text);
    text.append('\n').append(sources.getOrDefault(Sources.IMPORT, ""));
    captured.forEach((name, value) -> text.append('\n').append(name).append(" = ").append(value));
    return text.toString();
  }

  /// Methods and classes of the script that a text names, and what those name.
  private void use(String code, Set<String> used, StringBuilder text) {
    Set<String> names = new LinkedHashSet<>();
    mentioned(code, names);
    for (String name : names) {
      for (String kind : List.of(Sources.METHOD, Sources.CLASS)) {
        String helper = sources.get(kind + name);
        if (helper != null && used.add(kind + name)) {
          text.append('\n').append(helper);
          use(helper, used, text);
        }
      }
    }
  }

  /// Everything that looks like a name, in strings and comments too: one too many only makes a
  /// change seen that is none.
  private static void mentioned(String code, Set<String> names) {
    int start = -1;
    for (int i = 0; i <= code.length(); i++) {
      boolean part = i < code.length() && Character.isJavaIdentifierPart(code.charAt(i));
      if (part && start < 0) {
        start = i;
      } else if (!part && start >= 0) {
        names.add(code.substring(start, i));
        start = -1;
      }
    }
  }

  @Override
  public List<String> opaque() {
    return opaque;
  }
}

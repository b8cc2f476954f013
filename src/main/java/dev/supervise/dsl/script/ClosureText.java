package dev.supervise.dsl.script;

import dev.supervise.dsl.value.QuotedValue;
import dev.supervise.spec.Code;
import groovy.lang.Closure;
import groovy.lang.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.codehaus.groovy.runtime.MethodClosure;
import org.jspecify.annotations.Nullable;

/// What a reload compares a closure by. The values it captured are those of the load: what a
/// running function makes of them later is no change of the script.
public final class ClosureText implements Code {
  private final Closure<?> closure;
  private final @Nullable LoadedScript script;
  private final Map<String, String> sources;
  private final String own;
  private final Set<String> used = new LinkedHashSet<>();
  private final Map<String, Captured> captured = new TreeMap<>();
  private final List<String> opaque = new ArrayList<>();

  private ClosureText(Closure<?> closure) {
    this.closure = closure;
    Object home = closure instanceof MethodClosure ? closure.getOwner() : closure.getThisObject();
    this.script = home instanceof LoadedScript loaded ? loaded : null;
    this.sources = script == null ? Map.of() : CompiledScript.sources(script.getClass());
    String text =
        script != null && closure instanceof MethodClosure method
            ? "this.&" + method.getMethod()
            : sources.get(closure.getClass().getName());
    this.own = text == null ? "" : text;
    if (text == null) {
      opaque.add("its source is not in the script");
    }
    use(own);
  }

  /// Of a closure that a script says to a word; what it captured is looked at when the script has
  /// run.
  public static ClosureText of(Closure<?> closure) {
    ClosureText text = new ClosureText(closure);
    if (text.script == null) {
      text.settle();
    } else {
      text.script.remember(text);
    }
    return text;
  }

  /// Of a closure as it is now.
  static ClosureText now(Closure<?> closure) {
    ClosureText text = new ClosureText(closure);
    text.settle();
    return text;
  }

  // ---- what it says

  /// Methods and classes of the script that a text names, and what those name.
  private void use(String code) {
    for (String name : mentioned(code)) {
      for (String kind : List.of(Sources.METHOD, Sources.CLASS)) {
        String helper = sources.get(kind + name);
        if (helper != null && used.add(kind + name)) {
          use(helper);
        }
      }
    }
  }

  /// Everything that looks like a name, in strings and comments too: one too many only makes a
  /// change seen that is none.
  private static Set<String> mentioned(String code) {
    Set<String> names = new LinkedHashSet<>();
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
    return names;
  }

  @Override
  public String text() {
    StringBuilder text = new StringBuilder(own);
    used.forEach(key -> text.append('\n').append(sources.get(key)));
    text.append('\n').append(sources.getOrDefault(Sources.IMPORT, ""));
    captured.forEach(
        (name, value) -> text.append(value.text == null ? "" : "\n" + name + " = " + value.text));
    return text.toString();
  }

  @Override
  public List<String> opaque() {
    return opaque;
  }

  // ---- what it captured

  /// A variable it reads, and where that is.
  private sealed interface Place {
    /// Its own, of the block it stands in.
    record Local(Field field, Closure<?> closure) implements Place {}

    /// One of the script, assigned without declaration.
    record Variable(LoadedScript script, String name) implements Place {}

    /// One of the script, declared as `@Field`.
    record Declared(Field field, LoadedScript script) implements Place {}

    /// What is in it now.
    default @Nullable Object value() {
      return switch (this) {
        case Local(Field field, Closure<?> closure) ->
            read(field, closure) instanceof Reference<?> shared
                ? shared.get()
                : read(field, closure);
        case Variable(LoadedScript script, String name) -> script.variables().get(name);
        case Declared(Field field, LoadedScript script) -> read(field, script);
      };
    }

    /// What is the same for everybody who reads the variable; empty where each has a copy.
    default Optional<Object> cell() {
      return switch (this) {
        case Local(Field field, Closure<?> closure) ->
            read(field, closure) instanceof Reference<?> shared
                ? Optional.of(shared)
                : Optional.empty();
        case Variable(LoadedScript script, String name) -> Optional.of(script.cell(name));
        case Declared(Field field, LoadedScript script) ->
            Optional.of(script.cell(field.getName()));
      };
    }

    private static @Nullable Object read(Field field, Object of) {
      try {
        field.setAccessible(true);
        return field.get(Modifier.isStatic(field.getModifiers()) ? null : of);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("a variable of a script cannot be read", e);
      }
    }
  }

  /// @param text what was in it when the script had run; null where that is no plain value
  private record Captured(Place place, @Nullable String text) {}

  /// The script has run: its variables are what they are now.
  void settle() {
    if (closure instanceof MethodClosure || !own.isEmpty()) {
      Set<String> names = mentioned(text());
      locals();
      variables(names);
    }
  }

  private void locals() {
    for (Field field : closure.getClass().getDeclaredFields()) {
      boolean variable =
          !Modifier.isStatic(field.getModifiers()) && !field.getName().startsWith("$");
      if (variable && !(closure instanceof MethodClosure)) {
        note(field.getName(), new Place.Local(field, closure));
      }
    }
  }

  private void variables(Set<String> names) {
    LoadedScript home = script;
    if (home == null) {
      return;
    }
    for (String name : List.copyOf(home.variables().keySet())) {
      if (names.contains(name)) {
        note(name, new Place.Variable(home, name));
      }
    }
    for (Field field : home.getClass().getDeclaredFields()) {
      if (names.contains(field.getName()) && !field.getName().contains("$")) {
        note(field.getName(), new Place.Declared(field, home));
      }
    }
  }

  private void note(String name, Place place) {
    Object value = place.value();
    String text = PlainValue.of(value).text();
    captured.put(name, new Captured(place, text));
    if (text == null) {
      opaque.add("it captured '" + name + "', " + QuotedValue.of(value));
    }
  }

  // ---- what it holds

  @Override
  public List<Held> held() {
    List<Held> held = new ArrayList<>();
    captured.forEach((name, each) -> hold(name, each, held));
    for (String key : used) {
      if (key.startsWith(Sources.CLASS)) {
        hold(key.substring(Sources.CLASS.length()), held);
      }
    }
    return held;
  }

  private void hold(String name, Captured each, List<Held> held) {
    Uses uses = uses();
    Object value = each.place().value();
    int longest = each.text() == null ? 0 : each.text().length();
    PlainValue now = look(value, longest);
    boolean moved = each.text() != null && !each.text().equals(now.text());
    for (PlainValue.Thing thing : now.things()) {
      held.add(
          new Held(
              phrase(name, thing.kind()),
              thing.object(),
              thing.made() || moved || uses.written(name)));
    }
    each.place()
        .cell()
        .ifPresent(cell ->
            held.add(
                new Held(
                    phrase(name, value == null ? "null" : value.getClass().getSimpleName()),
                    cell,
                    uses.assigned(name) || moved && now.things().isEmpty())));
  }

  /// What runs may change it meanwhile; then there is no text of it.
  private static PlainValue look(@Nullable Object value, int longest) {
    try {
      return PlainValue.of(value, longest);
    } catch (RuntimeException changing) {
      return new PlainValue(
          null,
          value == null
              ? List.of()
              : List.of(new PlainValue.Thing(value, value.getClass().getSimpleName(), true)));
    }
  }

  private static String phrase(String name, String kind) {
    return "captured '" + name + "'" + (kind.isEmpty() ? "" : " (" + kind + ")");
  }

  /// A class of the script that has something of its own to remember.
  private void hold(String name, List<Held> held) {
    String statics = sources.get(Sources.STATICS + name);
    LoadedScript home = script;
    if (statics == null || home == null) {
      return;
    }
    Uses uses = uses();
    boolean moves =
        statics
            .lines()
            .anyMatch(field -> {
              String variable = field.split(" ")[0];
              return field.endsWith(Sources.ANY)
                  || uses.assigned(variable)
                  || field.endsWith(Sources.COLLECTION) && uses.written(variable);
            });
    try {
      Class<?> type = Class.forName(name, false, home.getClass().getClassLoader());
      held.add(new Held("class '" + name + "' with its static fields", type, moves));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("the script's class " + name + " is not there", e);
    }
  }

  private Uses uses() {
    return script == null ? Uses.of(List.of(own)) : CompiledScript.uses(script.getClass());
  }
}

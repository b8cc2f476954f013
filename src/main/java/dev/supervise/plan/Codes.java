package dev.supervise.plan;

import dev.supervise.spec.App;
import dev.supervise.spec.Code;
import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.Hook;
import dev.supervise.spec.Members;
import dev.supervise.spec.SupervisorSpec;
import dev.supervise.spec.UnitSpec;
import dev.supervise.spec.Value;
import dev.supervise.spec.term.Terms;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// The pieces of a script's code that a declaration is made of, each by its place, and the same
/// declaration with others in some of these places. Pure.
final class Codes {
  /// @param key the same in each declaration of the script
  /// @param owner whose code it is, for people: `'prod'`, `task 'ask'`, `onStart`
  /// @param word the word it was said with
  /// @param again whether a reload lets it run anew where it has changed; what runs once has run
  record Place(String key, String owner, String word, boolean again, Code code) {}

  /// What takes the place of a piece of code.
  private final BiFunction<String, Code, Code> other;

  private final Map<String, Place> places = new LinkedHashMap<>();

  private Codes(BiFunction<String, Code, Code> other) {
    this.other = other;
  }

  static Map<String, Place> of(App app) {
    Codes codes = new Codes((_, code) -> code);
    codes.app(app);
    return codes.places;
  }

  /// @param other what stands at a place instead, or the same
  static App with(App app, BiFunction<String, Code, Code> other) {
    return new Codes(other).app(app);
  }

  /// The key of a task's body.
  static String ofTask(String name) {
    return "task " + name + "/body";
  }

  private App app(App app) {
    return new App(
        app.script(),
        app.base(),
        (SupervisorSpec) unit(app.root(), ""),
        app.ports(),
        exports(app.exports()),
        bodies("onStart", app.onStart(), false),
        bodies("onReady", app.onReady(), false),
        bodies("onStop", app.onStop(), true),
        app.tasks().stream()
            .map(task ->
                replaced(
                    task, new At("task " + task.name(), "task '" + task.name() + "'", "", true)))
            .toList(),
        app.schedules(),
        app.inputs());
  }

  private Map<String, Value> exports(Map<String, Value> exports) {
    Map<String, Value> same = new LinkedHashMap<>();
    exports.forEach((name, value) ->
        same.put(name, replaced(value, new At("exports/" + name, "exports " + name, "", true))));
    return same;
  }

  private List<FunctionBody> bodies(String word, List<FunctionBody> bodies, boolean again) {
    List<FunctionBody> same = new ArrayList<>();
    for (FunctionBody body : bodies) {
      same.add(replaced(body, new At(word + "/" + same.size(), word, word, again)));
    }
    return same;
  }

  private UnitSpec unit(UnitSpec unit, String path) {
    String owner = path.isEmpty() ? "the root" : "'" + path + "'";
    UnitSpec own = replaced(unit, new At("unit " + path, owner, "", true));
    return own instanceof SupervisorSpec supervisor ? supervisor(supervisor, path) : own;
  }

  private SupervisorSpec supervisor(SupervisorSpec supervisor, String path) {
    return switch (supervisor.members()) {
      case Members.Listed(List<UnitSpec> units) -> {
        List<UnitSpec> same = new ArrayList<>();
        for (UnitSpec unit : units) {
          same.add(unit(unit, path.isEmpty() ? unit.name() : path + "/" + unit.name()));
        }
        yield same.equals(units) ? supervisor : supervisor.withMembers(new Members.Listed(same));
      }
      case Members.Pool(UnitSpec template, int size) -> {
        At at = new At("unit " + path + "/template", "'" + path + "'", "template", true);
        UnitSpec same = replaced(template, at);
        yield same.equals(template)
            ? supervisor
            : supervisor.withMembers(new Members.Pool(same, size));
      }
    };
  }

  // ---- inside a specification

  private record At(String key, String owner, String word, boolean again) {
    At in(String part) {
      return new At(key + "/" + part, owner, word.isEmpty() ? Terms.word(part) : word, again);
    }
  }

  @SuppressWarnings("unchecked")
  private <T> T replaced(T value, At at) {
    return (T) java.util.Objects.requireNonNull(inside(value, at));
  }

  @SuppressWarnings("ReferenceEquality")
  private @Nullable Object inside(@Nullable Object value, At at) {
    return switch (value) {
      case Code code -> {
        places.put(at.key(), new Place(at.key(), at.owner(), at.word(), at.again(), code));
        yield other.apply(at.key(), code);
      }
      case Members members -> members;
      case Record record -> fields(record, at);
      case Optional<?> maybe -> {
        Object is = maybe.orElse(null);
        Object same = inside(is, at);
        yield same == is ? maybe : Optional.ofNullable(same);
      }
      case List<?> list -> {
        List<@Nullable Object> same = new ArrayList<>();
        boolean changed = false;
        for (Object each : list) {
          Object one = inside(each, element(each, same.size(), at));
          changed |= one != each;
          same.add(one);
        }
        yield changed ? same : list;
      }
      case null, default -> value;
    };
  }

  private static At element(@Nullable Object element, int index, At list) {
    if (element instanceof Hook hook) {
      String phase = hook.phase().word();
      return new At(
          list.key() + "/" + phase + " " + hook.name(), list.owner(), phase, list.again());
    }
    return list.in(Integer.toString(index));
  }

  @SuppressWarnings("ReferenceEquality")
  private Object fields(Record record, At at) {
    Fields fields = FIELDS.get(record.getClass());
    @Nullable Object[] values = new @Nullable Object[fields.accessors().size()];
    boolean changed = false;
    for (int i = 0; i < values.length; i++) {
      Method accessor = fields.accessors().get(i);
      Object value = fields.value(record, accessor);
      // The parts of a unit's rules have words of their own.
      At inner = Terms.opened(accessor.getReturnType()) ? at : at.in(accessor.getName());
      values[i] = inside(value, inner);
      changed |= values[i] != value;
    }
    return changed ? fields.made(values) : record;
  }

  private record Fields(List<Method> accessors, Constructor<?> constructor) {
    @Nullable Object value(Record record, Method accessor) {
      try {
        return accessor.invoke(record);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("a specification's " + accessor.getName(), e);
      }
    }

    Object made(@Nullable Object[] values) {
      try {
        return constructor.newInstance(values);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("a specification cannot be made again", e);
      }
    }
  }

  private static final ClassValue<Fields> FIELDS =
      new ClassValue<>() {
        @Override
        protected Fields computeValue(Class<?> type) {
          List<Method> accessors = new ArrayList<>();
          List<Class<?>> types = new ArrayList<>();
          for (RecordComponent component : type.getRecordComponents()) {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            accessors.add(accessor);
            types.add(component.getType());
          }
          try {
            Constructor<?> constructor =
                type.getDeclaredConstructor(types.toArray(new Class<?>[0]));
            constructor.setAccessible(true);
            return new Fields(List.copyOf(accessors), constructor);
          } catch (NoSuchMethodException e) {
            throw new IllegalStateException("a record without its constructor", e);
          }
        }
      };
}

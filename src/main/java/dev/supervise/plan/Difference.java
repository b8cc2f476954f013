package dev.supervise.plan;

import dev.supervise.spec.Code;
import dev.supervise.spec.FunctionBody;
import dev.supervise.spec.Origin;
import dev.supervise.spec.TaskBody;
import dev.supervise.spec.term.Term;
import dev.supervise.spec.term.Term.OnChange;
import dev.supervise.spec.term.Terms;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One thing in which two specifications of a unit differ, by the word it is said with. Where it
/// stands in the script is no difference.
///
/// @param name how the word is shown: `command`, `env`, `backoff`
/// @param why it counts as another one though it reads the same: `cannot be compared: …`, or with
///   whom it shares what has changed; of a number, how many it is and was: `3, not 2`; else empty
public record Difference(Term<?, ?> term, String name, String why) {
  /// Everything in which two specifications of the same kind of unit differ, their children aside,
  /// in the order of their components.
  ///
  /// @param tied code that counts as changed though it reads the same, and why; by identity
  static List<Difference> between(Object was, Object is, Map<Code, String> tied) {
    Comparison comparison = new Comparison(tied);
    List<Difference> differences = new ArrayList<>();
    for (Term<?, ?> term : Terms.compared(is)) {
      Object one = term.value(was);
      Object other = term.value(is);
      switch (comparison.sameness(one, other)) {
        case Sameness.Same() -> {}
        case Sameness.Different() ->
            differences.add(
                new Difference(
                    term,
                    term.name(is),
                    term.onChange() == OnChange.COUNT
                        ? number(other) + ", not " + number(one)
                        : ""));
        case Sameness.Undecided(String why) ->
            differences.add(new Difference(term, term.name(is), why));
      }
    }
    return differences;
  }

  /// Whether one of them asks for that.
  public static boolean any(List<Difference> differences, OnChange what) {
    return differences.stream().anyMatch(each -> each.term.onChange() == what);
  }

  private static int number(@Nullable Object count) {
    return count instanceof OptionalInt number ? number.orElse(0) : 0;
  }

  /// For people: `command`, `run (cannot be compared: …)`, `instances 3, not 2`.
  String text() {
    return why.isEmpty()
        ? name
        : term.onChange() == OnChange.COUNT ? name + " " + why : name + " (" + why + ")";
  }

  /// Whether two values say the same.
  private sealed interface Sameness {
    Sameness SAME = new Same();
    Sameness DIFFERENT = new Different();

    record Same() implements Sameness {}

    record Different() implements Sameness {}

    record Undecided(String why) implements Sameness {}

    /// Of a whole that has both parts.
    default Sameness and(Sameness other) {
      return switch (this) {
        case Same _ -> other;
        case Different _ -> this;
        case Undecided _ -> other instanceof Different ? other : this;
      };
    }
  }

  /// One comparison.
  private record Comparison(Map<Code, String> tied) {
    /// What is one object on both sides needs no look inside; most of a tree's rules are such.
    @SuppressWarnings("ReferenceEquality")
    private Sameness sameness(@Nullable Object one, @Nullable Object other) {
      if (one == other) {
        return Sameness.SAME;
      }
      if (one == null || other == null) {
        return Sameness.DIFFERENT;
      }
      if (one instanceof String || one instanceof Enum) {
        return decided(one.equals(other));
      }
      if (one instanceof Origin) {
        return Sameness.SAME;
      }
      if (one instanceof Code a && other instanceof Code b) {
        return code(a, b);
      }
      if (one instanceof Callable<?> || one instanceof FunctionBody || one instanceof TaskBody) {
        return new Sameness.Undecided("cannot be compared: it is no closure of a script");
      }
      if (one instanceof Record record && one.getClass() == other.getClass()) {
        return records(record, (Record) other);
      }
      if (one instanceof List<?> list && other instanceof List<?> more) {
        return lists(list, more);
      }
      if (one instanceof Map<?, ?> map && other instanceof Map<?, ?> more) {
        return maps(map, more);
      }
      if (one instanceof Optional<?> maybe && other instanceof Optional<?> more) {
        return sameness(maybe.orElse(null), more.orElse(null));
      }
      if (one instanceof Pattern pattern && other instanceof Pattern more) {
        return decided(pattern.flags() == more.flags() && pattern.pattern().equals(more.pattern()));
      }
      if (one instanceof Class<?> type && other instanceof Class<?> more) {
        return decided(Shape.same(type, more));
      }
      return decided(one.equals(other));
    }

    private static Sameness decided(boolean same) {
      return same ? Sameness.SAME : Sameness.DIFFERENT;
    }

    private Sameness maps(Map<?, ?> one, Map<?, ?> other) {
      if (!one.keySet().equals(other.keySet())) {
        return Sameness.DIFFERENT;
      }
      Sameness all = Sameness.SAME;
      for (Map.Entry<?, ?> entry : one.entrySet()) {
        all = all.and(sameness(entry.getValue(), other.get(entry.getKey())));
      }
      return all;
    }

    private Sameness code(Code one, Code other) {
      if (!one.text().equals(other.text())) {
        return Sameness.DIFFERENT;
      }
      List<String> opaque = other.opaque().isEmpty() ? one.opaque() : other.opaque();
      if (!opaque.isEmpty()) {
        return new Sameness.Undecided("cannot be compared: " + opaque.getFirst());
      }
      String shares = tied.get(other);
      return shares == null ? Sameness.SAME : new Sameness.Undecided(shares);
    }

    private Sameness records(Record one, Record other) {
      Sameness all = Sameness.SAME;
      for (Part part : PARTS.get(one.getClass())) {
        all = all.and(sameness(part.of(one), part.of(other)));
      }
      return all;
    }

    private Sameness lists(List<?> one, List<?> other) {
      if (one.size() != other.size()) {
        return Sameness.DIFFERENT;
      }
      Sameness all = Sameness.SAME;
      for (int i = 0; i < one.size(); i++) {
        all = all.and(sameness(one.get(i), other.get(i)));
      }
      return all;
    }
  }

  // ---- records ----

  /// A component of a record.
  private record Part(String name, Class<?> type, Method accessor) {
    Object of(Record record) {
      try {
        return accessor.invoke(record);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("a specification's " + name, e);
      }
    }
  }

  private static final ClassValue<List<Part>> PARTS =
      new ClassValue<>() {
        @Override
        protected List<Part> computeValue(Class<?> type) {
          List<Part> parts = new ArrayList<>();
          for (RecordComponent component : type.getRecordComponents()) {
            parts.add(new Part(component.getName(), component.getType(), component.getAccessor()));
          }
          return List.copyOf(parts);
        }
      };
}

package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Later;
import dev.supervise.dsl.value.Word;
import dev.supervise.spec.HookFailure;
import dev.supervise.spec.Value;
import groovy.lang.Closure;
import groovy.lang.DelegatesTo;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Which words exist in which block, read from the delegates' own signatures: every method with
/// [Word], every closure parameter with `@DelegatesTo`, and [Later]. The walker, the suggestions of
/// a load, completion and the parity spec all ask here, so that no second list of words exists.
///
/// Immutable after construction. Built only when a script is compiled or has a mistake: the start
/// of an unchanged script never touches it.
public final class Vocabulary {
  /// How users call the place of a script's own statements.
  static final String TOP_LEVEL = "the top level";

  private final Map<Class<?>, Block> blocks = new LinkedHashMap<>();
  private final Map<Class<?>, Block> members = new ConcurrentHashMap<>();
  private final Set<String> everywhere;
  private final Block root;
  private final Block values;

  private Vocabulary(Class<?> rootWords, Class<?> valueApi, Set<String> constants) {
    this.everywhere = constants;
    values = block(valueApi, true);
    root = block(rootWords, false);
    Deque<Block> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      for (Entry entry : open.remove().words().values()) {
        for (Form form : entry.forms()) {
          if (form.takes() instanceof Takes.Words(Class<?> delegate)
              && !blocks.containsKey(delegate)) {
            open.add(block(delegate, false));
          } else if (form.takes() instanceof Takes.Code(Class<?> api) && !blocks.containsKey(api)) {
            block(api, true);
          }
        }
      }
    }
  }

  /// The whole language as it is reached from the words of the top level.
  ///
  /// @param valueApi what a closure given as a value sees (`env URL: { -> … }`)
  /// @param constants bare names with a meaning in every block of words
  static Vocabulary of(Class<?> rootWords, Class<?> valueApi, Set<String> constants) {
    return new Vocabulary(rootWords, valueApi, constants);
  }

  public Block root() {
    return root;
  }

  /// What closures given as values see.
  public Block values() {
    return values;
  }

  /// Every kind of block, blocks of words and code that runs later.
  public Collection<Block> blocks() {
    return Collections.unmodifiableCollection(blocks.values());
  }

  /// The block whose delegate is of this class, or of a subclass of one that is known.
  public Optional<Block> block(Class<?> delegate) {
    for (Class<?> type = delegate; type != null; type = type.getSuperclass()) {
      Block block = blocks.get(type);
      if (block != null) {
        return Optional.of(block);
      }
    }
    return Optional.empty();
  }

  /// What a property of an API holds, where that is an API of ours too: `ctx.log`.
  public Optional<Block> member(Block api, String property) {
    Class<?> type = api.members().get(property);
    return type == null
        ? Optional.empty()
        : Optional.of(members.computeIfAbsent(type, each -> read(each, true)));
  }

  /// How users call the places where a word may stand: `ready`, `process`, `the top level`.
  public SortedSet<String> placesOf(String word) {
    SortedSet<String> places = new TreeSet<>();
    for (Block block : blocks.values()) {
      if (block.words().containsKey(word)) {
        places.addAll(openers(block));
      }
    }
    return places;
  }

  /// The words that open this kind of block.
  SortedSet<String> openers(Block block) {
    SortedSet<String> openers = new TreeSet<>();
    if (block.equals(root)) {
      openers.add(TOP_LEVEL);
    }
    for (Block outer : blocks.values()) {
      for (Entry entry : outer.words().values()) {
        for (Form form : entry.forms()) {
          if (form.takes().delegate().filter(block.delegate()::equals).isPresent()) {
            openers.add(entry.name());
          }
        }
      }
    }
    return openers;
  }

  private Block block(Class<?> delegate, boolean code) {
    Block block = read(delegate, code);
    blocks.put(delegate, block);
    return block;
  }

  private Block read(Class<?> delegate, boolean code) {
    Map<String, Class<?>> held = new TreeMap<>();
    SortedMap<String, List<Form>> forms = new TreeMap<>();
    Map<String, Word> marks = new LinkedHashMap<>();
    Set<String> names = new TreeSet<>();
    Set<String> constants = code ? new TreeSet<>() : new TreeSet<>(everywhere);
    boolean open = false;
    // Reflection gives methods in no order; messages must not change from one run to the next.
    Method[] methods = delegate.getMethods();
    Arrays.sort(methods, Comparator.comparing(Method::toString));
    for (Method method : methods) {
      if (method.getDeclaringClass() == Object.class || method.isBridge()) {
        continue;
      }
      Word mark = method.getAnnotation(Word.class);
      if (mark != null) {
        forms.computeIfAbsent(method.getName(), _ -> new ArrayList<>()).add(form(method));
        marks.merge(method.getName(), mark, (a, b) -> a.value().isEmpty() ? b : a);
      }
      if (mark == null || code) {
        names.add(method.getName());
        open |= code && method.getName().endsWith("Missing");
      }
      property(method)
          .ifPresent(name -> {
            constants.add(name);
            if (code && method.getReturnType().getPackage() == delegate.getPackage()) {
              held.put(name, method.getReturnType());
            }
          });
    }
    for (Field field : delegate.getFields()) {
      constants.add(field.getName());
    }
    SortedMap<String, Entry> words = new TreeMap<>();
    forms.forEach((name, list) -> {
      boolean repeats = false;
      Set<String> options = new LinkedHashSet<>();
      boolean anyOption = false;
      Set<String> accepted = new LinkedHashSet<>();
      Map<String, Set<String>> values = new TreeMap<>();
      for (Form form : list) {
        accepted.addAll(form.constants());
        form.options()
            .forEach((option, taken) ->
                values.computeIfAbsent(option, _ -> new LinkedHashSet<>()).addAll(taken));
        repeats |= form.repeats();
        options.addAll(form.options().keySet());
        anyOption |= form.map() && form.options().isEmpty();
      }
      Word mark = marks.get(name);
      String purpose = mark == null ? "" : mark.value();
      words.put(
          name,
          new Entry(
              name, purpose, repeats, options, anyOption, accepted, values, List.copyOf(list)));
    });
    return new Block(
        title(delegate),
        delegate,
        code,
        open,
        Collections.unmodifiableSortedMap(words),
        constants,
        names,
        held);
  }

  /// `getAlways()` is the name `always`; so are the components of a record.
  private static Optional<String> property(Method method) {
    if (method.getParameterCount() != 0 || method.getReturnType() == void.class) {
      return Optional.empty();
    }
    String name = method.getName();
    String rest =
        name.startsWith("get")
            ? name.substring(3)
            : name.startsWith("is") && method.getReturnType() == boolean.class
                ? name.substring(2)
                : "";
    if (rest.isEmpty()) {
      return method.getDeclaringClass().isRecord() ? Optional.of(name) : Optional.empty();
    }
    boolean shouted = rest.length() > 1 && Character.isUpperCase(rest.charAt(1));
    return Optional.of(shouted ? rest : Character.toLowerCase(rest.charAt(0)) + rest.substring(1));
  }

  private static Form form(Method method) {
    Word mark = method.getAnnotation(Word.class);
    boolean map = false;
    boolean named = false;
    boolean text = false;
    Set<String> values = new LinkedHashSet<>();
    int positional = 0;
    Takes takes = new Takes.Value();
    Parameter[] parameters = method.getParameters();
    for (int i = 0; i < parameters.length; i++) {
      Parameter parameter = parameters[i];
      if (Map.class.isAssignableFrom(parameter.getType()) && i == 0) {
        map = true;
        continue;
      }
      positional++;
      DelegatesTo target = parameter.getAnnotation(DelegatesTo.class);
      if (target != null) {
        takes =
            parameter.isAnnotationPresent(Later.class)
                ? new Takes.Code(target.value())
                : new Takes.Words(target.value());
      } else if (!Closure.class.isAssignableFrom(parameter.getType())) {
        named = true;
        Class<?> type =
            parameter.isVarArgs() ? parameter.getType().getComponentType() : parameter.getType();
        text |= type == String.class || type == Object.class || type == Value.class;
        values.addAll(inWords(type));
      }
    }
    boolean repeats = mark != null && mark.repeats();
    Map<String, Set<String>> options = new LinkedHashMap<>();
    if (map && mark != null) {
      for (String option : mark.options()) {
        Set<String> taken = new LinkedHashSet<>();
        for (String value : mark.values()) {
          if (value.startsWith(option + ": ")) {
            taken.add(value.substring(option.length() + 2));
          }
        }
        options.put(option, taken);
      }
    }
    return new Form(
        positional,
        method.isVarArgs(),
        map,
        options,
        mark == null ? Set.of() : new LinkedHashSet<>(List.of(mark.constants())),
        repeats,
        named,
        text,
        values,
        method.getReturnType() != void.class && !(takes instanceof Takes.Words),
        takes);
  }

  private static Set<String> inWords(Class<?> type) {
    return type == int.class
        ? Set.of("a whole number")
        : type == boolean.class
            ? Set.of("true or false")
            : type == Duration.class
                ? Set.of("a duration (5.seconds)")
                : type == HookFailure.class ? Set.of("retry(3)") : Set.of();
  }

  private static String title(Class<?> delegate) {
    String name = delegate.getSimpleName().replaceFirst("(Words|Api)$", "");
    return name.isEmpty() ? "block" : Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  /// One kind of block.
  ///
  /// @param code code that runs later: `names` are the API's methods, `words` those of them that
  ///   need no receiver
  /// @param open answers names it does not declare, so nothing is known to be unknown in it
  /// @param constants bare names with a meaning here: `always`, `SIGTERM`, `started`
  /// @param names methods that are no words
  /// @param members properties that hold an API of ours, with its class
  public record Block(
      String title,
      Class<?> delegate,
      boolean code,
      boolean open,
      SortedMap<String, Entry> words,
      Set<String> constants,
      Set<String> names,
      Map<String, Class<?>> members) {
    /// One delegate is one kind of block.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Block block && block.delegate.equals(delegate);
    }

    @Override
    public int hashCode() {
      return delegate.hashCode();
    }
  }

  /// A word in one kind of block.
  ///
  /// @param repeats may stand more than once in a block and adds up
  /// @param options the named options it takes, of all its forms
  /// @param anyOption takes any name as an option (`env`, `labels`)
  /// @param constants the bare names it takes, or its options do where they may have any name;
  ///   `SIGTERM` stands for every signal
  /// @param values what each option takes besides what its sentence says
  public record Entry(
      String name,
      String purpose,
      boolean repeats,
      Set<String> options,
      boolean anyOption,
      Set<String> constants,
      Map<String, Set<String>> values,
      List<Form> forms) {
    public boolean takesOptions() {
      return anyOption || !options.isEmpty();
    }

    /// What stands in the place of a bare name that means nothing: `a whole number`, `started`.
    /// Empty where any text would do.
    ///
    /// @param option the named option whose value is asked for; empty for the word's own
    public Set<String> expected(String option) {
      Set<String> taken = values.getOrDefault(option, Set.of());
      if (!taken.isEmpty()) {
        return taken;
      }
      boolean own = option.isEmpty();
      Set<String> expected = new LinkedHashSet<>();
      Set<String> named = new LinkedHashSet<>();
      for (Form form : forms) {
        if (own ? form.positional() > 0 : form.map() && form.positional() == 0) {
          if (own && form.text()) {
            return Set.of();
          }
          expected.addAll(own ? form.values() : Set.of());
          named.addAll(form.constants());
        }
      }
      expected.addAll(named);
      return expected;
    }

    /// Whether it may stand alone: `oneShot()`.
    public boolean bare() {
      return forms.stream()
          .anyMatch(f -> f.positional() == 0 || (f.varargs() && f.positional() == 1));
    }

    /// Whether what it returns may be used further: `freePort('a') + 1`.
    public boolean yields() {
      return forms.stream().anyMatch(Form::yields);
    }

    /// What a closure that is its last argument is, of `positional` in all.
    public Takes closure(int positional) {
      Takes any = new Takes.Value();
      for (Form form : forms) {
        if (!(form.takes() instanceof Takes.Value)) {
          if (form.positional() == positional) {
            return form.takes();
          }
          any = form.takes();
        }
      }
      return any;
    }

    /// Whether it opens a block that carries a name: `process('web') { … }`.
    public boolean opensNamed() {
      return forms.stream().anyMatch(f -> f.named() && f.takes() instanceof Takes.Words);
    }
  }

  /// One signature of a word.
  ///
  /// @param positional how many arguments it takes besides named options
  /// @param map takes named options
  /// @param options them, each with what it takes besides what its sentence says
  /// @param named takes something besides a closure
  /// @param text takes any text
  /// @param values what else it takes besides named options, constants and closures, in words
  /// @param yields returns something
  public record Form(
      int positional,
      boolean varargs,
      boolean map,
      Map<String, Set<String>> options,
      Set<String> constants,
      boolean repeats,
      boolean named,
      boolean text,
      Set<String> values,
      boolean yields,
      Takes takes) {}

  /// What a closure given to a word is.
  public sealed interface Takes {
    /// A block of words on that delegate.
    record Words(Class<?> type) implements Takes {}

    /// Code that runs later and sees that API.
    record Code(Class<?> api) implements Takes {}

    /// No closure, or one that yields a value at each start.
    record Value() implements Takes {}

    default Optional<Class<?>> delegate() {
      return switch (this) {
        case Words(Class<?> type) -> Optional.of(type);
        case Code(Class<?> api) -> Optional.of(api);
        case Value() -> Optional.empty();
      };
    }
  }
}

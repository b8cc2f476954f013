package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Constant;
import dev.supervise.dsl.value.Missing;
import dev.supervise.dsl.value.Quantity;
import dev.supervise.dsl.value.Word;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.HookFailure;
import dev.supervise.spec.InvalidSpec;
import dev.supervise.spec.Origin;
import dev.supervise.spec.Value;
import groovy.lang.Closure;
import java.io.File;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// From a word and its arguments to the method of the block that answers it. Plain reflection on
/// the delegates' signatures; nothing of Groovy's own dispatch, so that a name means one thing
/// only.
public final class Dispatch {
  /// Methods by word, of one kind of block. Every public method of a delegate is a word (a spec
  /// holds that against [Word]); annotations are read only where one is needed, as they are slow to
  /// parse.
  private static final ClassValue<Map<String, List<Method>>> TABLES =
      new ClassValue<>() {
        @Override
        protected Map<String, List<Method>> computeValue(Class<?> type) {
          return table(type);
        }
      };

  private Dispatch() {}

  public static Map<String, List<Method>> table(Class<?> type) {
    Map<String, List<Method>> table = new HashMap<>();
    for (Method method : type.getMethods()) {
      Class<?> home = method.getDeclaringClass();
      boolean word =
          (Words.class.isAssignableFrom(home) || home == FamilyWords.class)
              && !method.isBridge()
              && !method.getName().equals("family");
      if (word) {
        method.setAccessible(true);
        table.computeIfAbsent(method.getName(), _ -> new ArrayList<>(2)).add(method);
      }
    }
    for (List<Method> forms : table.values()) {
      if (forms.size() > 1) {
        forms.sort(Comparator.comparingInt(Dispatch::rank));
      }
    }
    return table;
  }

  /// The order in which forms of one word are tried and told: plain values, constants, options,
  /// blocks.
  private static int rank(Method method) {
    int rank = method.getParameterCount();
    for (Class<?> type : method.getParameterTypes()) {
      rank +=
          type == Constant.class ? 10 : type == Map.class ? 100 : type == Closure.class ? 1000 : 0;
    }
    return rank;
  }

  public static boolean has(Words block, String word) {
    return TABLES.get(block.getClass()).containsKey(word);
  }

  /// Whether the word tells the block something, rather than yielding a value.
  static boolean tells(Method method) {
    return method.getReturnType() == void.class
        || Words.class.isAssignableFrom(method.getReturnType());
  }

  /// Says a word that the block has.
  ///
  /// @return the value, or the delegate of the block that the word opens
  /// @throws WordError what the arguments, or the word, are refused for
  static @Nullable public Object say(
      Words block, String word, Origin here, @Nullable Object[] args) {
    List<Method> methods = TABLES.get(block.getClass()).getOrDefault(word, List.of());
    for (Object arg : args) {
      if (arg instanceof Missing
          || arg instanceof Map<?, ?> map && map.containsValue(Missing.VALUE)) {
        throw new Missing.Met();
      }
    }
    Method chosen = choose(methods, word, args);
    if (tells(chosen)) {
      Origin first = block.say(word, here);
      if (first != null && !chosen.getAnnotation(Word.class).repeats()) {
        throw Language.twice(word, first);
      }
    }
    block.at(here);
    @Nullable Object[] converted = convert(block, chosen, word, args);
    try {
      return chosen.invoke(block, converted);
    } catch (InvocationTargetException thrown) {
      throw rethrown(thrown.getCause());
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static RuntimeException rethrown(@Nullable Throwable cause) {
    return switch (cause) {
      case RuntimeException unchecked -> unchecked;
      case Error error -> throw error;
      case null, default -> new IllegalStateException(cause);
    };
  }

  private static Method choose(List<Method> methods, String word, @Nullable Object[] args) {
    for (Method method : methods) {
      if (accepts(method, args)) {
        return method;
      }
    }
    throw Mismatch.of(methods, word, args);
  }

  private static boolean accepts(Method method, @Nullable Object[] args) {
    Class<?>[] types = method.getParameterTypes();
    boolean open = method.isVarArgs();
    int fixed = open ? types.length - 1 : types.length;
    if (open ? args.length <= fixed : args.length != fixed) {
      return false;
    }
    for (int i = 0; i < args.length; i++) {
      boolean rest = i >= fixed;
      Class<?> type = rest ? types[fixed].getComponentType() : types[i];
      if (rest && args[i] instanceof List<?> list) {
        for (Object element : list) {
          if (!accepts(method, type, element)) {
            return false;
          }
        }
      } else if (!accepts(method, type, args[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean accepts(Method method, Class<?> type, @Nullable Object arg) {
    if (type == Map.class) {
      return arg instanceof Map<?, ?>;
    } else if (type == Closure.class) {
      return arg instanceof Closure<?> || arg instanceof CompiledBody;
    } else if (type == Constant.class) {
      return (arg instanceof Constant || arg instanceof CharSequence)
          && allowed(method, arg.toString());
    } else if (type == Duration.class) {
      return arg instanceof Duration
          || arg instanceof CharSequence text && Quantity.duration(text.toString()).isPresent();
    } else if (type == int.class) {
      return arg instanceof Number number
              && !(arg instanceof Quantity.Bytes)
              && number.doubleValue() == number.intValue()
          || arg instanceof CharSequence text && text.toString().strip().matches("-?[0-9]{1,9}");
    } else if (type == boolean.class) {
      return arg instanceof Boolean
          || Convert.isConstant(arg, "true")
          || Convert.isConstant(arg, "false");
    } else if (type == String.class) {
      return arg instanceof CharSequence || arg instanceof File || arg instanceof Path;
    } else if (type == HookFailure.class) {
      return arg instanceof HookFailure;
    } else if (type == Value.class) {
      return arg != null
          && !(arg instanceof Map<?, ?>)
          && !(arg instanceof List<?>)
          && !(arg instanceof Constant)
          && !(arg instanceof CompiledBody);
    }
    return arg != null
        && !(arg instanceof Map<?, ?>)
        && !(arg instanceof Constant)
        && !(arg instanceof CompiledBody);
  }

  /// `SIGTERM` among the constants stands for every signal.
  static boolean allowed(Method method, String constant) {
    String[] constants = method.getAnnotation(Word.class).constants();
    for (String one : constants) {
      if (one.equals(constant)
          || one.equals("SIGTERM") && dev.supervise.spec.Signals.number(constant).isPresent()) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Object[] convert(
      Words block, Method method, String word, @Nullable Object[] args) {
    Class<?>[] types = method.getParameterTypes();
    boolean open = method.isVarArgs();
    int fixed = open ? types.length - 1 : types.length;
    @Nullable Object[] converted = new @Nullable Object[types.length];
    for (int i = 0; i < fixed; i++) {
      converted[i] = convert(block, method, word, types[i], args[i]);
    }
    if (open) {
      List<@Nullable Object> rest = new ArrayList<>();
      for (int i = fixed; i < args.length; i++) {
        if (args[i] instanceof List<?> list) {
          rest.addAll(list);
        } else {
          rest.add(args[i]);
        }
      }
      Class<?> type = types[fixed].getComponentType();
      Object array = Array.newInstance(type, rest.size());
      for (int i = 0; i < rest.size(); i++) {
        Array.set(array, i, convert(block, method, word, type, rest.get(i)));
      }
      converted[fixed] = array;
    }
    return converted;
  }

  private static @Nullable Object convert(
      Words block, Method method, String word, Class<?> type, @Nullable Object arg) {
    if (arg instanceof Map<?, ?> named && type == Map.class) {
      return options(block, method, word, named);
    } else if (type == Closure.class) {
      return arg instanceof CompiledBody ? null : arg;
    } else if (type == Constant.class) {
      return arg instanceof Constant ? arg : new Constant(String.valueOf(arg));
    } else if (type == Duration.class) {
      return Convert.duration(word, arg);
    } else if (type == int.class) {
      return Convert.integer(word, arg);
    } else if (type == boolean.class) {
      return Convert.truth(word, arg);
    } else if (type == String.class) {
      return Convert.text(word, arg);
    } else if (type == Value.class) {
      return Convert.value(word, arg);
    }
    return arg;
  }

  private static Map<String, @Nullable Object> options(
      Words block, Method method, String word, Map<?, ?> given) {
    Set<String> known = Set.of(method.getAnnotation(Word.class).options());
    Map<String, @Nullable Object> options = new LinkedHashMap<>();
    given.forEach((key, value) -> {
      String name = String.valueOf(key);
      if (!known.isEmpty() && !known.contains(name)) {
        throw Language.unknownOption(block, word, name);
      }
      options.put(name, value);
    });
    return options;
  }

  /// What a refusal by a word or a specification says.
  public static boolean refusal(Throwable thrown) {
    return thrown instanceof WordError || thrown instanceof InvalidSpec;
  }
}

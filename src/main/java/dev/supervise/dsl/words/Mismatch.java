package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Constant;
import dev.supervise.dsl.value.Later;
import dev.supervise.dsl.value.NearestName;
import dev.supervise.dsl.value.QuotedValue;
import dev.supervise.dsl.value.Word;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.HookFailure;
import dev.supervise.spec.Signals;
import groovy.lang.Closure;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Why arguments fit no form of a word: what it takes, what it was given, and what was probably
/// meant. Pure.
final class Mismatch {
  private static final Pattern HOST_AND_PORT = Pattern.compile("(.*):([0-9]{1,5})");

  private Mismatch() {}

  static WordError of(List<Method> methods, String word, @Nullable Object[] args) {
    List<String> given = new ArrayList<>();
    for (Object arg : args) {
      given.add(shown(arg));
    }
    return new WordError(
        word
            + " takes "
            + String.join(", or ", forms(methods))
            + "; not "
            + (given.isEmpty() ? "nothing" : String.join(" and ", given)),
        meant(methods, word, args));
  }

  private static String shown(@Nullable Object arg) {
    return switch (arg) {
      case CompiledBody _ -> "a block";
      case Map<?, ?> options when !options.isEmpty() ->
          String.join(", ", options.keySet().stream().map(key -> key + ":").toList());
      case null, default -> QuotedValue.of(arg);
    };
  }

  // What it takes

  /// Sorted, what takes options alone at the end: reflection gives methods in no order, and a
  /// message must not change from one run to the next.
  private static List<String> forms(List<Method> methods) {
    Map<String, Set<String>> options =
        new TreeMap<>(Comparator.comparing(String::isEmpty).thenComparing(form -> form));
    for (Method method : methods) {
      options.computeIfAbsent(positional(method), _ -> new TreeSet<>()).add(named(method));
    }
    List<String> forms = new ArrayList<>();
    options.forEach((positional, named) -> {
      boolean plain = named.remove("");
      for (String each : named) {
        forms.add(
            positional.isEmpty()
                ? each
                : plain ? positional + ", if wanted with " + each : positional + ", " + each);
      }
      if (named.isEmpty()) {
        forms.add(
            positional.isEmpty() ? "nothing: " + methods.getFirst().getName() + "()" : positional);
      }
    });
    return forms;
  }

  private static String positional(Method method) {
    List<String> parts = new ArrayList<>();
    Word word = method.getAnnotation(Word.class);
    Class<?>[] types = method.getParameterTypes();
    for (int i = 0; i < types.length; i++) {
      if (types[i] != Map.class) {
        boolean later = method.getParameters()[i].isAnnotationPresent(Later.class);
        parts.add(form(types[i], later, word));
      }
    }
    return String.join(" and ", parts);
  }

  private static String named(Method method) {
    Word word = method.getAnnotation(Word.class);
    for (Class<?> type : method.getParameterTypes()) {
      if (type == Map.class) {
        return word.options().length == 0
            ? "NAME: value"
            : "options (" + String.join(", ", word.options()) + ")";
      }
    }
    return "";
  }

  private static String form(Class<?> type, boolean later, Word word) {
    if (type == Closure.class) {
      return later ? "a closure" : "a block { … }";
    } else if (type == Constant.class) {
      List<String> constants = new ArrayList<>(List.of(word.constants()));
      constants.replaceAll(name -> name.equals("SIGTERM") ? "a signal (SIGTERM)" : name);
      return constants.size() < 3
          ? String.join(" or ", constants)
          : "one of " + String.join(" ", constants);
    } else if (type == Duration.class) {
      return "a duration (5.seconds)";
    } else if (type == int.class) {
      return "a whole number";
    } else if (type == HookFailure.class) {
      return "retry(3)";
    } else if (type == int[].class) {
      return "whole numbers";
    } else if (type == boolean.class) {
      return "true or false";
    } else if (type == String.class) {
      return "a text";
    } else if (type == String[].class) {
      return "names in quotes";
    } else if (type == Object[].class) {
      return "texts";
    }
    return "a value";
  }

  // What was meant

  private static String meant(List<Method> methods, String word, @Nullable Object[] args) {
    for (Object arg : args) {
      if (arg instanceof CharSequence || arg instanceof Constant) {
        Optional<String> near = NearestName.of(arg.toString(), constants(methods, arg.toString()));
        if (near.isPresent()) {
          return "did you mean '" + near.get() + "'?";
        }
        Matcher parts = HOST_AND_PORT.matcher(arg.toString());
        if (args.length == 1 && parts.matches() && takesHostAndPort(methods)) {
          return "write " + word + " '" + parts.group(1) + "', " + parts.group(2);
        }
      }
    }
    return "";
  }

  /// @param like signals are offered as they were written, with `SIG` or without
  private static Set<String> constants(List<Method> methods, String like) {
    Set<String> constants = new LinkedHashSet<>();
    for (Method method : methods) {
      for (String constant : method.getAnnotation(Word.class).constants()) {
        constants.add(constant);
        if (constant.equals("SIGTERM")) {
          String prefix = like.regionMatches(true, 0, "SIG", 0, 3) ? "SIG" : "";
          Signals.names().forEach(name -> constants.add(prefix + name));
        }
      }
    }
    return constants;
  }

  private static boolean takesHostAndPort(List<Method> methods) {
    return methods.stream()
        .map(Method::getParameterTypes)
        .anyMatch(types -> types.length == 2 && types[0] == String.class && types[1] == int.class);
  }
}

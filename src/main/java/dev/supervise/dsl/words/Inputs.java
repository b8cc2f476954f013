package dev.supervise.dsl.words;

import dev.supervise.dsl.mistake.Mistake;
import dev.supervise.dsl.value.Missing;
import dev.supervise.dsl.value.Quantity;
import dev.supervise.dsl.value.QuotedValue;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.Origin;
import dev.supervise.text.Guessable;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a script takes from outside: parameters, the environment, secrets, free ports.
public final class Inputs {
  private final LoadOptions options;
  private final Set<String> asked = new TreeSet<>();
  private final Set<String> missing = new HashSet<>();
  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final Map<String, Origin> declaredPorts = new LinkedHashMap<>();
  private final Map<String, Origin> readPorts = new LinkedHashMap<>();

  public Inputs(LoadOptions options) {
    this.options = options;
  }

  /// The given value as the default's type; [Missing] after a mistake was noted by throwing once.
  Object param(String name, @Nullable Object byDefault) {
    asked.add(name);
    String given = options.params().get(name);
    if (given == null) {
      if (byDefault != null) {
        return byDefault;
      }
      if (missing.add(name)) {
        throw new WordError("parameter '" + name + "' is required: give it with -P " + name + "=…");
      }
      throw new Missing.Met();
    }
    return typed(name, given, byDefault);
  }

  private static Object typed(String name, String given, @Nullable Object byDefault) {
    String what = "-P " + name + "=" + given;
    try {
      return switch (byDefault) {
        case null -> given;
        case Boolean _ -> Convert.truth(what, given);
        case Integer _ -> Integer.valueOf(given.strip());
        case Long _ -> Long.valueOf(given.strip());
        case BigDecimal _ -> new BigDecimal(given.strip());
        case Double _ -> Double.valueOf(given.strip());
        case Float _ -> Float.valueOf(given.strip());
        case Duration _ -> Convert.duration(what, given);
        case Quantity.Bytes _ -> new Quantity.Bytes(Convert.size(what, given));
        case CharSequence _ -> given;
        case List<?> _ -> List.of(given.split(","));
        default ->
            throw new WordError(
                "parameter '"
                    + name
                    + "': a default may be a text, a number, true or false, a"
                    + " duration, a size or a list, not "
                    + QuotedValue.of(byDefault));
      };
    } catch (NumberFormatException _) {
      throw new WordError(what + " is not a number, as the default " + byDefault + " is");
    }
  }

  /// What was given on the command line and never asked for.
  public List<String> unusedParams() {
    List<String> unused = new ArrayList<>(new TreeSet<>(options.params().keySet()));
    unused.removeAll(asked);
    return unused;
  }

  public Set<String> askedParams() {
    return asked;
  }

  @Nullable String sysEnv(String name) {
    return System.getenv(name);
  }

  String secret(String nameOrValue, Origin here, String unit) {
    if (!nameOrValue.matches("[A-Z_][A-Z0-9_]*")) {
      return mask(nameOrValue, "this secret", here, unit);
    }
    String value = sysEnv(nameOrValue);
    if (value == null || value.isEmpty()) {
      throw new WordError(
          "secret '" + nameOrValue + "': the environment variable is not set",
          "to mask a text that looks like a name, write secret value: …");
    }
    return mask(value, "secret '" + nameOrValue + "'", here, unit);
  }

  /// @param what the secret, as a warning names it
  /// @param unit the block it stands in, as messages name it
  String mask(String value, String what, Origin here, String unit) {
    String guessable = value.isEmpty() ? "is empty" : Guessable.why(value);
    if (!guessable.isEmpty()) {
      options
          .warnings()
          .accept(
              new Mistake(
                  here,
                  0,
                  unit,
                  "secret",
                  what
                      + " "
                      + guessable
                      + (value.isEmpty()
                          ? " and hides nothing"
                          : ": it is masked only where it stands as a word of its own"),
                  value.isEmpty() ? "" : "a secret of 6 characters and more is masked everywhere"));
    }
    options.secrets().add(value);
    return value;
  }

  int declarePort(String name, Origin here) {
    checkPortName(name);
    Origin first = declaredPorts.putIfAbsent(name, here);
    if (first != null) {
      throw new WordError("freePort '" + name + "' is declared twice; first at " + first);
    }
    return number(name);
  }

  int port(String name, Origin here) {
    checkPortName(name);
    readPorts.putIfAbsent(name, here);
    return number(name);
  }

  /// After the load: the number of a declared port.
  int known(String name) {
    Integer number = ports.get(name);
    if (number == null || !declaredPorts.containsKey(name)) {
      throw new IllegalStateException(
          "port '" + name + "' is declared nowhere; write freePort('" + name + "')");
    }
    return number;
  }

  private int number(String name) {
    return ports.computeIfAbsent(name, options.ports()::free);
  }

  private static void checkPortName(String name) {
    if (!name.matches("[A-Za-z0-9._-]+")) {
      throw new WordError("port name '" + name + "': allowed are A-Z a-z 0-9 . _ -");
    }
  }

  public Map<String, Integer> ports() {
    return ports;
  }

  public Set<String> portNames() {
    return declaredPorts.keySet();
  }

  /// Ports that were read and never declared, with the first place.
  public Map<String, Origin> undeclaredPorts() {
    Map<String, Origin> undeclared = new LinkedHashMap<>(readPorts);
    undeclared.keySet().removeAll(declaredPorts.keySet());
    return undeclared;
  }

  /// Ports whose names make the same environment variable, each with the one it meets.
  public Map<String, String> clashingPorts() {
    Map<String, String> variables = new HashMap<>();
    Map<String, String> clashes = new LinkedHashMap<>();
    for (String name : declaredPorts.keySet()) {
      String first = variables.putIfAbsent(variable(name), name);
      if (first != null) {
        clashes.put(name, first);
      }
    }
    return clashes;
  }

  public Origin portOrigin(String name) {
    return declaredPorts.getOrDefault(name, Origin.NONE);
  }

  /// `SUPERVISE_PORT_MY_API` for `my-api`.
  public static String variable(String port) {
    return "SUPERVISE_PORT_" + port.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }
}

package dev.supervise.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The values that a command line gives to a script's parameters. Pure.
final class Params {
  private Params() {}

  /// @param given what followed each `-P`: `key=value`
  /// @throws IllegalArgumentException one is not of that form, or a key is given twice
  static Map<String, String> of(List<String> given) {
    Map<String, String> params = new LinkedHashMap<>();
    for (String pair : given) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "-P " + pair + ": not of the form key=value; say for example -P port=9000");
      }
      if (params.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
        throw new IllegalArgumentException("-P " + pair.substring(0, equals) + " is given twice");
      }
    }
    return params;
  }
}

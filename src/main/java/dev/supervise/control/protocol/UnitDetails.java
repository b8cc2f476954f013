package dev.supervise.control.protocol;

import dev.supervise.run.UnitSnapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A unit with its specification. Secrets are masked.
///
/// @param origin `app.groovy:12`; empty for one that no script declared
/// @param facts each word with what it is set to
/// @param logs where its output is kept
/// @param output the last lines of its newest run, where that has failed
/// @param stack of what its last run threw, the script's line first; empty where it threw nothing
public record UnitDetails(
    UnitSnapshot unit,
    String origin,
    Map<String, List<String>> facts,
    UnitLog logs,
    List<String> output,
    List<String> stack) {
  public UnitDetails {
    output = List.copyOf(output);
    facts = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    stack = List.copyOf(stack);
  }
}

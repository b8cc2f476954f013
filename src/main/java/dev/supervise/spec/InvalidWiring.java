package dev.supervise.spec;

import java.util.List;
import java.util.stream.Collectors;

/// Start conditions that name nobody or wait for each other.
public final class InvalidWiring extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Wiring.Problem> problems;

  InvalidWiring(List<Wiring.Problem> problems) {
    super(
        problems.stream()
            .map(p -> p.origin() + ": " + p.kind() + " '" + p.path() + "': " + p.message())
            .collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /// In order of declaration, never empty.
  public List<Wiring.Problem> problems() {
    return problems;
  }
}

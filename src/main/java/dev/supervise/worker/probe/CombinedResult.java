package dev.supervise.worker.probe;

import dev.supervise.spec.Check;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// What the answers so far say about a check that is made of several.
final class CombinedResult {
  private final @Nullable ProbeResult[] answers;
  private int next;

  private CombinedResult(@Nullable ProbeResult[] answers) {
    this.answers = answers;
  }

  /// @param answers of its simple parts in the order they stand in it; null while not known
  /// @return null while it may go either way
  static @Nullable ProbeResult by(Check check, @Nullable ProbeResult[] answers) {
    return new CombinedResult(answers).of(check);
  }

  private @Nullable ProbeResult of(Check check) {
    return switch (check) {
      case Check.AllOf(List<Check> parts) -> all(parts);
      case Check.AnyOf(List<Check> parts) -> any(parts);
      case Check.Tcp _,
          Check.Http _,
          Check.Exec _,
          Check.LogLine _,
          Check.File _,
          Check.SdNotify _,
          Check.Asked _,
          Check.Called _ ->
          answers[next++];
    };
  }

  private @Nullable ProbeResult all(List<Check> parts) {
    ProbeResult missing = null;
    boolean open = false;
    for (Check part : parts) {
      ProbeResult answer = of(part);
      open |= answer == null;
      if (missing == null && answer != null && !answer.holds()) {
        missing = answer;
      }
    }
    return missing != null ? missing : open ? null : ProbeResult.HOLDS;
  }

  private @Nullable ProbeResult any(List<Check> parts) {
    StringJoiner missing = new StringJoiner("; ");
    boolean open = false;
    boolean holds = false;
    for (Check part : parts) {
      ProbeResult answer = of(part);
      open |= answer == null;
      holds |= answer != null && answer.holds();
      if (answer != null && !answer.holds()) {
        missing.add(answer.why());
      }
    }
    return holds ? ProbeResult.HOLDS : open ? null : ProbeResult.not(missing.toString());
  }
}

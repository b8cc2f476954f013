package dev.supervise.worker;

import dev.supervise.spec.Check;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// What the answers so far say about a check that is made of several.
final class Decided {
  private final @Nullable Answer[] answers;
  private int next;

  private Decided(@Nullable Answer[] answers) {
    this.answers = answers;
  }

  /// @param answers of its simple parts in the order they stand in it; null while not known
  /// @return null while it may go either way
  static @Nullable Answer by(Check check, @Nullable Answer[] answers) {
    return new Decided(answers).of(check);
  }

  private @Nullable Answer of(Check check) {
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

  private @Nullable Answer all(List<Check> parts) {
    Answer missing = null;
    boolean open = false;
    for (Check part : parts) {
      Answer answer = of(part);
      open |= answer == null;
      if (missing == null && answer != null && !answer.holds()) {
        missing = answer;
      }
    }
    return missing != null ? missing : open ? null : Answer.HOLDS;
  }

  private @Nullable Answer any(List<Check> parts) {
    StringJoiner missing = new StringJoiner("; ");
    boolean open = false;
    boolean holds = false;
    for (Check part : parts) {
      Answer answer = of(part);
      open |= answer == null;
      holds |= answer != null && answer.holds();
      if (answer != null && !answer.holds()) {
        missing.add(answer.why());
      }
    }
    return holds ? Answer.HOLDS : open ? null : Answer.not(missing.toString());
  }
}

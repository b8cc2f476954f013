package dev.supervise.spec;

/// One step of a stop. The next step begins when `within` has passed and the unit still lives, or,
/// for [Exec] and [Call], as soon as the step itself has failed.
public sealed interface StopStep {
  Grace within();

  /// Who is signalled.
  enum Target {
    /// The whole process group of the unit's leader. The default.
    GROUP,
    /// The leader alone, for masters that drain their own workers.
    MAIN
  }

  /// Send a signal (by its Linux number), followed by CONT so that a stopped child can act on it.
  record Signal(int signal, Grace within, Target to) implements StopStep {
    public Signal {
      if (signal < 1 || signal > 64) {
        throw new InvalidSpec("signal " + signal + " is not between 1 and 64");
      }
    }
  }

  /// Run a command in the unit's directory, environment and identity.
  record Exec(Command command, Grace within) implements StopStep {}

  /// Call a closure on a virtual thread.
  record Call(FunctionBody body, Grace within) implements StopStep {}

  /// KILL everything of the run. Always the last step.
  record Kill() implements StopStep {
    @Override
    public Grace within() {
      return new Grace.Unlimited();
    }
  }
}

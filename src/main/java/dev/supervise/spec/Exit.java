package dev.supervise.spec;

import java.util.List;
import java.util.function.UnaryOperator;

/// How a run ended. Shared by workers, which observe it, and plans, which judge it.
public sealed interface Exit {
  /// What `LIFECYCLE_PREV_EXIT` says of it: the exit code, 128+n for signal n, 1 for a throw or an
  /// exceeded intensity, 126/127 for a failed exec.
  int code();

  /// One short phrase for people: `exit 3`, `killed by SIGKILL`, `IllegalStateException: boom`.
  String phrase();

  /// The stack of what was thrown, as [Stack] writes it: at most [Stack#LINES] lines; empty where
  /// nothing was thrown. Costs more than a restart.
  default List<String> stack() {
    return stack(UnaryOperator.identity());
  }

  /// @param shown makes what was thrown text that may be shown, before its lines are cut
  default List<String> stack(UnaryOperator<String> shown) {
    return List.of();
  }

  /// A process ended by itself.
  record Code(int code) implements Exit {
    @Override
    public String phrase() {
      return "exit " + code;
    }
  }

  /// A signal ended a process.
  record Signalled(int signal, boolean core) implements Exit {
    @Override
    public int code() {
      return 128 + signal;
    }

    @Override
    public String phrase() {
      return "killed by " + Signals.name(signal) + (core ? " (core dumped)" : "");
    }
  }

  /// A function returned, or a supervisor ended as it was meant to.
  record Returned() implements Exit {
    @Override
    public int code() {
      return 0;
    }

    @Override
    public String phrase() {
      return "returned";
    }
  }

  /// A supervisor ended because a significant child did.
  record AutoShutdown(String child, int code) implements Exit {
    @Override
    public String phrase() {
      return "auto shutdown: significant '" + child + "' ended";
    }
  }

  /// A function threw.
  ///
  /// @param message the type and what it said
  /// @param thrown what it threw; kept whole, because writing out its stack costs more than a
  ///   restart
  record Threw(String message, Throwable thrown) implements Exit {
    @Override
    public List<String> stack(UnaryOperator<String> shown) {
      return Stack.lines(thrown, shown);
    }

    @Override
    public int code() {
      return 1;
    }

    @Override
    public String phrase() {
      return message;
    }
  }

  /// A supervisor passed its restart intensity, or a significant child of it gave up.
  record Escalated(String cause) implements Exit {
    @Override
    public int code() {
      return 1;
    }

    @Override
    public String phrase() {
      return cause;
    }
  }

  /// The program never ran.
  record NotStarted(StartFailure failure) implements Exit {
    @Override
    public int code() {
      return failure.code();
    }

    @Override
    public String phrase() {
      return failure.message();
    }
  }

  /// The run was ended, or its own end was no success whatever its code, for a reason of the
  /// supervisor's: it did not come up as declared, or was no longer healthy.
  ///
  /// @param why with the last word of the probe, and the number of attempts
  /// @param exit how the process or function itself ended
  record Failed(String why, Exit exit) implements Exit {
    @Override
    public int code() {
      return exit.code();
    }

    @Override
    public String phrase() {
      return why;
    }

    @Override
    public List<String> stack(UnaryOperator<String> shown) {
      return exit.stack(shown);
    }
  }

  /// The end was not observed: the keeper that would have seen it died.
  record Unknown(String why) implements Exit {
    @Override
    public int code() {
      return 1;
    }

    @Override
    public String phrase() {
      return why;
    }
  }
}

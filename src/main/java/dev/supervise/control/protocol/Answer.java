package dev.supervise.control.protocol;

import dev.supervise.run.UnitSnapshot;
import dev.supervise.text.DurationText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a [Query] is answered with. Every query may also be answered with one of the [Refusal]s.
public sealed interface Answer {
  /// @param units the root alone, when nothing was left out; else the units asked for, in the order
  ///   they were named or stand in the tree
  record Tree(Instance instance, List<UnitSnapshot> units) implements Answer {
    public Tree {
      units = List.copyOf(units);
    }
  }

  /// What a reload would do.
  ///
  /// @param changes whether it would do anything
  /// @param summary `1 added, 3 kept`
  /// @param units those declared now, in order of declaration, then those that would be removed
  record Plan(boolean changes, String summary, List<Planned> units, List<String> warnings)
      implements Answer {
    public Plan {
      units = List.copyOf(units);
    }
  }

  /// Carried out; one sentence for people.
  record Done(String text) implements Answer {}

  /// @param variables in order of declaration
  record Environment(Map<String, String> variables) implements Answer {
    public Environment {
      variables = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(variables));
    }
  }

  /// Oldest first.
  record Events(List<Event> events) implements Answer {
    public Events {
      events = List.copyOf(events);
    }
  }

  /// One for each unit that was asked about.
  record Explained(List<Explanation> units) implements Answer {
    public Explained {
      units = List.copyOf(units);
    }
  }

  /// One for each unit that was asked about.
  record Described(List<UnitDetails> units) implements Answer {
    public Described {
      units = List.copyOf(units);
    }
  }

  /// One for each process and function.
  record Logs(List<UnitLog> units) implements Answer {
    public Logs {
      units = List.copyOf(units);
    }
  }

  /// @param nanos when it was measured, by a clock that only runs on
  /// @param processors of the machine
  /// @param units those asked for, with all below them
  /// @param uses of those that have processes, and supervise itself
  record Used(long nanos, int processors, List<UnitSnapshot> units, List<UnitUse> uses)
      implements Answer {
    public Used {
      units = List.copyOf(units);
      uses = List.copyOf(uses);
    }
  }

  /// In the order that was asked for.
  ///
  /// @param readiness `Initializing`, or `Ready` once a task of the type `mark-ready` has completed
  record Tasks(List<TaskView> tasks, String readiness) implements Answer {
    public Tasks {
      tasks = List.copyOf(tasks);
    }
  }

  /// In order of declaration.
  record Schedules(List<ScheduleView> schedules) implements Answer {
    public Schedules {
      schedules = List.copyOf(schedules);
    }
  }

  /// Lines, or words.
  record Texts(List<String> texts) implements Answer {
    public Texts {
      texts = List.copyOf(texts);
    }
  }

  /// The tree is down for good.
  ///
  /// @param code what the instance ends with
  /// @param cause why, where the code is not 0; may be empty
  /// @param leftovers what was to end and did not
  /// @param detached what lives on as it was told to
  record Over(int code, String cause, List<String> leftovers, List<String> detached)
      implements Answer {
    public Over {
      leftovers = List.copyOf(leftovers);
      detached = List.copyOf(detached);
    }
  }

  /// It did not come to what was asked; `why` is a sentence for people.
  sealed interface Refusal extends Answer {
    String why();
  }

  /// Nothing has changed: what is wrong and what is allowed.
  record Refused(String why) implements Refusal {}

  /// What was asked makes no sense, whatever runs; nothing has changed.
  record Wrong(String why) implements Refusal {}

  /// The script has mistakes, all of them in `why`; nothing has changed.
  record ScriptWrong(String why) implements Refusal {}

  /// A name means no unit, or several.
  record NoSuchUnit(String why) implements Refusal {}

  /// Carried out, but a unit did not become what was asked.
  record Failed(String why) implements Refusal {}

  /// It did not become so in time.
  ///
  /// @param after what `why` says behind the limit that has passed; nothing where none was given
  record TimedOut(String why, Optional<String> after) implements Refusal {
    /// No limit was given: it is waited for no longer.
    public TimedOut(String why) {
      this(why, Optional.empty());
    }

    /// @param after what is said behind the limit; may be empty
    public static TimedOut within(Duration limit, String after) {
      return new TimedOut("not within " + DurationText.exact(limit) + after, Optional.of(after));
    }

    /// The same where the limit was the last of a longer one: that is what was asked for.
    public TimedOut of(Duration whole) {
      return after.map(more -> within(whole, more)).orElse(this);
    }
  }

  /// The instance has gone, or the connection to it.
  record Gone(String why) implements Refusal {}
}

package dev.supervise.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Why something came to pass: the nearest reason, and behind it what had led to that. The end of
/// every chain is something nobody here brought about: a run that ended by itself, a request, the
/// start of the tree. Immutable.
///
/// @param at since the engine was opened
/// @param path whom it happened to; empty for the tree as a whole
/// @param text what happened: `exit 1`, `running`, `asked by the REPL: stop api`
public record Cause(Duration at, String path, String text, Optional<Cause> from) {
  /// Of what never came to pass.
  static final Cause NONE = new Cause(Duration.ZERO, "", "", Optional.empty());

  static Cause first(long now, String path, String text) {
    return new Cause(Duration.ofNanos(now), path, text, Optional.empty());
  }

  /// What this one led to.
  Cause led(long now, String path, String text) {
    return new Cause(Duration.ofNanos(now), path, text, Optional.of(this));
  }

  /// @param by who asked, for people: `SIGTERM`, `the REPL`; empty where that is not known
  static Cause asked(long now, String by, Request request) {
    return first(now, "", (by.isEmpty() ? "asked: " : "asked by " + by + ": ") + words(request));
  }

  /// A request as a line of the REPL.
  public static String words(Request request) {
    return switch (request) {
      case Request.Start(var which) -> "start " + words(which);
      case Request.Stop(var which) -> "stop " + words(which);
      case Request.Restart(var which) -> "restart " + words(which);
      case Request.Declare(String supervisor, var spec) ->
          "add " + (supervisor.isEmpty() ? "" : supervisor + "/") + spec.name();
      case Request.Remove(String name) -> "remove " + name;
      case Request.Scale(String name, int size) -> "scale " + name + " " + size;
      case Request.Add(String pool, int count) -> "add " + pool + (count == 1 ? "" : " " + count);
      case Request.Await(var which, Until until) ->
          "wait "
              + (which.all() ? "" : words(which) + " ")
              + "--for "
              + until.name().toLowerCase(java.util.Locale.ROOT);
      case Request.Signal(var which, int signal, boolean group) ->
          "signal " + signal + " " + words(which) + (group ? " --group" : "");
      case Request.Reload _ -> "reload";
      case Request.Down(boolean kill) -> kill ? "kill everything" : "stop everything";
    };
  }

  private static String words(Selector which) {
    List<String> words = new ArrayList<>(which.names());
    which.labels().forEach((key, value) -> words.add("-l " + key + "=" + value));
    int more = words.size() - 5;
    return String.join(" ", words.subList(0, Math.min(5, words.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }

  /// This reason and all behind it, the nearest first.
  public List<Cause> chain() {
    List<Cause> chain = new ArrayList<>();
    for (Optional<Cause> link = Optional.of(this); link.isPresent(); link = link.get().from()) {
      chain.add(link.get());
    }
    return chain;
  }

  /// Not the whole chain: it may be as long as the tree is deep.
  @Override
  public String toString() {
    return path + ": " + text + (from.isPresent() ? " <- ..." : "");
  }

  /// What happened, to whom, when, is the same; what had led to it is too, then.
  @Override
  public boolean equals(Object other) {
    return other instanceof Cause cause
        && at.equals(cause.at)
        && path.equals(cause.path)
        && text.equals(cause.text);
  }

  @Override
  public int hashCode() {
    return 31 * at.hashCode() + text.hashCode();
  }
}

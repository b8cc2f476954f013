package dev.supervise.cli.run;

import dev.supervise.render.Style;
import dev.supervise.run.Status;
import dev.supervise.run.Transition;
import dev.supervise.spec.Block;
import dev.supervise.text.DurationText;
import dev.supervise.text.Secrets;
import java.util.Optional;

/// One transition as one line: what happened to whom, what happens next and when.
///
/// ```
/// + db       ready       0.4 s
/// + mailer   started     0.5 s
/// x worker   exit 1 after 0.8 s; restart 3 in 1.6 s
/// ```
final class TransitionText {
  private static final int WORD = 9;
  private static final int LAST_WORDS = 200;

  private final DisplayNames labels;
  private final Secrets secrets;
  private final boolean colour;

  TransitionText(DisplayNames labels, Secrets secrets, boolean colour) {
    this.labels = labels;
    this.secrets = secrets;
    this.colour = colour;
  }

  /// Empty for a step on the way that says nothing a person must know: every such step is followed
  /// by the line that says how it ended.
  Optional<String> line(Transition t) {
    boolean root = t.path().isEmpty();
    return switch (t.status()) {
      case PENDING, WAITING, STARTING -> Optional.empty();
      case STOPPING ->
          t.what().isEmpty() && t.next().isEmpty()
              ? Optional.empty()
              : Optional.of(calm(t, t.status().word()));
      // That the whole tree came up or went down as asked is plain from its last unit, and from the
      // end.
      case RUNNING ->
          root || !t.ready()
              ? Optional.empty()
              : Optional.of(good(t, t.from() == Status.RUNNING ? "ready" : "started"));
      case FINISHED -> root ? Optional.empty() : Optional.of(good(t, "done"));
      case STOPPED -> root ? Optional.empty() : Optional.of(calm(t, "stopped"));
      case BLOCKED -> Optional.of(bad(t, "blocked"));
      case STUCK -> Optional.of(bad(t, "stuck"));
      case FAILED -> Optional.of(bad(t, t.what().isEmpty() ? "failed" : ""));
      // A restart after a success is nothing to be alarmed at.
      case BACKING_OFF -> Optional.of(bad(t, t.what().isEmpty() ? Status.BACKING_OFF.word() : ""));
    };
  }

  /// Something that went wrong without changing a unit's status.
  String warning(String text) {
    String line = Block.behind("! ", secrets.shown(text));
    return colour ? Style.BAD.paint(line) : line;
  }

  private String good(Transition t, String word) {
    String time = DisplayNames.pad(DurationText.text(t.at()), 6);
    return line('+', Style.GOOD, t, DisplayNames.pad(word, WORD) + " " + time);
  }

  private String calm(Transition t, String word) {
    return line('-', Style.PALE, t, DisplayNames.pad(word, WORD));
  }

  private String bad(Transition t, String word) {
    return line('x', Style.BAD, t, word);
  }

  private String line(char mark, Style ink, Transition t, String said) {
    String name = t.path().isEmpty() ? "(root)" : labels.of(t.path()).text();
    String head = mark + " " + DisplayNames.pad(name, labels.width());
    int columns = head.length() + 2;
    String what =
        said.isBlank() || t.what().isEmpty()
            ? said + t.what()
            : Block.behind(said + "  ", t.what());
    String all =
        t.next().isEmpty() ? what : Block.and(what, (what.isEmpty() ? "" : "; ") + t.next());
    String tail = secrets.shown(Block.and(all, lastWords(t)).stripTrailing());
    if (!colour) {
      return Block.behind(head + "  ", columns, tail);
    }
    return switch (ink) {
      case BAD -> ink.paint(Block.behind(head + "  ", columns, tail));
      case GOOD, CARE, STRONG, PALE, PLAIN -> Block.behind(ink.paint(head) + "  ", columns, tail);
    };
  }

  /// The last line of a program that failed says most of why; a function's failure says it itself.
  private String lastWords(Transition t) {
    if (t.kind().equals("function")) {
      return "";
    }
    return t.tail().lines(secrets).reversed().stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .findFirst()
        .map(line ->
            ": " + (line.length() > LAST_WORDS ? line.substring(0, LAST_WORDS) + "…" : line))
        .orElse("");
  }
}

package dev.supervise.render;

import dev.supervise.control.protocol.Event;
import dev.supervise.control.protocol.Explanation;
import dev.supervise.control.protocol.NotRunning;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.Block;
import dev.supervise.text.Printable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The journal for people. Pure.
public final class EventText {
  /// Older entries of a unit that `why` shows below the reasons.
  private static final int BEFORE = 8;

  /// Lines of a stack that an explanation quotes; `show` has them all.
  private static final int STACK = 8;

  private EventText() {}

  // ---- events ----

  /// One entry as one line.
  public static String line(Event event, TimeText moments, OutputFormat canvas) {
    StringBuilder text = new StringBuilder();
    String name = event.path().isEmpty() ? "(root)" : event.path();
    Style ink = Style.PLAIN;
    switch (event.kind()) {
      case "state" -> {
        text.append(name).append("  ").append(event.status());
        ink = ink(event.status());
      }
      case "asked" -> {
        text.append("asked");
        append(text, " by ", event.next());
      }
      case "warning" -> {
        text.append("!");
        ink = Style.BAD;
      }
      case "ended" -> text.append("ended");
      default -> text.append("-");
    }
    String head = Printable.cell(text.toString());
    StringBuilder rest = new StringBuilder();
    append(rest, event.kind().equals("asked") ? ": " : "  ", Block.first(event.what()));
    if (event.kind().equals("state")) {
      append(rest, rest.isEmpty() ? "  " : "; ", event.next());
      rest.append(because(event));
    } else if (event.kind().equals("ended")) {
      append(rest, "; ", event.next());
    }
    if (event.times() > 1) {
      rest.append("  (").append(event.times()).append(" times, until ");
      rest.append(moments.time(event.upTo())).append(')');
    }
    String time = moments.text(event.time()) + "  ";
    String tail = Printable.cell(rest.toString());
    if (canvas.columns() > 0) {
      int room = canvas.columns() - TextWidth.width(time) - TextWidth.width(head);
      tail = TextWidth.fit(tail, Math.max(0, room), canvas.unicode());
    }
    return (canvas.colour() ? Style.PALE.paint(time) + ink.paint(head) + tail : time + head + tail)
        .stripTrailing();
  }

  /// The nearest reason, where the line does not say it itself.
  private static String because(Event event) {
    if (event.causes().isEmpty()) {
      return "";
    }
    Event.Reason nearest = event.causes().getFirst();
    boolean own = nearest.path().equals(event.path()) && tells(event, nearest);
    return own ? "" : "  <- " + Block.first(reason(nearest));
  }

  /// What was put behind the first line of a text of several keeps it from being the same.
  private static boolean tells(Event event, Event.Reason reason) {
    return event.what().contains(Block.first(reason.text()));
  }

  private static String reason(Event.Reason reason) {
    return reason.path().isEmpty() ? reason.text() : reason.path() + ": " + reason.text();
  }

  // ---- why ----

  /// @param end of the instance, where it does not run
  public static List<String> why(
      Explanation unit, Optional<NotRunning> end, TimeText moments, OutputFormat canvas) {
    List<String> lines = new ArrayList<>();
    String name = unit.path().isEmpty() ? "the tree" : unit.path();
    String standing =
        end.map(last -> atTheEnd(unit.events(), last)).orElseGet(() -> standing(unit.unit()));
    block(lines, "", Block.behind(name + " ", standing), "");
    if (unit.events().isEmpty()) {
      lines.add("  the journal knows nothing of it");
      return lines;
    }
    Event last = unit.events().getLast();
    lines.add(pale("  since " + moments.text(last.upTo()), canvas));
    Set<Event> quoted = new HashSet<>();
    String indent = "  ";
    for (Event.Reason reason : last.causes()) {
      block(
          lines,
          indent,
          Block.behind("because ", reason(reason)),
          pale("  " + moments.text(reason.time()), canvas));
      String under = indent;
      origin(unit, reason)
          .filter(quoted::add)
          .ifPresent(origin -> quote(origin, under, lines, canvas));
      indent += "  ";
    }
    if ((!last.output().isEmpty() || !last.stack().isEmpty()) && quoted.add(last)) {
      quote(last, "", lines, canvas);
    }
    before(unit, moments, canvas, lines);
    return lines;
  }

  private static String atTheEnd(List<Event> events, NotRunning end) {
    if (events.isEmpty()) {
      return "does not run";
    }
    Event last = events.getLast();
    String was =
        "was "
            + last.status()
            + (end.unheard() ? " at the end of the instance before" : " at the end");
    String what = last.what() + (last.next().isEmpty() ? "" : "; " + last.next());
    return what.isEmpty() ? was : Block.behind(was + ": ", what);
  }

  private static String standing(Optional<UnitSnapshot> unit) {
    return unit.map(
            view -> {
              String detail = view.said();
              String span = StatusText.span(view);
              String is =
                  "is "
                      + StatusText.status(view)
                      + (span.isEmpty() ? "" : " for " + span)
                      + (view.pid() > 0 ? ", pid " + view.pid() : "");
              return detail.isEmpty() ? is : Block.behind(is + ": ", detail);
            })
        .orElse("is no longer part of the tree");
  }

  /// The failure a reason speaks of.
  private static Optional<Event> origin(Explanation unit, Event.Reason reason) {
    return unit.origins().stream()
        .filter(event -> event.path().equals(reason.path()))
        .filter(event ->
            Math.abs(event.time() - reason.time()) < 2000
                || reason.time() <= event.upTo() && reason.time() >= event.time())
        .filter(event -> tells(event, reason))
        .findFirst();
  }

  /// A text of several lines keeps them under each other.
  private static void block(List<String> lines, String indent, String text, String behind) {
    String more = behind;
    for (String line : Block.lines(text)) {
      lines.add(indent + Printable.cell(line) + more);
      more = "";
    }
  }

  private static void quote(Event origin, String under, List<String> lines, OutputFormat canvas) {
    int indent = under.length() - under.stripLeading().length() + 2;
    List<String> quoted = new ArrayList<>(origin.output());
    quoted.addAll(origin.stack().subList(0, Math.min(STACK, origin.stack().size())));
    for (String line : quoted) {
      String text = " ".repeat(indent) + "| " + Printable.cell(line);
      lines.add(
          pale(
              canvas.columns() > 0 ? TextWidth.fit(text, canvas.columns(), canvas.unicode()) : text,
              canvas));
    }
  }

  private static void before(
      Explanation unit, TimeText moments, OutputFormat canvas, List<String> lines) {
    List<Event> older = new ArrayList<>();
    for (int i = 0; i + 1 < unit.events().size(); i++) {
      if (telling(unit.events().get(i), unit.events().get(i + 1))) {
        older.add(unit.events().get(i));
      }
    }
    if (older.isEmpty()) {
      return;
    }
    lines.add("before that");
    for (Event event : older.subList(Math.max(0, older.size() - BEFORE), older.size())) {
      lines.add("  " + line(event, moments, canvas.indented(2)));
    }
  }

  /// Steps on the way to something say nothing when what they led to stands there too.
  private static boolean telling(Event event, Event next) {
    return switch (event.status()) {
      case "starting", "waiting", "pending", "not ready" -> false;
      case "stopping" -> !next.status().equals("stopped");
      default -> true;
    };
  }

  // ---- paint ----

  private static Style ink(String status) {
    return switch (status) {
      case "running" -> Style.GOOD;
      case "failed", "blocked", "stuck", "backing-off" -> Style.BAD;
      case "waiting", "starting", "stopping", "not ready" -> Style.CARE;
      default -> Style.PALE;
    };
  }

  private static String pale(String text, OutputFormat canvas) {
    return canvas.colour() ? Style.PALE.paint(text) : text;
  }

  private static void append(StringBuilder text, String before, String more) {
    if (!more.isEmpty()) {
      text.append(before).append(more);
    }
  }
}

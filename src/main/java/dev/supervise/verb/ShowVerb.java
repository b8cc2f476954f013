package dev.supervise.verb;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Document;
import dev.supervise.control.protocol.Query;
import dev.supervise.control.protocol.UnitDetails;
import dev.supervise.render.StatusText;
import dev.supervise.render.TextWidth;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.Selector;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.spec.Block;
import dev.supervise.spec.term.Facts;
import dev.supervise.spec.term.Term;
import dev.supervise.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// `show api`: what a unit is, as its script says it and as it stands now.
final class ShowVerb implements Verb {
  private static final int COLUMN = 14;

  @Override
  public String name() {
    return "show";
  }

  @Override
  public String purpose() {
    return "a unit's state and specification; --effective with all defaults";
  }

  @Override
  public List<Usage> usages() {
    return List.of(
        Usage.of(
            "NAME...", Option.flag("with all defaults", "--effective"), Option.LABEL, Option.JSON));
  }

  @Override
  public boolean readsThePast(Options options) {
    return true;
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    Selector which = new Selector(options.words(), options.labels());
    if (which.all()) {
      throw new Options.Wrong("missing: the name of a unit");
    }
    return switch (QueryCall.ask(connection, new Query.Show(which, options.has("--effective")))) {
      case Answer.Described(List<UnitDetails> units) -> {
        if (options.has("--json")) {
          out.line(Document.of(connection.instance(), Map.of("units", units)));
        } else {
          for (int i = 0; i < units.size(); i++) {
            if (i > 0) {
              out.line("");
            }
            out.lines(lines(units.get(i)));
          }
        }
        yield ExitCodes.FINE;
      }
      case Answer.Refusal refusal -> QueryCall.refused(refusal, out);
      case Answer other -> QueryCall.unexpected(other, out);
    };
  }

  private static List<String> lines(UnitDetails shown) {
    UnitSnapshot unit = shown.unit();
    List<String> lines = new ArrayList<>();
    lines.add(
        unit.kind()
            + " "
            + (unit.path().isEmpty() ? "(root)" : unit.path())
            + (shown.origin().isEmpty() ? "" : "  (" + shown.origin() + ")")
            + (unit.live() ? "  declared live" : ""));
    String span = StatusText.span(unit);
    fact(lines, "status", StatusText.status(unit) + (span.isEmpty() ? "" : " for " + span));
    fact(lines, "detail", unit.said());
    fact(lines, "pid", unit.pid() > 0 ? Integer.toString(unit.pid()) : "");
    fact(lines, "restarts", unit.restarts() > 0 ? Integer.toString(unit.restarts()) : "");
    fact(lines, "last exit", unit.exit().map(UnitSnapshot.Ended::phrase).orElse(""));
    fact(
        lines,
        "last lines",
        shown.output().stream().map(line -> "| " + line).collect(Collectors.joining("\n")));
    List<String> stack = shown.stack();
    for (int i = 0; i < stack.size(); i++) {
      fact(lines, i == 0 ? "thrown" : "", stack.get(i));
    }
    shown
        .facts()
        .forEach((word, values) -> {
          if (!word.equals(Term.LOGS)) {
            Facts.lines(word, values).forEach(value -> fact(lines, word, value));
          }
        });
    if (unit.children().isEmpty() && !unit.group()) {
      List<String> files = shown.logs().files();
      fact(lines, "logs", files.isEmpty() ? "kept nowhere" : String.join(", ", files));
      shown.facts().getOrDefault(Term.LOGS, List.of()).forEach(value -> fact(lines, "", value));
    } else {
      fact(
          lines,
          "units",
          String.join(", ", unit.children().stream().limit(20).map(UnitSnapshot::name).toList())
              + (unit.children().size() > 20
                  ? " and " + (unit.children().size() - 20) + " more"
                  : ""));
    }
    return lines;
  }

  /// A value of several lines keeps them under each other.
  private static void fact(List<String> lines, String word, String value) {
    String head = word;
    for (String line : Block.lines(value)) {
      lines.add(
          ("  " + TextWidth.padded(head, COLUMN, false) + Printable.cell(line)).stripTrailing());
      head = "";
    }
  }
}

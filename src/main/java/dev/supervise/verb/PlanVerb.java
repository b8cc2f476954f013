package dev.supervise.verb;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Document;
import dev.supervise.control.protocol.Planned;
import dev.supervise.control.protocol.Query;
import dev.supervise.render.OutputFormat;
import dev.supervise.render.Style;
import dev.supervise.run.ExitCodes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `plan`: what a reload of the running tree would change, and why.
public final class PlanVerb implements Verb {
  public static final Option ALL = Option.flag("also what would be kept", "--all");
  public static final Option EXIT_CODE =
      Option.flag("exit code 1 where something would change", "--exit-code");

  @Override
  public String name() {
    return "plan";
  }

  @Override
  public String purpose() {
    return "say what a reload would do to which unit, and why; change nothing";
  }

  @Override
  public List<Usage> usages() {
    return List.of(Usage.of("", ALL, EXIT_CODE, Option.JSON));
  }

  @Override
  public Operand operand() {
    return Operand.NOTHING;
  }

  /// With `--exit-code` 1 when something would change.
  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    options.words(0, 0, "no name");
    return answered(connection, options, out);
  }

  /// The same, of options that were read already.
  public static int answered(Connection connection, Options options, Out out)
      throws InterruptedException {
    return switch (QueryCall.ask(connection, new Query.Plan())) {
      case Answer.Plan plan -> {
        if (options.has("--json")) {
          out.line(document(plan));
        } else {
          out.lines(lines(plan, options.has("--all"), out.canvas()));
        }
        yield plan.changes() && options.has("--exit-code") ? ExitCodes.FAILED : ExitCodes.FINE;
      }
      case Answer.Refusal refusal -> QueryCall.refused(refusal, out);
      case Answer other -> QueryCall.unexpected(other, out);
    };
  }

  private static String document(Answer.Plan plan) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("changes", plan.changes());
    fields.put("summary", plan.summary());
    fields.put("units", plan.units());
    fields.put("warnings", plan.warnings());
    return Document.of(fields);
  }

  private static List<String> lines(Answer.Plan plan, boolean all, OutputFormat canvas) {
    List<Planned> shown =
        plan.units().stream().filter(unit -> all || !unit.action().equals("keep")).toList();
    int action = 0;
    int path = 0;
    for (Planned unit : shown) {
      action = Math.max(action, unit.action().length());
      path = Math.max(path, name(unit).length());
    }
    List<String> lines = new ArrayList<>();
    for (Planned unit : shown) {
      String head = mark(unit) + " " + pad(unit.action(), action) + "  " + pad(name(unit), path);
      String why = unit.why().isEmpty() ? "" : "  " + String.join(", ", unit.why());
      lines.add(
          (canvas.colour() ? ink(unit).paint(head) : head).stripTrailing()
              + why.replaceAll("[\\r\\n]", " "));
    }
    plan.warnings()
        .forEach(warning -> {
          String line = "! " + warning.replaceAll("[\\r\\n]", " ");
          lines.add(canvas.colour() ? Style.CARE.paint(line) : line);
        });
    lines.add(plan.summary());
    return lines;
  }

  private static String name(Planned unit) {
    return unit.kind() + " " + (unit.path().isEmpty() ? "(root)" : unit.path());
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static String mark(Planned unit) {
    return switch (unit.action()) {
      case "add" -> "+";
      case "remove" -> "-";
      case "replace" -> "!";
      case "adjust" -> "~";
      default -> " ";
    };
  }

  private static Style ink(Planned unit) {
    return switch (unit.action()) {
      case "add" -> Style.GOOD;
      case "remove", "replace" -> Style.BAD;
      case "adjust" -> Style.CARE;
      default -> Style.PALE;
    };
  }
}

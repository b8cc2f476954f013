package dev.supervise.verb;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Document;
import dev.supervise.control.protocol.Instance;
import dev.supervise.control.protocol.Query;
import dev.supervise.render.Listings;
import dev.supervise.run.ExitCodes;
import dev.supervise.run.Selector;
import dev.supervise.run.UnitSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `ps` and `tree`: what there is and how it fares.
final class ListVerb implements Verb {
  private final boolean nested;

  private ListVerb(boolean nested) {
    this.nested = nested;
  }

  static Verb ps() {
    return new ListVerb(false);
  }

  static Verb tree() {
    return new ListVerb(true);
  }

  @Override
  public String name() {
    return nested ? "tree" : "ps";
  }

  @Override
  public List<String> aliases() {
    return nested ? List.of() : List.of("status");
  }

  @Override
  public String purpose() {
    return nested ? "units as they are supervised" : "units, a line each";
  }

  @Override
  public List<Usage> usages() {
    return List.of(Usage.of("[NAME...]", Option.LABEL, Option.JSON, Option.NAMES));
  }

  @Override
  public int run(Connection connection, Options options, Out out) throws InterruptedException {
    Selector which = new Selector(options.words(), options.labels());
    Answer answer = QueryCall.ask(connection, new Query.Tree(which));
    if (!(answer instanceof Answer.Tree(Instance instance, List<UnitSnapshot> units))) {
      return QueryCall.refused(answer, out);
    }
    if (options.has("--json")) {
      out.line(json(instance, units));
    } else if (options.has("-q")) {
      flat(units).forEach(unit -> out.line(unit.path()));
    } else if (nested) {
      out.lines(Listings.tree(units, script(instance), out.canvas()));
    } else {
      out.lines(Listings.table(units, out.canvas()));
      if (which.all()) {
        out.line(Listings.summary(instance, units.getFirst()));
      }
    }
    return ExitCodes.FINE;
  }

  private static String script(Instance instance) {
    return instance.script().substring(instance.script().lastIndexOf('/') + 1);
  }

  private String json(Instance instance, List<UnitSnapshot> units) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("instance", instance);
    fields.put("units", nested ? units : flat(units).stream().map(ListVerb::alone).toList());
    return Document.of(fields);
  }

  /// A unit without what is below it.
  private static @Nullable Object alone(UnitSnapshot unit) {
    if (Document.plain(unit) instanceof Map<?, ?> fields) {
      fields.remove("children");
      return fields;
    }
    return null;
  }

  /// Every unit but the root, in the order of the tree.
  private static List<UnitSnapshot> flat(List<UnitSnapshot> units) {
    List<UnitSnapshot> flat = new ArrayList<>();
    for (UnitSnapshot unit : units) {
      if (!unit.path().isEmpty()) {
        flat.add(unit);
      }
      flat.addAll(flat(unit.children()));
    }
    return flat;
  }
}

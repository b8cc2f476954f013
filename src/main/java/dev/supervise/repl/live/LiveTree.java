package dev.supervise.repl.live;

import dev.supervise.control.protocol.Answer;
import dev.supervise.control.protocol.Connection;
import dev.supervise.control.protocol.Query;
import dev.supervise.control.protocol.TaskView;
import dev.supervise.dsl.script.LiveScript;
import dev.supervise.run.Selector;
import dev.supervise.run.UnitSnapshot;
import dev.supervise.text.Json;
import dev.supervise.verb.Asking;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The running tree as lines of Groovy see it: handles.
final class LiveTree implements LiveScript.Tree {
  private final Connection connection;

  LiveTree(Connection connection) {
    this.connection = connection;
  }

  @Override
  public Object unit(String name) {
    List<UnitSnapshot> found =
        Asking.units(Asking.answer(connection, new Query.Tree(Selector.of(name))));
    if (found.size() != 1) {
      throw new IllegalStateException(
          "'"
              + name
              + "' means "
              + found.size()
              + " units: "
              + String.join(", ", found.stream().map(UnitSnapshot::path).toList()));
    }
    return new UnitHandle(connection, found.getFirst());
  }

  @Override
  public List<UnitHandle> units() {
    List<UnitHandle> all = new ArrayList<>();
    for (UnitSnapshot unit :
        Asking.units(Asking.answer(connection, new Query.Tree(Selector.ALL)))) {
      collect(unit, all);
    }
    return all;
  }

  @Override
  public String submit(String type, Map<?, ?> params, String id) {
    Map<String, @Nullable Object> plain = new LinkedHashMap<>();
    params.forEach((name, value) ->
        plain.put(
            String.valueOf(name), value instanceof CharSequence text ? text.toString() : value));
    Answer answer =
        Asking.answer(connection, new Query.SubmitTask(type, Json.write(plain), Map.of(), id));
    if (answer instanceof Answer.Tasks(List<TaskView> tasks, String _) && !tasks.isEmpty()) {
      return tasks.getFirst().id();
    }
    throw new IllegalStateException(
        answer instanceof Answer.Refusal refusal ? refusal.why() : "the task was not submitted");
  }

  private void collect(UnitSnapshot unit, List<UnitHandle> all) {
    if (!unit.path().isEmpty()) {
      all.add(new UnitHandle(connection, unit));
    }
    unit.children().forEach(child -> collect(child, all));
  }
}

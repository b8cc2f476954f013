package dev.supervise.task;

import dev.supervise.spec.InvalidJson;
import dev.supervise.spec.Json;
import dev.supervise.spec.TaskSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A task's parameters: as they were submitted, as they are on record, as its body sees them.
final class Params {
  /// The longest text of parameters that is taken.
  static final int LONGEST = 1 << 20;

  private Params() {}

  /// What goes on record: a JSON object whose keys are sorted.
  ///
  /// @throws InvalidParams JSON cannot say them, or the type does not want them
  static String text(TaskSpec spec, Map<String, ?> params) {
    String text;
    try {
      text = Json.canonical(params);
    } catch (InvalidJson e) {
      throw new InvalidParams("parameters of '" + spec.name() + "': " + e.getMessage());
    }
    if (text.length() > LONGEST) {
      throw new InvalidParams(
          "parameters of '" + spec.name() + "' are longer than 1 MB; pass the name of a file");
    }
    if (spec.params() != null) {
      of(spec, text);
    }
    return text;
  }

  /// What the body is given.
  ///
  /// @throws InvalidParams the type of today does not want them
  static Object of(TaskSpec spec, String text) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    Json.object(text).forEach(values::put);
    Class<?> form = spec.params();
    if (form == null) {
      return java.util.Objects.requireNonNull(ParamsFit.plain(values));
    }
    try {
      return ParamsForm.fill(form, values, "");
    } catch (InvalidParams e) {
      throw new InvalidParams("parameters of '" + spec.name() + "': " + e.getMessage());
    }
  }
}

package dev.supervise.task;

import dev.supervise.spec.TaskSpec;
import dev.supervise.text.InvalidJson;
import dev.supervise.text.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A task's parameters: as they were submitted, as they are on record, as its body sees them.
final class Params {
  /// The longest text of parameters that is taken, as it was given.
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
    if (size(text) > LONGEST) {
      throw new InvalidParams(
          "parameters of '" + spec.name() + "' are longer than 1 MB; pass the name of a file");
    }
    if (spec.params() != null) {
      of(spec, text);
    }
    return text;
  }

  /// In characters as they were given: what JSON has to escape counts once.
  private static int size(String json) {
    int size = 0;
    for (int i = 0; i < json.length(); i++, size++) {
      if (json.charAt(i) == '\\') {
        i += json.charAt(i + 1) == 'u' ? 5 : 1;
      }
    }
    return size;
  }

  /// What was typed as `key=value`.
  static Map<String, @Nullable Object> typed(TaskSpec spec, Map<String, String> words) {
    Class<?> form = spec.params();
    Map<String, java.lang.reflect.Type> fields = form == null ? Map.of() : ParamsForm.fields(form);
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    words.forEach((key, word) -> {
      java.lang.reflect.Type type = fields.get(key);
      values.put(key, type != null && ParamTypes.typedAsText(type) ? word : read(word));
    });
    return values;
  }

  private static @Nullable Object read(String word) {
    try {
      return Json.read(word);
    } catch (InvalidJson e) {
      return word;
    }
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

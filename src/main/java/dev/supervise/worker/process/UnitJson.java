package dev.supervise.worker.process;

import dev.supervise.spec.Command;
import dev.supervise.spec.Detector;
import dev.supervise.spec.EnvLayer;
import dev.supervise.spec.Presence;
import dev.supervise.spec.ProcessSpec;
import dev.supervise.spec.Value;
import dev.supervise.text.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A unit as one line of JSON, for its pid file: what was declared, secrets masked.
final class UnitJson {
  private UnitJson() {}

  /// @param mask blots out secrets
  static String of(ProcessSpec spec, String path, UnaryOperator<String> mask) {
    Map<String, Object> fields = fields(spec, path);
    fields.replaceAll((_, value) -> masked(value, mask));
    return Json.write(fields);
  }

  private static Map<String, Object> fields(ProcessSpec spec, String path) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("unit", path);
    fields.put("kind", spec.kind());
    fields.put("declared", spec.origin().toString());
    fields.put("command", argv(spec.command()));
    fields.put("dir", spec.dir().shown());
    fields.put("cleanEnv", spec.cleanEnv());
    fields.put("env", spec.env().stream().map(UnitJson::layer).toList());
    spec.identity().user().ifPresent(user -> fields.put("user", user));
    spec.identity().group().ifPresent(group -> fields.put("group", group));
    spec.identity().umask().ifPresent(umask -> fields.put("umask", umask));
    spec.identity().nice().ifPresent(nice -> fields.put("nice", nice));
    fields.put("restart", spec.policy().restart().name().toLowerCase(java.util.Locale.ROOT));
    Presence presence = spec.presence();
    fields.put("forking", presence.forking());
    fields.put("detached", presence.detached());
    fields.put("detect", presence.detect().stream().map(Detector::source).toList());
    return fields;
  }

  private static List<String> argv(Command command) {
    return switch (command) {
      case Command.Argv(List<Value> words) -> words.stream().map(Value::shown).toList();
      case Command.Shell(Value shell, List<Value> arguments) -> {
        List<String> argv = new ArrayList<>(List.of("/bin/sh", "-c", shell.shown()));
        arguments.forEach(value -> argv.add(value.shown()));
        yield argv;
      }
    };
  }

  private static String layer(EnvLayer layer) {
    return switch (layer) {
      case EnvLayer.Set(String name, Value value) -> name + "=" + value.shown();
      case EnvLayer.Unset(String name) -> "-" + name;
      case EnvLayer.File(String file) -> "@" + file;
    };
  }

  private static Object masked(Object value, UnaryOperator<String> mask) {
    return switch (value) {
      case String text -> mask.apply(text);
      case List<?> list -> list.stream().map(each -> mask.apply(String.valueOf(each))).toList();
      default -> value;
    };
  }
}

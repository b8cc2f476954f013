package dev.supervise.worker;

import dev.supervise.spec.ProcessSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a child finds in its environment: the one the supervisor was started with, byte for byte,
/// less what was meant for the supervisor alone, under the unit's own layers, under what every
/// child is told.
final class ChildEnvironment {
  static final String RESUME_ID = "LIFECYCLE_RESUME_ID";
  static final String PREV_EXIT = "LIFECYCLE_PREV_EXIT";
  static final String UNIT = "SUPERVISE_UNIT";
  static final String INSTANCE = "SUPERVISE_INSTANCE";
  static final String PORT = "SUPERVISE_PORT_";

  /// What the launcher found `LC_ALL` to be: `=VALUE`, or nothing where it was not set.
  static final String CALLER_LC_ALL = "SUPERVISE_CALLER_LC_ALL";

  /// All of the launcher's own `environ`, in base64. The launcher is a shell, and a shell drops
  /// names it could not have made itself and adds `PWD`.
  static final String CALLER_ENVIRON = "SUPERVISE_CALLER_ENVIRON";

  /// A name and the whole entry. Names are read as Latin-1, one character a byte, so that any byte
  /// is one.
  private record Entry(String name, byte[] bytes) {}

  private final List<Entry> inherited = new ArrayList<>();

  /// @param own the supervisor's own, `K=V`
  ChildEnvironment(List<byte[]> own) {
    List<byte[]> callers = callers(own);
    List<byte[]> entries = callers.isEmpty() ? own : callers;
    String caller = null;
    for (byte[] entry : own) {
      String text = new String(entry, StandardCharsets.ISO_8859_1);
      if (text.startsWith(CALLER_LC_ALL + "=")) {
        caller = text.substring(CALLER_LC_ALL.length() + 1);
      }
    }
    for (byte[] entry : entries) {
      String text = new String(entry, StandardCharsets.ISO_8859_1);
      int equals = text.indexOf('=');
      String name = equals < 0 ? text : text.substring(0, equals);
      if (!forUsAlone(name) && !(name.equals("LC_ALL") && caller != null)) {
        inherited.add(new Entry(name, entry));
      }
    }
    if (caller != null && caller.startsWith("=")) {
      inherited.add(new Entry("LC_ALL", ("LC_ALL" + caller).getBytes(StandardCharsets.ISO_8859_1)));
    }
  }

  /// What the launcher was started with; empty if it could not tell.
  private static List<byte[]> callers(List<byte[]> own) {
    List<byte[]> callers = new ArrayList<>();
    for (byte[] entry : own) {
      String text = new String(entry, StandardCharsets.ISO_8859_1);
      if (text.startsWith(CALLER_ENVIRON + "=")) {
        byte[] environ = Base64.getDecoder().decode(text.substring(CALLER_ENVIRON.length() + 1));
        for (int from = 0, to = 0; to < environ.length; to++) {
          if (environ[to] == 0) {
            callers.add(Arrays.copyOfRange(environ, from, to));
            from = to + 1;
          }
        }
      }
    }
    return callers;
  }

  private static boolean forUsAlone(String name) {
    return switch (name) {
      case "NOTIFY_SOCKET",
          CALLER_LC_ALL,
          CALLER_ENVIRON,
          RESUME_ID,
          PREV_EXIT,
          UNIT,
          INSTANCE,
          "SUPERVISE_SOCKET",
          "SUPERVISE_HOOK",
          "SUPERVISE_PHASE",
          "SUPERVISE_EXIT" ->
          true;
      default -> name.startsWith("LISTEN_") || name.startsWith("WATCHDOG_");
    };
  }

  /// @param layers values by name in the order they apply; an empty value of the map removes the
  ///   name
  List<byte[]> of(
      ProcessSpec spec, Launch launch, Map<String, Integer> ports, Map<String, Layer> layers) {
    Map<String, Layer> over = new HashMap<>(layers);
    ports.forEach((name, port) -> over.put(portName(name), new Layer.Is(port.toString())));
    over.put(RESUME_ID, new Layer.Is(launch.resumeId()));
    over.put(
        PREV_EXIT,
        launch.prevExit().isPresent()
            ? new Layer.Is(Integer.toString(launch.prevExit().getAsInt()))
            : new Layer.Absent());
    over.put(UNIT, new Layer.Is(launch.path()));
    over.put(
        INSTANCE,
        launch.instance() > 0
            ? new Layer.Is(Integer.toString(launch.instance()))
            : new Layer.Absent());
    List<byte[]> entries = new ArrayList<>(inherited.size() + over.size());
    if (!spec.cleanEnv()) {
      for (Entry entry : inherited) {
        if (!over.containsKey(entry.name())) {
          entries.add(entry.bytes());
        }
      }
    }
    over.forEach((name, layer) -> {
      switch (layer) {
        case Layer.Is(String value) ->
            entries.add((utf8(name) + "=" + value).getBytes(StandardCharsets.UTF_8));
        case Layer.Absent() -> {}
      }
    });
    return entries;
  }

  /// What one name is set to.
  sealed interface Layer {
    record Is(String value) implements Layer {}

    record Absent() implements Layer {}
  }

  /// The key under which [#of] expects a name: its UTF-8 bytes as Latin-1, as inherited names are
  /// read.
  static String key(String name) {
    return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static String utf8(String key) {
    return new String(key.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /// `my-api` → `SUPERVISE_PORT_MY_API`.
  static String portName(String name) {
    StringBuilder text = new StringBuilder(PORT);
    for (char c : name.toUpperCase(Locale.ROOT).toCharArray()) {
      text.append(c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ? c : '_');
    }
    return text.toString();
  }
}

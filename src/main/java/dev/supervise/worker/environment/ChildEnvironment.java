package dev.supervise.worker.environment;

import dev.supervise.spec.ProcessSpec;
import dev.supervise.worker.Launch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a child finds in its environment: the one the supervisor was started with, byte for byte,
/// less what was meant for the supervisor alone, under the unit's own layers, under what every
/// child is told.
public final class ChildEnvironment {
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
  private final EnvBlock whole;
  private final Optional<byte[]> path;
  private final Map<String, String> told;

  /// @param own the supervisor's own, `K=V`
  ChildEnvironment(List<byte[]> own) {
    this(own, Map.of());
  }

  /// @param told what every child is given besides; nobody can set those names
  public ChildEnvironment(List<byte[]> own, Map<String, String> told) {
    this.told = Map.copyOf(told);
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
    whole = inherited(Map.of());
    path =
        inherited.stream()
            .filter(entry -> entry.name().equals("PATH") && entry.bytes().length > 4)
            .findFirst()
            .map(entry -> Arrays.copyOfRange(entry.bytes(), 5, entry.bytes().length));
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
          "SUPERVISE_STATE_DIR",
          "SUPERVISE_HOOK",
          "SUPERVISE_PHASE",
          "SUPERVISE_EXIT" ->
          true;
      default -> name.startsWith("LISTEN_") || name.startsWith("WATCHDOG_");
    };
  }

  /// @param layers values by name in the order they apply; an empty value of the map removes the
  ///   name
  /// @param more what this child is told besides what every child is; nobody can set those names
  public EnvBlock of(
      ProcessSpec spec,
      Launch launch,
      Map<String, Integer> ports,
      Map<String, Layer> layers,
      Map<String, String> more) {
    Map<String, Layer> over = layers;
    if (!ports.isEmpty()) {
      over = new HashMap<>(layers);
      for (Map.Entry<String, Integer> port : ports.entrySet()) {
        over.put(portName(port.getKey()), new Layer.Is(port.getValue().toString()));
      }
    }
    List<byte[]> own = new ArrayList<>(over.size() + 4);
    for (Map.Entry<String, Layer> entry : over.entrySet()) {
      // What every child is told is not the unit's to set.
      if (entry.getValue() instanceof Layer.Is(String value)
          && !told(entry.getKey())
          && !more.containsKey(entry.getKey())) {
        own.add(entry(utf8(entry.getKey()), value));
      }
    }
    own.add(entry(RESUME_ID, launch.resumeId()));
    if (launch.prevExit().isPresent()) {
      own.add(entry(PREV_EXIT, Integer.toString(launch.prevExit().getAsInt())));
    }
    own.add(entry(UNIT, launch.path()));
    if (launch.instance() > 0) {
      own.add(entry(INSTANCE, Integer.toString(launch.instance())));
    }
    told.forEach((name, value) -> own.add(entry(name, value)));
    more.forEach((name, value) -> own.add(entry(name, value)));
    EnvBlock entries = EnvBlock.of(own);
    if (spec.cleanEnv()) {
      return entries;
    }
    return (over.isEmpty() ? whole : inherited(over)).with(entries);
  }

  /// The PATH that [#of] gives; empty if it gives none, or no usable one.
  public Optional<byte[]> path(ProcessSpec spec, Map<String, Layer> layers) {
    Layer own = layers.get("PATH");
    if (own != null) {
      return own instanceof Layer.Is(String value)
          ? Optional.of(value.getBytes(StandardCharsets.UTF_8))
          : Optional.empty();
    }
    return spec.cleanEnv() ? Optional.empty() : path;
  }

  private EnvBlock inherited(Map<String, Layer> over) {
    List<byte[]> entries = new ArrayList<>(inherited.size());
    for (Entry entry : inherited) {
      if (!over.containsKey(entry.name())) {
        entries.add(entry.bytes());
      }
    }
    return EnvBlock.of(entries);
  }

  private static byte[] entry(String name, String value) {
    return name.concat("=").concat(value).getBytes(StandardCharsets.UTF_8);
  }

  private boolean told(String name) {
    return told.containsKey(name)
        || name.equals(RESUME_ID)
        || name.equals(PREV_EXIT)
        || name.equals(UNIT)
        || name.equals(INSTANCE);
  }

  /// What one name is set to.
  public sealed interface Layer {
    record Is(String value) implements Layer {}

    record Absent() implements Layer {}
  }

  /// The key under which [#of] expects a name: its UTF-8 bytes as Latin-1, as inherited names are
  /// read.
  public static String key(String name) {
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

package dev.supervise.dsl.script;

import dev.supervise.spec.ScriptFrame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// All classes that one script file was compiled to.
///
/// @param main the name of the script's own class
/// @param classes every class by name
/// @param sources what closures are compared by; see [Sources]
public record CompiledScript(
    String main, Map<String, byte[]> classes, Map<String, String> sources) {
  private static final byte[] MAGIC = "SUPV-CS2".getBytes(StandardCharsets.US_ASCII);

  public CompiledScript {
    classes = new LinkedHashMap<>(classes);
    sources = Map.copyOf(sources);
  }

  /// One whose closures nobody compares.
  CompiledScript(String main, Map<String, byte[]> classes) {
    this(main, classes, Map.of());
  }

  /// A class loader that has these classes and makes each when it is first wanted, and the script's
  /// own class from it. Throws [LinkageError] for bytes that are no classes.
  ///
  /// @param shown the file's path as the user gave it, for those who read a stack
  public Class<?> define(ClassLoader parent, String shown) {
    try {
      return new Loader(parent, shown, classes, sources).loadClass(main);
    } catch (ClassNotFoundException e) {
      throw new LinkageError("the script's class " + main + " is not among its classes", e);
    }
  }

  /// The [Sources] of the script that a class belongs to; empty for any other class.
  static Map<String, String> sources(Class<?> type) {
    return type.getClassLoader() instanceof Loader loader ? loader.sources : Map.of();
  }

  /// What the code of the script that a class belongs to does to what it names.
  static Uses uses(Class<?> type) {
    return type.getClassLoader() instanceof Loader loader ? loader.uses() : Uses.of(List.of());
  }

  /// One piece of bytes: magic, checksum of what follows, key, main class, classes, sources.
  public byte[] encode(byte[] key) {
    byte[] mainName = main.getBytes(StandardCharsets.UTF_8);
    Map<String, byte[]> texts = new LinkedHashMap<>();
    sources.forEach((name, text) -> texts.put(name, text.getBytes(StandardCharsets.UTF_8)));
    int size = MAGIC.length + 8 + 4 + key.length + 4 + mainName.length;
    ByteBuffer to = ByteBuffer.allocate(size + size(classes) + size(texts));
    to.put(MAGIC).putLong(0);
    put(to, key);
    put(to, mainName);
    put(to, classes);
    put(to, texts);
    to.putLong(MAGIC.length, checksum(to.array()));
    return to.array();
  }

  /// Empty unless the bytes are whole and were kept under exactly this key.
  public static Optional<CompiledScript> decode(byte[] bytes, byte[] key) {
    ByteBuffer from = ByteBuffer.wrap(bytes);
    if (bytes.length < MAGIC.length + 24
        || !from.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
        || from.getLong(MAGIC.length) != checksum(bytes)) {
      return Optional.empty();
    }
    // The checksum holds, so what follows is as it was written.
    from.position(MAGIC.length + 8);
    if (from.getInt() != key.length
        || !from.slice(from.position(), key.length).equals(ByteBuffer.wrap(key))) {
      return Optional.empty();
    }
    from.position(from.position() + key.length);
    String main = new String(get(from), StandardCharsets.UTF_8);
    Map<String, byte[]> classes = map(from);
    Map<String, String> sources = new LinkedHashMap<>();
    map(from).forEach((name, text) -> sources.put(name, new String(text, StandardCharsets.UTF_8)));
    return Optional.of(new CompiledScript(main, classes, sources));
  }

  private static long checksum(byte[] bytes) {
    CRC32 sum = new CRC32();
    sum.update(bytes, MAGIC.length + 8, bytes.length - MAGIC.length - 8);
    return (sum.getValue() << 32) | bytes.length;
  }

  private static int size(Map<String, byte[]> map) {
    int size = 4;
    for (Map.Entry<String, byte[]> each : map.entrySet()) {
      size += 8 + each.getKey().getBytes(StandardCharsets.UTF_8).length + each.getValue().length;
    }
    return size;
  }

  private static void put(ByteBuffer to, Map<String, byte[]> map) {
    to.putInt(map.size());
    map.forEach((name, bytes) -> {
      put(to, name.getBytes(StandardCharsets.UTF_8));
      put(to, bytes);
    });
  }

  private static Map<String, byte[]> map(ByteBuffer from) {
    Map<String, byte[]> map = new LinkedHashMap<>();
    for (int left = from.getInt(); left > 0; left--) {
      map.put(new String(get(from), StandardCharsets.UTF_8), get(from));
    }
    return map;
  }

  private static void put(ByteBuffer to, byte[] bytes) {
    to.putInt(bytes.length).put(bytes);
  }

  private static byte[] get(ByteBuffer from) {
    byte[] bytes = new byte[from.getInt()];
    from.get(bytes);
    return bytes;
  }

  private static final class Loader extends ClassLoader {
    private final Map<String, byte[]> classes;
    private final Map<String, String> sources;
    private @Nullable Uses uses;

    Loader(
        ClassLoader parent,
        String shown,
        Map<String, byte[]> classes,
        Map<String, String> sources) {
      super(ScriptFrame.loader(shown), parent);
      this.classes = classes;
      this.sources = sources;
    }

    /// Read when somebody asks, which only reloads do.
    synchronized Uses uses() {
      Uses known = uses;
      if (known == null) {
        known = Uses.of(Sources.code(sources));
        uses = known;
      }
      return known;
    }

    /// The script's own classes first: asking the parent for each costs a search of the class path.
    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      byte[] bytes = classes.get(name);
      if (bytes == null) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        @Nullable Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : defineClass(name, bytes, 0, bytes.length);
      }
    }
  }
}

package dev.supervise.dsl;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// All classes that one script file was compiled to.
///
/// @param main the name of the script's own class
/// @param classes every class by name
record CompiledScript(String main, Map<String, byte[]> classes) {
  private static final byte[] MAGIC = "SUPV-CS1".getBytes(StandardCharsets.US_ASCII);

  CompiledScript {
    classes = new LinkedHashMap<>(classes);
  }

  /// A class loader that has these classes and makes each when it is first wanted, and the script's
  /// own class from it. Throws [LinkageError] for bytes that are no classes.
  Class<?> define(ClassLoader parent) {
    try {
      return new Loader(parent, classes).loadClass(main);
    } catch (ClassNotFoundException e) {
      throw new LinkageError("the script's class " + main + " is not among its classes", e);
    }
  }

  /// One piece of bytes: magic, checksum of what follows, key, main class, classes.
  byte[] encode(byte[] key) {
    byte[] mainName = main.getBytes(StandardCharsets.UTF_8);
    int size = MAGIC.length + 8 + 4 + key.length + 4 + mainName.length + 4;
    for (Map.Entry<String, byte[]> each : classes.entrySet()) {
      size += 8 + each.getKey().getBytes(StandardCharsets.UTF_8).length + each.getValue().length;
    }
    ByteBuffer to = ByteBuffer.allocate(size);
    to.put(MAGIC).putLong(0);
    put(to, key);
    put(to, mainName);
    to.putInt(classes.size());
    classes.forEach((name, bytes) -> {
      put(to, name.getBytes(StandardCharsets.UTF_8));
      put(to, bytes);
    });
    to.putLong(MAGIC.length, checksum(to.array()));
    return to.array();
  }

  /// Empty unless the bytes are whole and were kept under exactly this key.
  static Optional<CompiledScript> decode(byte[] bytes, byte[] key) {
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
    Map<String, byte[]> classes = new LinkedHashMap<>();
    for (int left = from.getInt(); left > 0; left--) {
      classes.put(new String(get(from), StandardCharsets.UTF_8), get(from));
    }
    return Optional.of(new CompiledScript(main, classes));
  }

  private static long checksum(byte[] bytes) {
    CRC32 sum = new CRC32();
    sum.update(bytes, MAGIC.length + 8, bytes.length - MAGIC.length - 8);
    return (sum.getValue() << 32) | bytes.length;
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

    Loader(ClassLoader parent, Map<String, byte[]> classes) {
      super(parent);
      this.classes = classes;
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

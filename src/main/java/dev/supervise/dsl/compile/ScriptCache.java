package dev.supervise.dsl.compile;

import dev.supervise.dsl.script.CompiledScript;
import dev.supervise.posix.PrivateDirectory;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/// Compiled scripts, kept for the next start in a directory of the user's own.
///
/// One entry is one script file; an include has its own, so that a change of one recompiles one. An
/// entry carries its whole key, the script's text included, and is used only if that is the same
/// byte for byte: there is nothing to collide. It is written beside and renamed, so that concurrent
/// runs see all of it or none; one that is cut, damaged or foreign counts as absent and is written
/// anew.
///
/// What is loaded is executed, so the directory and the entry must be ours (see
/// [PrivateDirectory]); otherwise nothing is read or written. A cache that cannot be written is no
/// error either: the script is compiled at each start.
public final class ScriptCache {
  /// When entries sum up to more, the ones longest unused go until three quarters are left.
  static final long LIMIT_BYTES = 64L << 20;

  private static final Duration TORN = Duration.ofHours(1);
  private static final String SUFFIX = ".classes";

  /// A script is 16 MB at most, and its classes some times that.
  private static final int LARGEST = 256 << 20;

  private static final AtomicLong WRITES = new AtomicLong();

  private final Path directory;
  private final long limit;

  private ScriptCache(Path directory, long limit) {
    this.directory = directory;
    this.limit = limit;
  }

  /// Where the cache belongs by the user's environment: `$XDG_CACHE_HOME/supervise`, else
  /// `~/.cache/supervise`. Empty where neither is an absolute path.
  public static Optional<Path> directory(Map<String, String> environment) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (cache.startsWith("/")) {
      return Optional.of(Path.of(cache, "supervise"));
    }
    String home = environment.getOrDefault("HOME", "");
    return home.startsWith("/")
        ? Optional.of(Path.of(home, ".cache", "supervise"))
        : Optional.empty();
  }

  static ScriptCache in(Path directory) {
    return new ScriptCache(directory, LIMIT_BYTES);
  }

  static ScriptCache in(Path directory, long limit) {
    return new ScriptCache(directory, limit);
  }

  /// What a compiled script depends on: its text, and everything else that decides what the
  /// compiler makes of it.
  ///
  /// @param text the file's bytes
  /// @param circumstances class names, flags, the block it stands in
  static byte[] key(byte[] text, String... circumstances) {
    ByteArrayOutputStream key = new ByteArrayOutputStream(text.length + 300);
    key.writeBytes(Product.IDENTITY);
    for (String each : circumstances) {
      key.writeBytes(each.getBytes(StandardCharsets.UTF_8));
      key.write(0);
    }
    key.write(1);
    key.writeBytes(text);
    return key.toByteArray();
  }

  /// What was kept under this key, if it is whole.
  Optional<CompiledScript> find(byte[] key) {
    try {
      Optional<PrivateDirectory> cache = PrivateDirectory.find(directory);
      return cache.isEmpty()
          ? Optional.empty()
          : cache
              .get()
              .read(name(key), LARGEST)
              .flatMap(bytes -> CompiledScript.decode(bytes, key));
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  /// Keeps a script that loaded without a mistake. Failing to is no failure.
  ///
  /// @return whether it was written
  boolean keep(byte[] key, CompiledScript script) {
    String name = name(key);
    try {
      PrivateDirectory cache = PrivateDirectory.named(directory);
      String beside = name + "." + ProcessHandle.current().pid() + "-" + WRITES.incrementAndGet();
      cache.replace(name, beside, script.encode(key));
      prune(cache, Files.getLastModifiedTime(directory.resolve(name)));
      return true;
    } catch (IOException | UnsupportedOperationException fullOrReadOnly) {
      return false;
    }
  }

  private static String name(byte[] key) {
    CRC32 forward = new CRC32();
    forward.update(key);
    CRC32 halves = new CRC32();
    halves.update(key, key.length / 2, key.length - key.length / 2);
    halves.update(key, 0, key.length / 2);
    return Long.toHexString(forward.getValue() << 32 | halves.getValue()) + SUFFIX;
  }

  /// @param now when the newest entry was written
  private void prune(PrivateDirectory cache, FileTime now) throws IOException {
    record Kept(String name, long size, FileTime used) {}
    List<Kept> entries = new ArrayList<>();
    long total = 0;
    for (String name : cache.names("*" + SUFFIX + "*")) {
      BasicFileAttributes is;
      try {
        is =
            Files.readAttributes(
                directory.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      } catch (NoSuchFileException renamedMeanwhile) {
        continue;
      }
      if (name.endsWith(SUFFIX)) {
        entries.add(new Kept(name, is.size(), is.lastAccessTime()));
        total += is.size();
      } else if (is.lastModifiedTime().toMillis() < now.toMillis() - TORN.toMillis()) {
        // A write that never ended.
        cache.remove(name);
      }
    }
    if (total <= limit) {
      return;
    }
    entries.sort(Comparator.comparing(Kept::used));
    for (Kept oldest : entries) {
      if (total <= limit / 4 * 3) {
        break;
      }
      cache.remove(oldest.name());
      total -= oldest.size();
    }
  }

  /// Which supervise and which Java this is.
  private static final class Product {
    static final byte[] IDENTITY = identity().getBytes(StandardCharsets.UTF_8);

    private static String identity() {
      StringBuilder text = new StringBuilder();
      text.append(System.getProperty("java.vm.version")).append('\n');
      text.append(System.getProperty("java.home")).append('\n');
      for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
        File file = new File(entry);
        text.append(entry)
            .append(' ')
            .append(file.isDirectory() ? newest(file.toPath()) : file.lastModified())
            .append(' ')
            .append(file.length())
            .append('\n');
      }
      return text.toString();
    }

    /// Classes that are no jar yet: a working copy.
    private static long newest(Path classes) {
      try (Stream<Path> files = Files.walk(classes, FileVisitOption.FOLLOW_LINKS)) {
        return files.mapToLong(each -> each.toFile().lastModified()).max().orElse(0);
      } catch (IOException | UncheckedIOException unreadable) {
        return ThreadLocalRandom.current().nextLong(); // equal to no other: nothing is found
      }
    }
  }
}

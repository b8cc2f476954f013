package dev.supervise.dsl.words;

import dev.supervise.dsl.mistake.Mistake;
import dev.supervise.dsl.value.PortSource;
import dev.supervise.text.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// What a load is given besides the script.
///
/// @param params the `-P key=value` of the command line
/// @param ports where `freePort` gets its numbers
/// @param stacktrace mistakes carry the Java stack of what was thrown
/// @param limit how long the script may take to load
/// @param cacheDir where compiled scripts are kept; empty: compile anew
/// @param secrets is told every text the script calls a secret, at once and for good
/// @param warnings told what works and is hardly meant, on the loader's thread
public record LoadOptions(
    Map<String, String> params,
    PortSource ports,
    boolean stacktrace,
    Duration limit,
    Optional<Path> cacheDir,
    Secrets secrets,
    Consumer<Mistake> warnings) {
  public static final LoadOptions DEFAULT =
      new LoadOptions(
          Map.of(), PortSource.unbound(), false, Duration.ofSeconds(30), Optional.empty());

  /// With secrets of its own, for a process that loads one script.
  public LoadOptions(
      Map<String, String> params,
      PortSource ports,
      boolean stacktrace,
      Duration limit,
      Optional<Path> cacheDir) {
    this(params, ports, stacktrace, limit, cacheDir, new Secrets());
  }

  public LoadOptions {
    params = Map.copyOf(params);
  }

  /// Without a look at what is doubtful.
  public LoadOptions(
      Map<String, String> params,
      PortSource ports,
      boolean stacktrace,
      Duration limit,
      Optional<Path> cacheDir,
      Secrets secrets) {
    this(params, ports, stacktrace, limit, cacheDir, secrets, _ -> {});
  }
}

package dev.supervise.dsl.compile;

import dev.supervise.dsl.mistake.Mistake;
import dev.supervise.dsl.mistake.Mistakes;
import dev.supervise.dsl.mistake.ScriptMistakes;
import dev.supervise.dsl.mistake.SourceFile;
import dev.supervise.dsl.script.CompiledScript;
import dev.supervise.dsl.words.LoadOptions;
import dev.supervise.dsl.words.Words;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Compiled scripts of one load: from the cache where they are unchanged, else from the compiler.
/// Only those without a mistake of any kind are kept.
public final class CachedScripts implements Scripts {
  private record Fresh(byte[] key, CompiledScript script) {}

  private final @Nullable ScriptCache cache;
  private final Mistakes mistakes;
  private final Consumer<Mistake> warnings;
  private final List<Fresh> fresh = new ArrayList<>();

  public CachedScripts(LoadOptions options, Mistakes mistakes) {
    this.warnings = options.warnings();
    this.cache = options.cacheDir().map(ScriptCache::in).orElse(null);
    this.mistakes = mistakes;
  }

  @Override
  public CompiledScript compiled(SourceFile file, Class<? extends Words> block) {
    Optional<CompiledScript> kept = cache == null ? Optional.empty() : cache.find(key(file, block));
    return kept.orElseGet(() -> compiledAnew(file, block));
  }

  @Override
  public CompiledScript compiledAnew(SourceFile file, Class<? extends Words> block) {
    ScriptCompiler.Compiled compiled = ScriptCompiler.compile(file, block);
    mistakes.walked(compiled.walked());
    compiled.warnings().forEach(warnings);
    fresh.add(new Fresh(key(file, block), compiled.script()));
    return compiled.script();
  }

  @Override
  public ScriptMistakes refused(SourceFile file, Class<? extends Words> block, LinkageError why) {
    return mistakes.isEmpty()
        ? ScriptCompiler.refused(file, block, why)
        : ScriptMistakes.unparsed(List.of(), "");
  }

  private static byte[] key(SourceFile file, Class<? extends Words> block) {
    return ScriptCache.key(
        file.text().getBytes(StandardCharsets.UTF_8), file.className(), block.getSimpleName());
  }

  /// The load went well.
  public void keep() {
    if (cache != null) {
      fresh.forEach(each -> cache.keep(each.key, each.script));
    }
  }
}

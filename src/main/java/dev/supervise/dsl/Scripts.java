package dev.supervise.dsl;

/// Where the loader gets compiled scripts from: the compiler, or what it made before.
@FunctionalInterface
interface Scripts {
  /// @param block the kind of block the file's statements act on
  /// @throws ScriptMistakes for a text that does not compile
  CompiledScript compiled(SourceFile file, Class<? extends Words> block);
}

package dev.supervise.dsl.compile;

import dev.supervise.dsl.mistake.ScriptMistakes;
import dev.supervise.dsl.mistake.SourceFile;
import dev.supervise.dsl.script.CompiledScript;
import dev.supervise.dsl.words.Words;

/// Where the loader gets compiled scripts from: the compiler, or what it made before.
public interface Scripts {
  /// @param block the kind of block the file's statements act on
  /// @throws ScriptMistakes for a text that does not compile
  CompiledScript compiled(SourceFile file, Class<? extends Words> block);

  /// The same, for sure from the compiler: what was made before is of no use here.
  CompiledScript compiledAnew(SourceFile file, Class<? extends Words> block);

  /// What is wrong with a script that the compiler takes and the JVM does not; nothing, where that
  /// follows from what is known already.
  ScriptMistakes refused(SourceFile file, Class<? extends Words> block, LinkageError why);
}

package dev.supervise.dsl

import dev.supervise.dsl.load.ScriptLoader
import dev.supervise.dsl.mistake.ScriptMistakes
import dev.supervise.dsl.value.PortSource
import dev.supervise.dsl.words.LoadOptions
import dev.supervise.spec.App
import dev.supervise.spec.FunctionContext
import dev.supervise.text.Secrets
import dev.supervise.spec.UnitSpec
import dev.supervise.spec.Value
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import spock.lang.Specification
import spock.lang.TempDir

/// Loads scripts from text, for specs of the language.
abstract class Scripted extends Specification {
  @TempDir Path home

  /// Writes a file beside the script.
  Path file(String name, String text) {
    def path = home.resolve(name)
    Files.createDirectories(path.parent)
    Files.writeString(path, text)
  }

  App load(Map options = [:], String text) {
    file('app.groovy', text)
    loadFile(options, 'app.groovy')
  }

  App loadFile(Map options = [:], String name) {
    ScriptLoader.load(home.resolve(name), name, new LoadOptions(
        options.params ?: [:],
        options.ports ?: PortSource.unbound(),
        options.stacktrace ?: false,
        options.limit ?: Duration.ofSeconds(30),
        Optional.ofNullable(options.cache as Path),
        options.secrets ?: new Secrets(),
        options.warnings ?: { }))
  }

  /// The mistakes of a script as a user reads them.
  List<String> mistakes(Map options = [:], String text) {
    try {
      load(options, text)
      []
    } catch (ScriptMistakes e) {
      e.mistakes()*.toString()
    }
  }

  /// The units of the top level.
  List<UnitSpec> units(Map options = [:], String text) {
    load(options, text).root().members().units()
  }

  /// The one unit of the script.
  UnitSpec unit(Map options = [:], String text) {
    def units = units(options, text)
    assert units.size() == 1
    units[0]
  }

  /// A process with these words in its block.
  UnitSpec process(Map options = [:], String words) {
    unit(options, "process('web') {\n$words\n${words =~ /(?m)^\s*(command|shell)\b/ ? '' : "command './web'"}\n}")
  }

  /// What is wrong with these words in a process's block, without place and unit.
  List<String> wrong(String words) {
    mistakes("process('web') {\ncommand './web'\n$words\n}").collect {
      it.replaceFirst(/^app\.groovy:\d+: (process 'web': )?/, '')
    }
  }

  static String text(Value value) {
    value instanceof Value.Fixed ? value.text() : value.text().call()
  }

  /// A context that records what a function does with it.
  static class Recorded implements FunctionContext {
    List<String> lines = []
    List<Duration> slept = []
    Map kept = [:]
    boolean stopping = false
    OptionalInt before = OptionalInt.empty()

    String name() { 'backend/ticker' }

    boolean cancelled() { stopping }

    void sleep(Duration duration) { slept << duration }

    String resumeId() { 'id-1' }

    OptionalInt prevExit() { before }

    int attempt() { 3 }

    void log(String line) { lines << line }

    void save(Map<String, ?> values) { kept = values }

    Map<String, ?> saved() { kept }
  }
}

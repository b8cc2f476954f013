package dev.supervise.docs

import dev.supervise.dsl.words.LoadOptions
import dev.supervise.dsl.load.ScriptLoader
import dev.supervise.dsl.mistake.ScriptMistakes
import dev.supervise.spec.App
import java.nio.file.Files
import java.nio.file.Path
import java.time.Duration
import java.util.regex.Pattern

/**
 * A page of the documentation and the scripts on it.
 *
 * A fence marked `groovy` is a script; its first line may be `// units/db.groovy`, which names its file, or
 * `// supervise -P key=value app.groovy`, which says how it is called. A fence marked `text` right after it that begins
 * with a place (`app.groovy:3: …`) is what loading it answers; without one it loads.
 */
class Page {
  static final Path WORDS = Path.of('dsl-docs/words')

  private static final Pattern FENCE = ~/(?sm)^```(\w*)\n(.*?)^```$/

  final Path path
  final String text

  Page(Path path) {
    this.path = path
    this.text = Files.readString(path)
  }

  /** Every page of the project, the README included. */
  static List<Page> all() {
    def docs = Files.walk(Path.of('dsl-docs')).withCloseable { it.toList() }
    ([Path.of('README.md')] + docs.findAll { it.toString().endsWith('.md') }.toSorted()).collect { new Page(it) }
  }

  /** The pages of words, by word. */
  static Map<String, Page> words() {
    Files.list(WORDS).withCloseable { it.toList() }.toSorted()
        .collectEntries { [it.fileName.toString() - '.md', new Page(it)] }
  }

  /** The text below a heading. */
  String section(String heading) {
    def from = text =~ /(?m)^## ${Pattern.quote(heading)}$/
    if (!from) {
      return ''
    }
    text.substring(from.end()).split(/(?m)^## /)[0]
  }

  List<String> getHeadings() {
    text.findAll(/(?m)^#{1,2} .*$/)
  }

  /** Links to files that are not there. */
  List<String> getBrokenLinks() {
    text.findAll(/\]\(([^)\s]+)\)/) { it[1] }
        .findAll { !it.startsWith('http') && !it.startsWith('#') }
        .findAll { !Files.exists(path.resolveSibling(it - ~/#.*/).normalize()) }
  }

  @Override
  String toString() {
    path
  }

  record Fence(String language, String content, int line) {}

  List<Fence> getFences() {
    def matcher = FENCE.matcher(text)
    def fences = []
    while (matcher.find()) {
      fences << new Fence(matcher.group(1), matcher.group(2), text.substring(0, matcher.start()).count('\n') + 1)
    }
    fences
  }

  List<Example> getExamples() {
    def all = getFences()
    all.findIndexValues { it.language() == 'groovy' }.collect { i ->
      def next = i + 1 < all.size() ? all[(int) i + 1] : null
      def answer = next?.language() == 'text' && next.content() =~ /^\S+\.groovy:/ ? next.content().strip() : ''
      new Example(all[(int) i].content(), answer, "$path:${all[(int) i].line()}")
    }
  }

  static class Example {
    final String script
    final String answer
    final String place
    final String name
    final Map<String, String> params

    Example(String script, String answer, String place) {
      this.script = script
      this.answer = answer
      this.place = place
      def first = script.readLines().find() ?: ''
      def named = first =~ /^\/\/ (\S+\.groovy)$/
      name = named ? named.group(1) : 'app.groovy'
      params = first.startsWith('// supervise ')
          ? first.findAll(/-P (\S+)/) { it[1] }.collectEntries { it.split('=', 2).toList() }
          : [:]
    }

    /** Loads it as a file of `dir`, and gives what its mistakes say, or nothing. */
    String mistakes(Path dir) {
      try {
        load(dir)
        ''
      } catch (ScriptMistakes wrong) {
        wrong.message.strip()
      }
    }

    App load(Path dir) {
      def file = dir.resolve(name)
      Files.createDirectories(file.parent)
      Files.writeString(file, script)
      ScriptLoader.load(file, name,
          new LoadOptions(params, LoadOptions.DEFAULT.ports(), false, Duration.ofSeconds(60), Optional.empty()))
    }

    @Override
    String toString() {
      place
    }
  }
}

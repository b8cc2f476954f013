package dev.supervise

import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Specification

/**
 * Each package says in its package-info what it is for, what may be used of it, on which threads, and where to start
 * reading. Each check is a function of text, and is proved to find what it is for.
 */
class PackageInfoSpec extends Specification {
  static final Path SOURCES = Path.of('src/main/java')
  static final String INFO = 'package-info.java'

  def "every package has a package-info"() {
    expect:
    PACKAGES.keySet().findAll { !Files.exists(it.resolve(INFO)) } == [] as Set
    PACKAGES.size() > 30
  }

  def "every public type of #directory is named in its package-info"() {
    expect:
    unnamed(text(directory), publicTypes(PACKAGES[directory])) == []

    where:
    directory << PACKAGES.keySet()
  }

  def "what the package-info of #directory names is there"() {
    expect:
    dead(text(directory), simpleNames(PACKAGES[directory])) == []

    where:
    directory << PACKAGES.keySet()
  }

  def "the package-info of #directory says which thread owns what, or that it is pure"() {
    expect:
    speaksOfThreads(text(directory))

    where:
    directory << PACKAGES.keySet()
  }

  def "the package-info of #directory says where to start reading"() {
    expect:
    saysWhereToStart(text(directory))

    where:
    directory << PACKAGES.keySet()
  }

  def "the package-info of #directory is no stub, and short enough to be read"() {
    expect:
    text(directory).readLines().size() in 8..30

    where:
    directory << PACKAGES.keySet()
  }

  // ---------------------------------------------------------------------------------- the checks

  static final String EXAMPLE = '''
The harbour: ships come in.

- Ships: [Ship], and `Barge`.
- The quay, by its member: [Quay#length].

Pure.

Start reading at [Ship].
'''

  def "a public type that is not named is found"() {
    expect:
    unnamed(EXAMPLE, ['Ship', 'Quay']) == []
    unnamed(EXAMPLE, ['Barge', 'Crane', 'Ship']) == ['Barge', 'Crane']
  }

  def "a name of nothing is found, in this package and in another"() {
    expect:
    dead(EXAMPLE, ['Ship', 'Quay']) == []
    dead(EXAMPLE, ['Ship']) == ['Quay']
    dead('[dev.supervise.Engine], [dev.supervise.Harbour]', []) == ['dev.supervise.Harbour']
  }

  def "silence about threads is found, and about where to start"() {
    expect:
    speaksOfThreads(EXAMPLE)
    speaksOfThreads('The loop thread alone calls it.')
    !speaksOfThreads(EXAMPLE - 'Pure.')
    saysWhereToStart(EXAMPLE)
    !saysWhereToStart(EXAMPLE - 'Start reading at [Ship].')
    !saysWhereToStart('Start reading at once.')
  }

  def "public types are those that are public at the top level"() {
    expect:
    publicTypes(['A.java': 'public sealed interface A permits B {\n  public record Inner() {}\n}',
                 'B.java': 'final class B implements A {}',
                 'C.java': '/// public class D\npublic @interface C {}']) == ['A', 'C']
  }

  def "text is what stands in the comment"() {
    expect:
    comment('/// The harbour.\n///\n/// - Ships: [Ship].\n@NullMarked\npackage harbour;\n') == 'The harbour.\n\n- Ships: [Ship].'
  }

  /** Public types that the text does not name in brackets. */
  static List<String> unnamed(String text, List<String> types) {
    types - named(text)
  }

  /** Names in brackets that are neither of the package nor, written in full, of another one. */
  static List<String> dead(String text, List<String> types) {
    named(text).findAll { name ->
      name.contains('.') ? !Files.exists(SOURCES.resolve(name.replace('.', '/') + '.java')) : !(name in types)
    }
  }

  static boolean speaksOfThreads(String text) {
    text =~ /\bthreads?\b/ || text =~ /\b[Pp]ure\b/
  }

  static boolean saysWhereToStart(String text) {
    text =~ /(?m)^Start reading at [\[`]/
  }

  static List<String> named(String text) {
    text.findAll(/\[([\w.]+)(?:#\w+)?\]/) { it[1] }.unique()
  }

  /** File name → its text, to the types that are public in them. */
  static List<String> publicTypes(Map<String, String> files) {
    simpleNames(files).findAll { name ->
      files[name + '.java'] =~ /(?m)^public (?:\w[\w-]* )*@?(?:class|record|interface|enum) $name\b/
    }
  }

  static List<String> simpleNames(Map<String, String> files) {
    files.keySet().collect { it - '.java' }
  }

  static String comment(String source) {
    source.readLines().takeWhile { it.startsWith('///') }*.replaceFirst('/// ?', '').join('\n')
  }

  static String text(Path directory) {
    comment(Files.readString(directory.resolve(INFO)))
  }

  /** Directory of a package → its files, by name. */
  static final Map<Path, Map<String, String>> PACKAGES = Files.walk(SOURCES).withCloseable { it.toList() }
      .findAll { it.toString().endsWith('.java') && it.fileName.toString() != INFO }
      .groupBy { it.parent }
      .collectEntries { directory, files ->
        [directory, files.collectEntries { [it.fileName.toString(), Files.readString(it)] }]
      }
}

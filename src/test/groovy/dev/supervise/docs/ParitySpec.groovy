package dev.supervise.docs

import dev.supervise.dsl.words.FunctionApi
import dev.supervise.dsl.words.TaskApi
import dev.supervise.spec.App
import dev.supervise.spec.FunctionSpec
import dev.supervise.spec.LiveTree
import dev.supervise.spec.Origin
import dev.supervise.spec.ProcessSpec
import dev.supervise.spec.ScheduleSpec
import dev.supervise.spec.SupervisorSpec
import dev.supervise.spec.TaskSpec
import dev.supervise.spec.Value
import dev.supervise.spec.term.Term.OnChange
import dev.supervise.spec.term.Terms
import java.lang.reflect.Modifier
import java.nio.file.Files
import java.nio.file.Path
import java.util.regex.Pattern
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.TempDir

/**
 * Records of the specification, words of the language and pages of the documentation say the same things.
 *
 * The words are read from the loader's own vocabulary, which reads them from the delegates; no list stands here.
 */
class ParitySpec extends Specification {
  static final List<String> HEADINGS = ['Purpose', 'Form', 'Default', 'Errors', 'Example']

  static final List<Class> KINDS = [ProcessSpec, FunctionSpec, SupervisorSpec, TaskSpec, ScheduleSpec]

  /** Records there are no words for yet. Whoever adds the word takes its record off. */
  static final List<String> COMING = ['Lifecycle.hooks']
  static final COMING_KINDS = /Readiness|Liveness|Check|Hook/

  @Shared
  def vocabulary = vocabulary()

  @Shared
  Map<String, Page> pages = Page.words()

  @Shared
  @TempDir
  Path dir

  static vocabulary() {
    def field = Class.forName('dev.supervise.dsl.words.Language').getDeclaredField('VOCABULARY')
    field.setAccessible(true)
    field.get(null)
  }

  /** Word → its entries, one for each kind of block it may stand in. */
  Map<String, List> words() {
    def words = new TreeMap<String, List>()
    vocabulary.blocks().findAll { !it.code() }.each { block ->
      block.words().each { word, entry -> words.computeIfAbsent(word) { [] } << entry }
    }
    // What a script knows of where it stands is no block's.
    Class.forName('dev.supervise.dsl.script.ScriptPlace').getDeclaredField('NAMES').with { accessible = true; it.get(null) }.keySet()
        .each { words.computeIfAbsent(it) { [] } }
    words
  }

  /** Words that stand in every block are "anywhere". */
  boolean anywhere(String word) {
    vocabulary.blocks().findAll { !it.code() }.every { it.words().containsKey(word) }
  }

  def "every word has a page, and every page a word"() {
    expect:
    pages.keySet() - words().keySet() == [] as Set
    words().keySet() - pages.keySet() == [] as Set
    words().size() > 40
  }

  def "the page of #word has the headings every page has, in their order, none empty"() {
    expect:
    page.headings == ["# $word"] + HEADINGS.collect { "## $it" }
    HEADINGS.every { !page.section(it).isBlank() }

    where:
    [word, page] << Page.words().collect { [it.key, it.value] }
  }

  def "the page of #word names every block, option and constant the word has"() {
    given:
    def form = page.section('Form') + page.section('Default')
    def places = vocabulary.placesOf(word) as List
    def blocks = anywhere(word) ? [] : places - 'the top level'
    def options = words()[word].collectMany { it.options() }.unique()

    expect:
    blocks.findAll { !(form =~ /`\Q$it\E`|\[`?\Q$it\E`?\]/) } == []
    form.contains('top level') || anywhere(word) || !places.contains('the top level')
    form.contains('nywhere') || !anywhere(word)
    (options + constants(word)).findAll { !(form =~ /\b\Q$it\E\b/) } == []

    where:
    [word, page] << Page.words().collect { [it.key, it.value] }
  }

  def "a word that may repeat says so, and one that may not does not"() {
    given:
    def additive = words().findAll { name, entries -> entries.any { it.repeats() } }.keySet()
    def saying = pages.findAll { it.value.section('Form') =~ /\bmay\s+repeat\b/ }.keySet()
    // Units may obviously be declared many times; what yields a value may be asked for many times.
    def obvious = ['process', 'function', 'supervisor', 'pool', 'secret', 'include'] as Set

    expect:
    additive - obvious == saying
  }

  def "every component of a #kind is read by a row of the table of words, or is no word, and the table says why"() {
    given:
    def all = components(type)
    def read = Terms.all().collectMany { it.components() } as Set

    expect:
    all.findAll { !(it in read) } as Set == Terms.NOT_WORDS.keySet().findAll { it.startsWith("${type.simpleName}.") }
    Terms.NOT_WORDS.values().every { !it.isBlank() }

    where:
    type << KINDS
    kind = type.simpleName
  }

  def "no row of the table reads what is not there, and each has a page"() {
    given:
    def all = KINDS.collectMany { components(it) } as Set

    expect:
    Terms.all().collectMany { it.components() }.findAll { !(it in all) } == []
    Terms.all().every { it.components() && it.words() }
    Terms.all().collectMany { it.words() }.findAll { !(it in pages.keySet()) || !(it in words().keySet()) } == []
  }

  def "the page about reloads says of every word of a unit what its change asks for, and of no other"() {
    given:
    def cells = Files.readAllLines(Path.of('dsl-docs/reload.md')).findAll { it =~ /^\| (adjust|replace) / }
        .collectEntries { line -> line.tokenize('|')*.trim().with { [(it[0]): it.drop(1)] } }
    def said = { String text -> text.findAll(/(?<=`)\w+(?=`)/) as Set }
    def asking = { OnChange... what ->
      Terms.all().findAll { it.onChange() in what && !(it.components()[0] =~ /^(Task|Schedule)Spec/) }.collectMany { it.words() } as Set
    }

    expect:
    said(cells.replace[0]) - ['template'] == asking(OnChange.RUN_ANEW)
    said(cells.adjust[0]) == asking(OnChange.RULE, OnChange.START_ANEW, OnChange.WATCH_ANEW, OnChange.COUNT)
    said(cells.adjust[1]) == asking(OnChange.START_ANEW)
  }

  List<String> components(Class type) {
    type.recordComponents.collectMany {
      Terms.opened(it.type) ? components(it.type) : ["${type.simpleName}.$it.name".toString()]
    }
  }

  def "every word is said in the examples of its own page"() {
    expect:
    pages.findAll { word, page -> !(page.section('Example') =~ /(?m)(^|[ ;{(=$])\Q$word\E\b/) }.keySet() == [] as Set
  }

  def "the index links every page of a word, with its purpose"() {
    given:
    def index = Files.readString(Path.of('dsl-docs/README.md'))

    expect:
    pages.keySet().findAll { !index.contains("](words/${it}.md)") } == [] as Set
  }

  def "everything a function may ask of its context is on the context's page"() {
    given:
    def page = Files.readString(Path.of('dsl-docs/ctx.md'))
    def names = [FunctionApi, FunctionApi.Log, TaskApi, LiveTree].collectMany { type ->
      type.declaredMethods.findAll { Modifier.isPublic(it.modifiers) && !it.synthetic }.collect { it.name }
    }.collect { it.replaceFirst(/^(get|is)(?=[A-Z])/, '').uncapitalize() } as Set

    expect:
    names.findAll { !(page =~ /`[^`]*\b\Q$it\E\b[^`]*`/) } == [] as Set
    names.size() > 15
  }

  /**
   * If a component of a record never has but one value in all the scripts of all pages, no page shows how to set it, or
   * no word can.
   */
  def "every component of every record of a specification can be said, and is said in an example"() {
    given:
    def seen = new Seen()
    Page.all().eachWithIndex { page, i ->
      def home = Files.createDirectories(dir.resolve("$i"))
      page.examples.findAll { !it.answer }.each { seen.add(it.load(home)) }
    }

    expect: "a script's own name and directory are not said with words"
    seen.lonely() - ['App.script', 'App.base'] - COMING == [] as Set
    seen.missing().findAll { !(it =~ COMING_KINDS) } == [] as Set
  }

  List<String> constants(String word) {
    vocabulary.blocks().findAll { !it.code() }.collectMany { block ->
      block.delegate().methods.findAll { it.name == word }.collectMany { method ->
        def mark = method.annotations.find { it.annotationType().simpleName == 'Word' }
        mark ? mark.constants().toList() : []
      }
    }.unique()
  }

  /** Which values the components of records were seen with. */
  static class Seen {
    final Map<Class, Map<String, Set>> values = [:]
    final Set<Enum> constants = []

    void add(Object value) {
      switch (value) {
        case Origin -> {}
        // What stands for a closure is the loader's own.
        case { it instanceof Record && it.class.package != App.package } -> {}
        case Record -> {
          def components = values.computeIfAbsent(value.class) { new TreeMap() }
          value.class.recordComponents.each { component ->
            component.accessor.setAccessible(true)
            def inside = component.accessor.invoke(value)
            components.computeIfAbsent(component.name) { new HashSet() } << inside
            add(inside)
          }
        }
        case Enum -> constants << value
        case Optional -> value.ifPresent { add(it) }
        case Map -> value.values().each { add(it) }
        case Iterable -> value.each { add(it) }
        default -> {}
      }
    }

    /** Components that had one value only. Origins, and what a closure stands for, are the loader's. */
    Set<String> lonely() {
      values.collectMany { type, components ->
        components.findAll { name, found -> found.size() < 2 }
            .collect { name, found -> "${type.name.replaceAll(/.*[.$]/, '')}.$name".toString() }
      } as Set
    }

    /** Kinds of things that a record may hold and that were never seen. */
    Set<String> missing() {
      def kinds = reachable(App, new LinkedHashSet<Class>()) - [Origin]
      def absent = kinds.findAll { it.record && !values.containsKey(it) }*.name
      def unsaid = kinds.findAll { it.enum }.collectMany { it.enumConstants.toList() - constants }
      (absent + unsaid.collect { "${it.class.simpleName}.$it" }) as Set
    }

    /** The records and enums that a value of this type is made of. */
    static Set<Class> reachable(Class type, Set<Class> found) {
      if (type.package != App.package || !found.add(type)) {
        return found
      }
      if (type.sealed) {
        type.permittedSubclasses.each { reachable(it, found) }
      }
      if (type.record) {
        type.recordComponents.each { component ->
          component.genericType.toString().findAll(Pattern.compile(/dev\.supervise\.spec\.[\w$]+/))
              .each { reachable(Class.forName(it), found) }
        }
      }
      found
    }
  }
}

package dev.supervise

import static com.tngtech.archunit.base.DescribedPredicate.describe
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices

import com.sun.source.tree.CaseTree
import com.sun.source.tree.CompilationUnitTree
import com.sun.source.tree.DefaultCaseLabelTree
import com.sun.source.tree.ExpressionTree
import com.sun.source.tree.ParenthesizedTree
import com.sun.source.tree.SwitchExpressionTree
import com.sun.source.tree.SwitchTree
import com.sun.source.tree.Tree
import com.sun.source.util.JavacTask
import com.sun.source.util.TreePath
import com.sun.source.util.TreePathScanner
import com.sun.source.util.Trees
import com.tngtech.archunit.base.DescribedPredicate
import com.tngtech.archunit.core.domain.JavaAccess
import com.tngtech.archunit.core.domain.JavaClass
import com.tngtech.archunit.core.domain.JavaClasses
import com.tngtech.archunit.core.importer.ClassFileImporter
import com.tngtech.archunit.lang.ArchCondition
import com.tngtech.archunit.lang.ArchRule
import com.tngtech.archunit.lang.ConditionEvents
import com.tngtech.archunit.lang.SimpleConditionEvent
import java.nio.file.Files
import java.nio.file.Path
import javax.lang.model.element.ElementKind
import javax.lang.model.element.Modifier
import javax.lang.model.type.DeclaredType
import javax.tools.Diagnostic
import javax.tools.DiagnosticCollector
import javax.tools.ToolProvider
import org.jspecify.annotations.NullMarked
import spock.lang.Shared
import spock.lang.Specification

/**
 * The fences between the rooms. Each is proved to be up by the package `dev.supervise.broken` of the
 * test sources, which breaks all of them.
 */
class ArchitectureSpec extends Specification {

  static final String OURS = 'dev.supervise'
  static final String BROKEN = 'dev.supervise.broken'

  /** Room: the rooms it may import, all of them below it. `''` is the package of the Engine. */
  static final Map<String, List<String>> ARROWS = [
      cli                 : ['cli.run', 'repl', 'verb', 'render', 'control.server', 'control.client', 'control.protocol',
                             'run', 'dsl.load', 'dsl.words', 'dsl.mistake', 'dsl.value', 'worker.process',
                             'worker.output', 'worker', 'vital', 'spec.term', 'spec', 'posix', 'text'],
      'cli.run'           : ['repl', 'repl.live', 'render', 'control.server', 'control.client', 'control.protocol', '',
                             'run', 'dsl.load', 'dsl.compile', 'dsl.words', 'dsl.mistake', 'dsl.value', 'worker.process', 'worker',
                             'store', 'plan', 'vital', 'spec', 'posix', 'text'],
      repl                : ['repl.live', 'verb', 'render', 'control.protocol', 'run', 'dsl.syntax', 'spec', 'posix', 'text'],
      'repl.live'         : ['verb', 'render', 'control.server', 'control.protocol', '', 'run', 'dsl.load', 'dsl.words',
                             'dsl.script', 'dsl.mistake', 'spec', 'text'],
      verb                : ['render', 'control.client', 'control.protocol', 'run', 'spec.term', 'spec', 'text'],
      render              : ['control.protocol', 'run', 'spec', 'text'],
      // The engine speaks in requests, replies and snapshots of run; what units write is worker's.
      'control.server'    : ['control.client', 'control.protocol', '', 'run', 'worker.process', 'worker.output', 'worker',
                             'task', 'store', 'vital', 'spec.term', 'spec', 'posix', 'text'],
      'control.client'    : ['control.protocol', 'run', 'worker.output', 'vital', 'posix', 'text'],
      'control.protocol'  : ['run', 'worker.output', 'spec', 'posix', 'text'],
      ''                  : ['run', 'worker.process', 'worker.function', 'worker.output', 'worker.environment', 'worker',
                             'task', 'store', 'plan', 'vital', 'spec', 'posix', 'text'],
      run                 : ['worker', 'plan', 'vital', 'spec.term', 'spec', 'text'],
      'dsl.load'          : ['dsl.compile', 'dsl.words', 'dsl.script', 'dsl.mistake', 'dsl.value', 'vital', 'spec', 'text'],
      'dsl.compile'       : ['dsl.check', 'dsl.words', 'dsl.script', 'dsl.mistake', 'dsl.syntax', 'dsl.value', 'vital',
                             'spec', 'posix'],
      'dsl.check'         : ['dsl.words', 'dsl.script', 'dsl.mistake', 'dsl.syntax', 'dsl.value', 'spec', 'text'],
      // A cron expression, and the class of a task's parameters, are checked where they are written.
      'dsl.words'         : ['dsl.script', 'dsl.mistake', 'dsl.value', 'task', 'plan', 'spec', 'text'],
      'dsl.script'        : ['dsl.mistake', 'dsl.value', 'spec'],
      'dsl.mistake'       : ['dsl.value', 'spec', 'text'],
      'dsl.syntax'        : [],
      'dsl.value'         : ['spec', 'text'],
      'worker.process'    : ['worker.function', 'worker.probe', 'worker.output', 'worker.keeper', 'worker.environment',
                             'worker', 'vital', 'spec', 'posix', 'text'],
      'worker.function'   : ['worker.probe', 'worker.output', 'worker', 'vital', 'spec', 'posix', 'text'],
      'worker.probe'      : ['worker.output', 'worker', 'vital', 'spec', 'posix', 'text'],
      'worker.output'     : ['worker', 'vital', 'spec', 'posix', 'text'],
      'worker.keeper'     : ['worker.environment', 'worker', 'spec', 'posix'],
      'worker.environment': ['worker', 'vital', 'spec', 'posix', 'text'],
      worker              : ['vital', 'spec', 'posix', 'text'],
      task                : ['store', 'plan', 'vital', 'spec', 'text'],
      store               : ['vital', 'posix', 'text'],
      plan                : ['spec.term', 'spec', 'text'],
      // Threads, and the end of the process when one fails that it cannot do without.
      vital               : ['spec', 'posix'],
      // The words of a script as they show in a specification, and how they are shown.
      'spec.term'         : ['spec', 'text'],
      spec                : [],
      posix               : [],
      text                : [],
  ]

  /** How many files may know each other in circles, and how many in one circle: only ever fewer. */
  static final int IN_CIRCLES = 71
  static final int LARGEST_CIRCLE = 16

  /** Who opens files by himself, and what they are: none of them supervise's own. */
  static final Map<String, String> OPENS = [
      'worker.output.LogFile'             : 'a log that the script names; the others come from the door',
      'worker.output.ChannelLog'          : 'the same, where there is no C library; a file that the door has made',
      'worker.output.NativeLog'           : 'the last byte of what is open',
      'worker.output.LogReader'           : 'the same, to read',
      'control.client.LogFollower'        : 'the same, to read',
      'worker.process.TrackedRun'         : 'the folder of a log that the script names',
      'worker.process.PidFile'            : 'what the script names',
      'worker.process.SpawnRequestBuilder': 'envFile',
      'worker.keeper.StartFailureText'    : 'the first line of a program',
      'worker.process.CommandOutput'      : 'memory',
      'worker.process.Descendants'        : '/proc',
      'worker.process.ResourceUsage'      : '/proc',
      'worker.probe.Listeners'            : '/proc',
      'worker.probe.OwnHost'              : '/etc/hosts',
      'verb.InstanceProcess'              : '/proc',
      'repl.Keys'                         : 'a standard stream, the terminal',
      'cli.StartedWith'                   : '/proc',
      'store.RecordFile'                  : 'a copy among temporary files of what the door has found',
      'dsl.mistake.SourceFile'            : 'the script',
      'cli.InitVerb'                      : 'the script that is written',
      'cli.Main'                          : 'a standard stream',
      'cli.run.RunVerb'                   : 'a standard stream, the terminal',
      'cli.run.Background'                : '/proc, and a file that the door has made',
      'cli.run.InstanceLock'              : 'a file that the door has made, where there is no flock',
      'cli.run.StateDirectory'            : 'looks whether a directory that was named is empty',
      'control.server.Server'             : 'the mode of its socket, and its end',
      'control.client.ProcessState'       : '/proc',
      'vital.SuddenEnd'                   : 'a standard stream',
  ]

  /** Who opens sockets, and how it is known who is there. */
  static final Map<String, String> TALKS = [
      'control.server.Server'          : 'asks the kernel for the caller',
      'control.client.SocketConnection': 'asks the kernel for the listener',
      'control.server.StaleSockets'    : 'says nothing',
      'control.protocol.SocketAddress' : 'the address alone',
      'worker.probe.TcpConnect'        : 'probes, by TCP',
      'cli.run.FreePorts'              : 'a port that is free, by TCP',
  ]

  @Shared JavaClasses ours = new ClassFileImporter().importPath('target/classes')
  @Shared JavaClasses broken =
      new ClassFileImporter().importPath('target/test-classes/dev/supervise/broken')

  def "every package is one of the rooms"() {
    expect:
    (ours*.packageName.toSet()*.minus(OURS)*.minus('.') - ARROWS.keySet()).empty
    ours.size() > 50
  }

  def "room '#room' imports only the rooms its arrows point to: #allowed"() {
    when:
    def violations = violations(arrow(OURS, room, allowed), ours)

    then:
    violations == []

    where:
    room << ARROWS.keySet()
    allowed = ARROWS[room]
  }

  def "#law"() {
    when:
    def violations = violations(fences(OURS).get(law), ours)

    then:
    violations == []

    where:
    law << fences(OURS).keySet()
  }

  def "a class that breaks the law is caught: #law"() {
    expect:
    violations(fences(BROKEN).get(law), broken) != []

    where:
    law << fences(BROKEN).keySet()
  }

  def "an import against the arrows is caught"() {
    expect:
    violations(arrow(BROKEN, 'plan', ARROWS.plan), broken) != []
    violations(arrow(BROKEN, 'run', ['plan']), broken) == []
  }

  def "no arrow points up: a room imports those that stand below it in the list"() {
    given:
    def order = ARROWS.keySet().toList()

    expect:
    ARROWS.every { room, below -> below.every { order.indexOf(it) > order.indexOf(room) } }
  }

  def "few files know each other in circles, and in small ones"() {
    when:
    def circles = circles(ours)

    then:
    circles*.size().sum(0) <= IN_CIRCLES
    circles*.size().max() <= LARGEST_CIRCLE
  }

  def "a circle of files is seen"() {
    expect:
    circles(broken) == [['plan.ForbiddenHelper', 'run.Loop']]
  }

  def "no switch over our own sealed types and enums has a default: it would hide a missing case"() {
    expect:
    defaultsOverOurTypes(Path.of('src/main/java')) == []
  }

  def "a default over a sealed type or an enum is caught, one over a string is not"() {
    expect:
    defaultsOverOurTypes(Path.of('src/test/java/dev/supervise/broken')) ==
        ['ForbiddenHelper.java:36: Shape', 'ForbiddenHelper.java:44: Colour']
  }

  // ---------------------------------------------------------------------------------------- fences

  private static List<String> violations(ArchRule rule, JavaClasses classes) {
    rule.evaluate(classes).failureReport.details.toList()
  }

  private static ArchRule arrow(String base, String room, List<String> allowed) {
    def packageOf = { String name -> (name ? "$base.$name" : base).toString() }
    def reachable = (allowed + room).collect(packageOf)
    classes().that().resideInAPackage(packageOf(room))
        .should().onlyDependOnClassesThat(describe("are outside or in $reachable") { JavaClass it ->
          !"${it.packageName}.".startsWith("$base.") || it.packageName in reachable
        })
        .allowEmptyShould(true)
  }

  private static Map<String, ArchRule> fences(String base) {
    [
        'no circle of rooms': slices().matching("${base}.(**)" as String).should().beFreeOfCycles(),
        'groovy only in dsl, repl, cli': only(base, ['dsl', 'repl', 'cli'],
            ['groovy..', 'org.codehaus.groovy..', 'org.apache.groovy..']),
        'jline only in repl, and in render for the width of characters': only(base, ['repl', 'render'], ['org.jline..']),
        'the database only in store': only(base, ['store'], ['java.sql..', 'javax.sql..', 'org.sqlite..']),
        'the cron library only in plan': only(base, ['plan'], ['org.springframework..']),
        'foreign functions only in posix': only(base, ['posix'], ['java.lang.foreign..']),
        'the clocks are read in one class': calls(readsClock())
            .from(outside(base, [], ['run.SystemClock'])),
        'threads are made, and started, in one room, which knows whether they are vital': calls(makesThread())
            .from(outside(base, ['vital'])),
        "what supervise keeps on disk is opened in posix alone, by its door": calls(opensFile())
            .from(outside(base, ['posix'], OPENS.keySet().toList())),
        'sockets are opened where it is looked who is at the other end': calls(opensSocket())
            .from(outside(base, ['posix'], TALKS.keySet().toList())),
        "connections to SQLite are made by whoever loads its library": calls(connects())
            .from(outside(base, [], ['store.SqliteNative'])),
        'the standard streams are used in repl, verb and cli': calls(usesStandardStreams())
            .from(outside(base, ['repl', 'verb', 'cli'])),
        'plan and spec know no I/O, no loggers, no threads': noClasses()
            .that().resideInAnyPackage("${base}.plan..", "${base}.spec..")
            .should().dependOnClassesThat(effects()).allowEmptyShould(true),
        'every package is null-marked': classes().should(liveInNullMarkedPackage()),
        'no class is called a helper, manager, util or impl': noClasses()
            .should().haveNameMatching(/.*(Helper|Manager|Utils?|Impl)/),
    ]
  }

  /** Files that reach each other, by bytecode; what is nested in a class belongs to its file. */
  private static List<List<String>> circles(JavaClasses classes) {
    def file = { JavaClass it -> it.name.tokenize('$').first() - "${OURS}.broken." - "${OURS}." }
    Map<String, Set<String>> knows = [:].withDefault { [] as Set }
    classes.each { from ->
      from.directDependenciesFromSelf*.targetClass.findAll { it in classes && file(it) != file(from) }
          .each { knows[file(from)] << file(it) }
    }
    // Each file's number is the order it was met in; a circle is closed by who reaches no earlier one.
    Map<String, Integer> met = [:]
    Map<String, Integer> earliest = [:]
    def open = new ArrayDeque<String>()
    List<List<String>> found = []
    def visit
    visit = { String at ->
      met[at] = earliest[at] = met.size()
      open.push(at)
      knows.getOrDefault(at, [] as Set).each { next ->
        if (!(next in met)) {
          visit(next)
          earliest[at] = Math.min(earliest[at], earliest[next])
        } else if (next in open) {
          earliest[at] = Math.min(earliest[at], met[next])
        }
      }
      if (earliest[at] == met[at]) {
        def circle = []
        while (circle.empty || circle.last() != at) {
          circle << open.pop()
        }
        if (circle.size() > 1) {
          found << circle.sort()
        }
      }
    }
    knows.keySet().toList().each { if (!(it in met)) { visit(it) } }
    found
  }

  private static ArchRule only(String base, List<String> rooms, List<String> packages) {
    noClasses().that(outside(base, rooms))
        .should().dependOnClassesThat().resideInAnyPackage(packages as String[])
        .allowEmptyShould(true)
  }

  private static DescribedPredicate<JavaClass> outside(
      String base, List<String> rooms, List<String> classes = []) {
    describe("are outside of $rooms and not one of $classes") { JavaClass it ->
      !rooms.any { room -> "$it.packageName.".startsWith("${base}.${room}.") } && !((it.name - "${base}.").tokenize('$').first() in classes)
    }
  }

  private static Map calls(DescribedPredicate<JavaAccess> forbidden) {
    [from: { DescribedPredicate<JavaClass> where ->
      noClasses().that(where).should().accessTargetWhere(forbidden)
    }]
  }

  private static DescribedPredicate<JavaAccess> readsClock() {
    def clocks = ['java.time.Instant', 'java.time.LocalDate', 'java.time.LocalTime',
                  'java.time.LocalDateTime', 'java.time.ZonedDateTime', 'java.time.OffsetDateTime']
    access('reads a clock') { String owner, String name ->
      (owner == 'java.lang.System' && name in ['nanoTime', 'currentTimeMillis']) ||
          (owner in clocks && name == 'now') ||
          (owner == 'java.time.Clock' && name.startsWith('system')) ||
          (owner == 'java.util.Date' && name == '<init>')
    }
  }

  private static DescribedPredicate<JavaAccess> makesThread() {
    describe('makes a thread') { JavaAccess it ->
      def owner = it.targetOwner.name
      def name = it.target.name
      def future = owner == 'java.util.concurrent.CompletableFuture'
      (owner == 'java.lang.Thread' &&
          name in ['<init>', 'ofVirtual', 'ofPlatform', 'startVirtualThread', 'start']) ||
          owner == 'java.util.concurrent.Executors' ||
          (owner ==~ /java\.util\.concurrent\..*(Pool|PoolExecutor)/ && name == '<init>') ||
          (owner == 'java.util.concurrent.ForkJoinPool' && name == 'commonPool') ||
          (future && name in ['completeOnTimeout', 'orTimeout', 'delayedExecutor']) ||
          // On the common pool, unless it is told whose threads to take.
          (future && name.endsWith('Async') &&
              !it.target.rawParameterTypes*.name.contains('java.util.concurrent.Executor')) ||
          (owner == 'java.util.Timer' && name == '<init>')
    }
  }

  private static DescribedPredicate<JavaAccess> opensFile() {
    access('opens, makes, moves or removes a file') { String owner, String name ->
      (owner == 'java.nio.file.Files' && name =~ /^(new|write|read(All|String)|lines|create|move|copy|delete|set)/) ||
          (owner == 'java.nio.channels.FileChannel' && name == 'open') ||
          (owner ==~ /java\.io\.(File(In|Out)putStream|RandomAccessFile|FileReader|FileWriter)/ && name == '<init>') ||
          (owner == 'java.io.File' && name =~ /^(create|delete|mkdir|rename|set)/)
    }
  }

  private static DescribedPredicate<JavaAccess> opensSocket() {
    access('opens a socket') { String owner, String name ->
      (owner ==~ /java\.nio\.channels\.(Server)?SocketChannel/ && name == 'open') ||
          (owner == 'java.net.UnixDomainSocketAddress' && name == 'of') ||
          (owner ==~ /java\.net\.(Server|Datagram)?Socket/ && name == '<init>')
    }
  }

  private static DescribedPredicate<JavaAccess> connects() {
    access('connects to SQLite') { String owner, String name ->
      owner ==~ /org\.sqlite\.(jdbc4\.JDBC4Connection|SQLiteConnection)/ && name == '<init>' ||
          owner == 'java.sql.DriverManager' && name == 'getConnection'
    }
  }

  private static DescribedPredicate<JavaAccess> usesStandardStreams() {
    access('uses a standard stream') { String owner, String name ->
      (owner == 'java.lang.System' && name in ['in', 'out', 'err', 'console']) ||
          name == 'printStackTrace()'
    }
  }

  private static DescribedPredicate<JavaAccess> access(
      String description, Closure<Boolean> matches) {
    describe(description) { JavaAccess it ->
      def name = it.target.name == 'printStackTrace' ? it.target.fullName - "${it.targetOwner.name}." : it.target.name
      matches(it.targetOwner.name, name)
    }
  }

  private static DescribedPredicate<JavaClass> effects() {
    describe('have effects') { JavaClass it ->
      (it.packageName == 'java.io' && it.simpleName !in
          ['Serializable', 'Writer', 'StringWriter', 'PrintWriter']) ||
          (it.packageName == 'java.nio.file' && it.simpleName != 'Path') ||
          it.name != 'java.net.URI' && it.packageName in ['java.nio.channels', 'java.net', 'java.net.http', 'java.lang.foreign',
                             'java.util.logging', 'org.slf4j', 'java.util.concurrent.locks',
                             'java.util.concurrent.atomic'] ||
          (it.packageName == 'java.util.concurrent' && it.simpleName !in ['Callable', 'TimeUnit']) ||
          it.name in ['java.lang.Thread', 'java.lang.Process', 'java.lang.ProcessBuilder']
    }
  }

  private static ArchCondition<JavaClass> liveInNullMarkedPackage() {
    new ArchCondition<JavaClass>('live in a package marked @NullMarked') {
      @Override
      void check(JavaClass item, ConditionEvents events) {
        if (!item.package.isAnnotatedWith(NullMarked)) {
          events.add(SimpleConditionEvent.violated(item, "$item.packageName has no package-info " +
              "with @NullMarked"))
        }
      }
    }
  }

  // ------------------------------------------------------------------------------- default on switch

  /** `File.java:line: Type` of every switch with a default over a sealed type or enum of ours. */
  private static List<String> defaultsOverOurTypes(Path root) {
    def files = Files.walk(root).withCloseable { it.filter { "$it".endsWith('.java') }.toList() }
    def compiler = ToolProvider.systemJavaCompiler
    def manager = compiler.getStandardFileManager(null, null, null)
    def options = ['-proc:none', '-nowarn', '-cp', System.getProperty('java.class.path')]
    def said = new DiagnosticCollector()
    def task = (JavacTask) compiler.getTask(null, manager, said, options, null,
        manager.getJavaFileObjectsFromPaths(files))
    def units = task.parse().toList()
    task.analyze()
    assert said.diagnostics.findAll { it.kind == Diagnostic.Kind.ERROR } == []
    def found = []
    units.each { new DefaultFinder(Trees.instance(task), found).scan(it, null) }
    found.sort()
  }

  private static class DefaultFinder extends TreePathScanner<Void, Void> {
    private final Trees trees
    private final List<String> found

    DefaultFinder(Trees trees, List<String> found) {
      this.trees = trees
      this.found = found
    }

    @Override
    Void visitSwitch(SwitchTree node, Void nothing) {
      look(node.expression, node.cases)
      super.visitSwitch(node, nothing)
    }

    @Override
    Void visitSwitchExpression(SwitchExpressionTree node, Void nothing) {
      look(node.expression, node.cases)
      super.visitSwitchExpression(node, nothing)
    }

    private void look(ExpressionTree selector, List<? extends CaseTree> cases) {
      def culprit = cases.find { it.labels.any { it instanceof DefaultCaseLabelTree } }
      if (culprit == null) {
        return
      }
      def type = trees.getTypeMirror(new TreePath(currentPath, selector))
      if (!(type instanceof DeclaredType)) {
        return
      }
      def element = type.asElement()
      if ("$element".startsWith("$OURS.") &&
          (element.kind == ElementKind.ENUM || Modifier.SEALED in element.modifiers)) {
        CompilationUnitTree unit = currentPath.compilationUnit
        def line = unit.lineMap.getLineNumber(trees.sourcePositions.getStartPosition(unit, culprit))
        found << "${Path.of(unit.sourceFile.toUri()).fileName}:$line: $element.simpleName".toString()
      }
    }
  }
}

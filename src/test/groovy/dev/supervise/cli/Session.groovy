package dev.supervise.cli

import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit

/// One run of the program in a process of its own, as a shell would start it. Everything it says is kept; nothing
/// outlives [#close].
class Session implements Closeable {
  static final long PATIENCE_MILLIS = 60_000

  final Process process
  private final Path out
  private final Path err

  private Session(Process process, Path out, Path err) {
    this.process = process
    this.out = out
    this.err = err
  }

  /// @param with `words` (what stands before java, such as `setsid`), `env`; `keyboard`: [#type] will be used
  static Session start(Map with = [:], Path dir, String... arguments) {
    Path out = Files.createTempFile(dir.parent, 'out', '.txt')
    Path err = Files.createTempFile(dir.parent, 'err', '.txt')
    def builder = new ProcessBuilder((with.words ?: []) + (with.bare ? [] : java() + arguments.toList()))
        .directory(dir.toFile())
        .redirectInput(with.keyboard ? ProcessBuilder.Redirect.PIPE : ProcessBuilder.Redirect.from(new File('/dev/null')))
        .redirectOutput(out.toFile())
        .redirectError(err.toFile())
    builder.environment().putAll([LC_ALL: 'C.UTF-8', SUPERVISE_CALLER_LC_ALL: ''] + (with.env ?: [:]))
    new Session(builder.start(), out, err)
  }

  static List<String> java() {
    [JAVA, '-XX:-MaxFDLimit', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '--enable-native-access=ALL-UNNAMED',
     '-Djdk.virtualThreadScheduler.parallelism=16', '-Xshare:auto', '-Xlog:disable', "-XX:SharedArchiveFile=$ARCHIVE".toString(),
     '-cp', CLASS_PATH, 'dev.supervise.cli.Main']
  }

  /// One run whose classes become an archive for all later ones: it halves their start. Called before the first
  /// feature, whose time it would use up.
  static void warmUp() {
    def dir = Files.createDirectories(HOME.resolve('warm'))
    Files.writeString(dir.resolve('warm.groovy'), "process('one') { oneShot(); shell 'echo warm' }")
    def command = java()
    command.add(1, "-XX:ArchiveClassesAtExit=$ARCHIVE".toString())
    command.remove("-XX:SharedArchiveFile=$ARCHIVE".toString())
    new ProcessBuilder(command + 'warm.groovy').directory(dir.toFile())
        .redirectErrorStream(true).redirectOutput(dir.resolve('warm.txt').toFile()).start().waitFor()
  }

  private static final String JAVA = System.getProperty('java.home') + '/bin/java'
  private static final Path HOME = Files.createDirectories(Path.of('target/session').toAbsolutePath())
  private static final Path ARCHIVE = HOME.resolve('session.jsa')
  private static final String CLASS_PATH = classPath()

  /// The program as a jar, which is what an archive of classes can be made of, and the libraries.
  private static String classPath() {
    def jar = HOME.resolve('supervise.jar').toString()
    assert java.util.spi.ToolProvider.findFirst('jar').get().run(System.out, System.err, 'cf', jar, '-C', 'target/classes', '.') == 0
    // Surefire hides the class path in a manifest; its true one is a property.
    def path = System.getProperty('surefire.test.class.path') ?: System.getProperty('java.class.path')
    ([jar] + path.split(':').findAll { it.endsWith('.jar') }).join(':')
  }

  String getOut() { Files.readString(out) }

  String getErr() { Files.readString(err) }

  List<String> lines() { getOut().readLines() }

  /// Waits until the output matches, and gives it.
  String until(String regex) {
    await("output matching /$regex/") { getOut() =~ regex }
    getOut()
  }

  /// Whether a process that is not ours is over. A zombie is: its parent, whoever that is by now (this JVM, once an
  /// engine ran in it), may not have asked for its exit yet.
  static boolean ended(long pid) {
    def stat = new File("/proc/$pid/stat")
    try {
      !stat.exists() || stat.text.replaceFirst(/(?s).*\) /, '').startsWith('Z')
    } catch (IOException e) {
      true // it went between the two looks
    }
  }

  static void within(long millis, Closure<?> condition) {
    long end = System.nanoTime() + millis * 1_000_000
    while (!condition()) {
      assert System.nanoTime() < end
      Thread.sleep(10)
    }
  }

  void await(String what, Closure<?> condition) {
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000
    while (!condition()) {
      if (System.nanoTime() > end || !process.alive) {
        if (condition()) return
        throw new AssertionError((Object) "no $what; ${process.alive ? 'still running' : "ended with ${process.exitValue()}"}\n--- out\n${getOut()}\n--- err\n${getErr()}")
      }
      Thread.sleep(10)
    }
  }

  /// The same in a terminal of its own (script(1) of util-linux makes one); what it shows is the output. `exec`: a
  /// shell that stayed in between would die of Ctrl-C itself, and some do. Without `CI: ''` there is no REPL.
  static Session inTerminal(Map with = [:], Path dir, String... arguments) {
    def command = 'exec ' + (java() + arguments.toList()).collect { "'$it'" }.join(' ')
    start([keyboard: true, words: ['script', '-qefc', command, '/dev/null'], bare: true,
        env: [TERM: 'xterm', CI: 'true'] + (with.env ?: [:])], dir)
  }

  void type(String keys) {
    process.outputStream.write(keys.bytes)
    process.outputStream.flush()
  }

  Session signal(String... names) {
    names.each { new ProcessBuilder('kill', "-$it", "${process.pid()}").start().waitFor() }
    this
  }

  /// Waits for the end, and gives the exit code.
  int code() {
    if (!process.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
      throw new AssertionError((Object) "still running\n--- out\n${getOut()}\n--- err\n${getErr()}")
    }
    process.exitValue()
  }

  @Override
  void close() {
    // Under script(1) supervise is its child, and would go on stopping its tree while our directory is deleted.
    def below = process.children().toList().findAll { it.info().command().orElse('').endsWith('/java') }
    process.destroyForcibly().waitFor()
    below*.destroyForcibly()
    within(10_000) { below.every { ended(it.pid()) } }
  }
}

package dev.supervise

import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import spock.lang.Specification
import spock.lang.TempDir

/**
 * bin/supervise, copied to a home of its own where `java` and `mvn` are scripts that tell how they
 * were called.
 */
class LauncherSpec extends Specification {

  @TempDir
  Path dir

  Path home
  Path jar

  def setup() {
    home = Files.createDirectories(dir.resolve('a home'))
    Files.createDirectory(home.resolve('bin'))
    ['supervise', 'jvm.sh', 'first-use.sh'].each {
      Files.copy(Path.of('bin', it), home.resolve("bin/$it"))
    }
    home.resolve('bin/supervise').toFile().executable = true
    jar = home.resolve('target/supervise/lib/supervise.jar')
  }

  def "a JDK that is new enough is used from JAVA_HOME"() {
    given:
    built()
    def jdk = jdk('mine', '25.0.1')

    expect:
    start(JAVA_HOME: jdk).out.first() == "$jdk/bin/java"
  }

  def "a JAVA_HOME that is too old is passed over for the java on the PATH"() {
    given:
    built()
    def newer = jdk('newer', '26')

    expect:
    start(JAVA_HOME: jdk('old', '17.0.15'), PATH: "$newer/bin:/usr/bin:/bin").out.first() ==
        "$newer/bin/java"
  }

  def "the JDK found is remembered, and looked for again when it is gone or got too old"() {
    given:
    built()
    def first = jdk('first', '25')
    def second = jdk('second', '25')
    start(JAVA_HOME: null, PATH: "$first/bin:/usr/bin:/bin")

    expect:
    start(JAVA_HOME: null, PATH: "$second/bin:/usr/bin:/bin").out.first() == "$first/bin/java"

    when:
    Files.writeString(first.resolve('release'), 'JAVA_VERSION="24"\n')

    then:
    start(JAVA_HOME: null, PATH: "$second/bin:/usr/bin:/bin").out.first() == "$second/bin/java"
  }

  def "without a JDK it says what is missing and where it looked"() {
    given:
    built()
    change('jvm.sh', 'wanted=25', 'wanted=99')

    when:
    def start = start(JAVA_HOME: jdk('old', '25'))

    then:
    start.code == 125
    start.err ==~ /supervise: no JDK 99 or newer\. Looked at JAVA_HOME \(.*old\).*\/usr\/lib\/jvm.*/
  }

  def "it starts through symbolic links, from any directory, with blanks in its path"() {
    given:
    built()
    def link = Files.createSymbolicLink(dir.resolve('link'), home.resolve('bin/supervise'))
    def other = Files.createSymbolicLink(dir.resolve('other link'), Path.of('link'))

    expect:
    start([:], [call as String], dir.resolve(from)).out.contains(jar.toString())

    where:
    call                   | from
    './other link'         | '.'
    'a home/bin/supervise' | '.'
    '../bin/supervise'     | 'a home/target'
    'bin/supervise'        | 'a home'
  }

  def "arguments reach supervise as they were given"() {
    given:
    built()

    expect:
    start([:], [home.resolve('bin/supervise') as String, 'a  b', '', '*', '-x']).out
        .dropWhile { it != 'dev.supervise.cli.Main' }.drop(1) == ['a  b', '', '*', '-x']
  }

  def "the JVM gets a UTF-8 locale, and the caller's value apart: #given"() {
    given:
    built()

    expect:
    start(given).err.readLines() == ['LC_ALL=C.UTF-8', "caller=$handedOver"]

    where:
    given          | handedOver
    [:]            | ''
    [LC_ALL: '']   | '='
    [LC_ALL: 'de'] | '=de'
  }

  def "closed standard descriptors are open on /dev/null before the JVM could open something else there"() {
    given:
    built()
    def jdk = jdk('a', '25')
    script(jdk.resolve('bin/java'), "fds=\$(for fd in 0 1 2; do readlink /proc/\$\$/fd/\$fd; done); echo \"\$fds\" >'$dir/fds'")

    when:
    start([JAVA_HOME: jdk], ['sh', '-c', 'exec "$0" <&- >&- 2>&-', home.resolve('bin/supervise') as String])

    then:
    Files.readAllLines(dir.resolve('fds')) == ['/dev/null'] * 3
  }

  def "the JVM is told of the whole environment, also of names a shell does not keep"() {
    given:
    built()
    def jdk = jdk('a', '25')
    script(jdk.resolve('bin/java'), 'echo "$SUPERVISE_CALLER_ENVIRON"')

    when:
    def out = start(JAVA_HOME: jdk, 'a.b': 'c', 'BASH_FUNC_f%%': '() { :\n}', LC_ALL: 'x').out
    def environ = new String(out.first().decodeBase64()).split('\0') as Set

    then:
    environ == ["JAVA_HOME=$jdk", 'PATH=/usr/bin:/bin', 'a.b=c', 'BASH_FUNC_f%%=() { :\n}', 'LC_ALL=x']*.toString() as Set
  }

  def "an environment too large to be told is none"() {
    given:
    built()
    def jdk = jdk('a', '25')
    script(jdk.resolve('bin/java'), 'echo "${SUPERVISE_CALLER_ENVIRON-none} $SUPERVISE_CALLER_LC_ALL"')

    expect:
    start(JAVA_HOME: jdk, BIG: 'x' * 100_000, LC_ALL: 'y').out == ['none =y']
  }

  def "options of the user come after ours, split at blanks and not expanded"() {
    when:
    built()
    def out = start(SUPERVISE_JAVA_OPTS: '-Xmx1g  -Dx=*').out

    then:
    out.containsAll(['-Xmx1g', '-Dx=*'])
    out.indexOf('-Xmx1g') > out.indexOf('-XX:-MaxFDLimit')
  }

  def "-Xrs is refused, wherever it comes from"() {
    given:
    built()

    when:
    def start = start([(variable): '-Da=b -Xrs'])

    then:
    start.code == 125
    start.err.contains('-Xrs')
    start.out == []

    where:
    variable << ['JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', 'SUPERVISE_JAVA_OPTS']
  }

  def "the AOT cache of this JDK's version is used, unless the user's options exclude it"() {
    given:
    built()
    def cache = home.resolve('target/supervise/jdk-25.0.1.aot')
    Files.writeString(cache, '')

    expect:
    start(JAVA_HOME: jdk('a', '25.0.1')).out.contains("-XX:AOTCache=$cache" as String)
    !start(JAVA_HOME: jdk('b', '25.0.2')).out.any { it.contains('AOTCache') }
    !start(JAVA_HOME: jdk('a', '25.0.1'), JAVA_TOOL_OPTIONS: '-Xshare:off')
        .out.any { it.contains('AOTCache') }
  }

  def "two first uses at once build once, the next start does not call Maven"() {
    given:
    def maven = maven("sleep 0.5; mkdir -p target/supervise/lib; : >target/supervise/lib/supervise.jar")

    when:
    def both = [begin(PATH: maven), begin(PATH: maven)].collect { end(it) }

    then:
    both*.code == [0, 0]
    both*.err*.contains('waiting').count(true) == 1
    calls() == 1

    when:
    def later = start(PATH: maven)

    then:
    later.code == 0
    !later.err.contains('first use')
    calls() == 1
  }

  def "a build that fails says why and leaves nothing behind that would be taken for built"() {
    given:
    def maven = maven("mkdir -p target/supervise/lib; : >target/supervise/lib/supervise.jar; " +
        "echo '[ERROR] no such thing'; exit 1")

    when:
    def start = start(PATH: maven)

    then:
    start.code == 125
    start.err.contains('[ERROR] no such thing')
    !Files.exists(jar)
  }

  def "a build cut by #signal is begun again by the next start"() {
    given:
    def maven = maven("mkdir -p target/supervise/lib; : >target/supervise/lib/supervise.jar; " +
        "[ -e slow ] && exec sleep 2; exit 0")
    def slow = Files.writeString(home.resolve('slow'), '')

    when:
    def cut = begin(PATH: maven)
    while (!Files.exists(jar)) {
      sleep(10)
    }
    "kill -$signal ${cut.pid()}".execute().waitFor()
    cut.waitFor()
    Files.delete(slow)

    then:
    start(PATH: maven).code == 0
    calls() == 2

    where:
    signal << ['TERM', 'KILL']
  }

  def "without Maven the first use says what to install"() {
    given:
    def start = start(PATH: tools('sh', 'readlink', 'mkdir', 'flock'), JAVA_HOME: jdk('a', '25'))

    expect:
    start.code == 125
    start.err.contains('apt-get install maven')
  }

  // ------------------------------------------------------------------------------------ the stage

  private void built() {
    Files.createDirectories(jar.parent)
    Files.writeString(jar, '')
  }

  private void change(String file, String from, String to) {
    def path = home.resolve("bin/$file")
    Files.writeString(path, Files.readString(path).replace(from, to))
  }

  /** A JDK by its `release` file, whose java prints itself and its arguments, one a line. */
  private Path jdk(String name, String version) {
    def jdk = dir.resolve(name)
    if (Files.exists(jdk)) {
      return jdk // a start that is under way may be reading it
    }
    Files.createDirectories(jdk.resolve('bin'))
    Files.writeString(jdk.resolve('release'), "IMPLEMENTOR=\"x y\"\nJAVA_VERSION=\"$version\"\n")
    script(jdk.resolve('bin/java'), '''printf '%s\\n' "$0" "$@"
      echo "LC_ALL=$LC_ALL" >&2; echo "caller=${SUPERVISE_CALLER_LC_ALL?}" >&2''')
    jdk
  }

  /** A PATH with an mvn that counts its calls and does what it is told. */
  private String maven(String body) {
    def bin = Files.createDirectories(dir.resolve('maven'))
    script(bin.resolve('mvn'), "echo call >>'${dir.resolve('calls')}'; $body")
    "$bin:/usr/bin:/bin"
  }

  private int calls() {
    Files.readAllLines(dir.resolve('calls')).size()
  }

  private String tools(String... names) {
    def bin = Files.createDirectories(dir.resolve('tools'))
    names.each { Files.createSymbolicLink(bin.resolve(it), Path.of('/usr/bin', it)) }
    bin
  }

  private static void script(Path path, String body) {
    Files.writeString(path, "#!/bin/sh\n$body\n")
    path.toFile().executable = true
  }

  private Map start(Map env, List<String> command = [home.resolve('bin/supervise') as String],
      Path from = dir) {
    end(begin(env, command, from))
  }

  private Process begin(Map env, List<String> command = [home.resolve('bin/supervise') as String],
      Path from = dir) {
    def builder = new ProcessBuilder(command).directory(from.toFile())
    builder.environment().clear()
    ([PATH: '/usr/bin:/bin', JAVA_HOME: jdk('any', '25')] + env).each { k, v ->
      if (v != null) {
        builder.environment().put(k as String, v as String)
      }
    }
    builder.start()
  }

  private static Map end(Process process) {
    def out = process.inputReader().readLines()
    def err = process.errorReader().readLines().join('\n')
    assert process.waitFor(20, TimeUnit.SECONDS)
    [out: out, err: err, code: process.exitValue()]
  }
}

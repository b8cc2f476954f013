package dev.supervise.keeper

import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit

/// The C side of the keeper's specs: what is compiled into `target/keeper`, once a run, and how it is called.
class CPrograms {
  static final Path SOURCES = Path.of('src/main/c')
  static final Path PREBUILT = Path.of('src/main/resources/dev/supervise/keeper')
  static final Path OUT = Path.of('target/keeper').toAbsolutePath()
  static final String ARCH = System.getProperty('os.arch') == 'amd64' ? 'x86_64' : System.getProperty('os.arch')

  static final boolean LINUX = System.getProperty('os.name') == 'Linux' && ARCH in ['x86_64', 'aarch64']
  static final boolean COMPILER = LINUX && onPath('gcc')

  private static final List<String> WARNINGS = ['-std=gnu11', '-Wall', '-Wextra', '-Werror']
  private static final List<String> TESTS = WARNINGS + ['-O1', '-Wno-unused-function', '-Wno-format-truncation']
  private static final List<String> FREESTANDING =
      ['-ffreestanding', '-fno-stack-protector', '-fno-tree-loop-distribute-patterns', '-fno-pie', '-static', '-nostdlib', '-no-pie', '-Wl,-z,noexecstack']

  /// The committed binary for this machine, or another one.
  @Lazy static Path keeper = { copy(ARCH) }()
  @Lazy static Path child = { compile('child', TESTS + ['-static', 'src/test/c/child.c', '-pthread']) }()
  @Lazy static Path laws = { compile('keeper_laws', TESTS + ['src/test/c/keeper_laws.c']) }()
  @Lazy static Path load = { compile('keeper_load', TESTS + ['src/test/c/keeper_load.c']) }()

  /// To be preloaded: the wall clock can be set back.
  @Lazy static Path clock = { compile('clock_back.so', TESTS + ['-shared', '-fPIC', 'src/test/c/clock_back.c']) }()

  @Lazy static Path keeperFiltered = {
    def filtered = compile('filtered', TESTS + ['src/test/c/filtered.c'])
    script('keeper-filtered', "exec '$filtered' '$keeper' \"\$@\"")
  }()

  /// The keeper's source with a C library beneath it and the compiler's sanitizers in it.
  @Lazy static Path sanitized = {
    compile('keeper-sanitized', WARNINGS + ['-DKEEPER_HOSTED', '-g', '-O1', '-fno-omit-frame-pointer', '-fsanitize=address,undefined',
        '-fno-sanitize-recover=undefined', SOURCES.resolve('keeper.c').toString()])
  }()

  /// As it is shipped, but for symbols, and for the vfork that valgrind cannot follow.
  @Lazy static Path underValgrind = {
    def plain = compile('keeper-plain', WARNINGS + FREESTANDING + ['-DKEEPER_FORKS', '-g', '-O1', SOURCES.resolve('keeper.c').toString()])
    script('keeper-valgrind', "exec valgrind -q --error-exitcode=98 --child-silent-after-fork=yes --log-file=$OUT/valgrind.%p.log '$plain' \"\$@\"")
  }()

  @Lazy static Path aarch64UnderQemu = { script('keeper-qemu', "exec qemu-aarch64 '${copy('aarch64')}' \"\$@\"") }()

  /// What one run of a program said, and how it ended.
  static class Said {
    int code
    String text

    List<String> getLines() { text.readLines() }
  }

  static boolean onPath(String program) {
    System.getenv('PATH').split(':').any { Files.isExecutable(Path.of(it, program)) }
  }

  /// Ends the program, and by that its keeper and all below it, when it takes longer than 60 s.
  static Said run(Map<String, String> env = [:], Object... command) {
    def builder = new ProcessBuilder(command*.toString()).redirectErrorStream(true)
    builder.environment().putAll(env)
    def process = builder.start()
    def text = new StringBuilder()
    def reader = Thread.startVirtualThread { text << process.inputStream.text }
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor()
      text << '\nit took more than 60 s'
    }
    reader.join(1000)
    new Said(code: process.exitValue(), text: text.toString())
  }

  private static Path copy(String arch) {
    Files.createDirectories(OUT)
    def to = OUT.resolve("keeper-linux-$arch")
    Files.write(to, Files.readAllBytes(PREBUILT.resolve("keeper-linux-$arch")))
    to.toFile().setExecutable(true, false)
    to
  }

  private static Path script(String name, String text) {
    Files.createDirectories(OUT)
    def to = OUT.resolve(name)
    Files.writeString(to, "#!/bin/sh\n$text\n")
    to.toFile().setExecutable(true, false)
    to
  }

  private static Path compile(String name, List<String> arguments) {
    Files.createDirectories(OUT)
    def to = OUT.resolve(name)
    def said = run(*(['gcc'] + arguments + ['-o', to.toString()]))
    assert said.code == 0: said.text
    to
  }
}

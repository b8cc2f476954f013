package dev.supervise.keeper

import java.nio.file.Files
import java.security.MessageDigest
import spock.lang.Requires
import spock.lang.Specification
import spock.lang.TempDir

class KeeperBuildSpec extends Specification {
  @TempDir File out

  /// The compiler that made the committed binary, and the one that is here; the same version gives the same bytes.
  static String recorded(String arch) { Files.readString(CPrograms.PREBUILT.resolve("keeper-linux-${arch}.compiler")).trim() }

  static String present(String arch) {
    def compiler = "$arch-linux-gnu-gcc".toString()
    if (!CPrograms.onPath(compiler)) return 'none'
    CPrograms.run(compiler, '--version').lines.first().replaceFirst(/^\S+ /, '')
  }

  @Requires(value = { KeeperBuildSpec.present('x86_64') == KeeperBuildSpec.recorded('x86_64') }, reason = 'not the compiler of the committed binary')
  def "the committed keeper for x86-64 is what bin/build-keeper builds"() {
    expect:
    rebuilt('x86_64') == committed('x86_64')
  }

  @Requires(value = { KeeperBuildSpec.present('aarch64') == KeeperBuildSpec.recorded('aarch64') }, reason = 'not the compiler of the committed binary')
  def "the committed keeper for aarch64 is what bin/build-keeper builds"() {
    expect:
    rebuilt('aarch64') == committed('aarch64')
  }

  def "the keeper is small, static, and needs no stack that can be executed"() {
    expect:
    ['x86_64': 62, 'aarch64': 183].every { arch, machine ->
      def elf = java.nio.ByteBuffer.wrap(Files.readAllBytes(CPrograms.PREBUILT.resolve("keeper-linux-$arch"))).order(java.nio.ByteOrder.LITTLE_ENDIAN)
      def headers = (0..<elf.getShort(56)).collect { elf.getLong(32) + it * 56 as int }
      def types = headers.collect { elf.getInt(it) }
      assert elf.capacity() < 32 * 1024
      assert elf.getShort(18) == machine
      assert !(3 in types): 'an interpreter'
      assert !(2 in types): 'dynamic'
      assert headers.every { (elf.getInt(it + 4) & 3) != 3 }: 'memory both writable and executable'
      true
    }
  }

  private String rebuilt(String arch) {
    def said = CPrograms.run('bin/build-keeper', out, arch)
    assert said.code == 0: said.text
    sha256(new File(out, "keeper-linux-$arch").bytes)
  }

  private static String committed(String arch) { sha256(Files.readAllBytes(CPrograms.PREBUILT.resolve("keeper-linux-$arch"))) }

  private static String sha256(byte[] bytes) { HexFormat.of().formatHex(MessageDigest.getInstance('SHA-256').digest(bytes)) }
}

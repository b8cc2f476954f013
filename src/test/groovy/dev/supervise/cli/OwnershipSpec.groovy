package dev.supervise.cli

import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Specification
import spock.lang.TempDir

class OwnershipSpec extends Specification {
  @TempDir Path dir

  def 'one at a time; the second is told who holds it; afterwards it is free'() {
    given:
    def first = Ownership.of(dir)
    when:
    Ownership.of(dir)
    then:
    def e = thrown(Refusal)
    e.sentence() == "another supervisor (pid ${ProcessHandle.current().pid()}) owns $dir; stop it first, nothing was started"
    e.code() == 1
    when:
    first.close()
    then:
    !Files.exists(dir.resolve('pid'))
    when:
    Ownership.of(dir).close()
    then:
    noExceptionThrown()
  }

  def 'the pid of one that was killed means nothing'() {
    given:
    Files.writeString(dir.resolve('pid'), '1\n')
    Files.writeString(dir.resolve('lock'), '')
    expect:
    Ownership.of(dir).withCloseable { Files.readString(dir.resolve('pid')) } == "${ProcessHandle.current().pid()}\n"
  }

  def 'opening and closing the lock file elsewhere does not lose the lock'() {
    given:
    def first = Ownership.of(dir)
    Files.readString(dir.resolve('lock'))
    when:
    Ownership.of(dir)
    then:
    thrown(Refusal)
    cleanup:
    first?.close()
  }

  def 'a directory that cannot be used is a sentence'() {
    when:
    Ownership.of(dir.resolve('absent'))
    then:
    def e = thrown(Refusal)
    e.sentence() == "cannot own $dir/absent: no such file or directory"
  }
}

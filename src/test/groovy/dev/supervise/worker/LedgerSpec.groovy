package dev.supervise.worker

import dev.supervise.posix.ProcessIdentity
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Requires
import spock.lang.Specification
import spock.lang.TempDir

@Requires({ os.linux })
class LedgerSpec extends Specification {
  @TempDir Path dir
  List<String> warnings = []
  def mark = new KeeperMark((1L << 62) | (5L << 40))
  def us = ProcessIdentity.of(ProcessHandle.current().pid() as int).get()

  Ledger open() { Ledger.open(dir, { warnings << it }) }

  def 'the next supervisor knows keeper and guard, and whom the units ran as'() {
    given:
    def first = open()

    when:
    first.begin([us, us], mark)
    first.user(1001)
    first.user(33)
    first.user(33)
    first.user(-2)
    def next = open()

    then:
    next.earlier()*.identity() == [us, us]
    next.earlier()*.mark() == [mark, mark]
    next.users() == [33, 1001, -2] as Set
    Files.readAllLines(dir.resolve('identities')).count { it.startsWith('user') } == 3
    warnings.empty
  }

  def 'what lived on is on record until it has ended, and with it whom units ran as'() {
    given:
    def sleep = 'sleep 1000'.execute()
    def left = ProcessIdentity.of(sleep.pid() as int).get()
    def first = open()
    first.begin([us], mark)
    first.user(33)

    when:
    first.close([new Ledger.Left(left, true)])

    then:
    open().left() == [new Ledger.Left(left, true)]
    open().users() == [33] as Set
    open().earlier().empty

    when:
    sleep.destroyForcibly().waitFor()

    then:
    open().left().empty

    when:
    open().close([])

    then:
    !Files.exists(dir.resolve('identities'))
  }

  def 'a mark that no keeper can have chosen is not believed'() {
    given:
    Files.writeString(dir.resolve('identities'), "keeper\t99999\t0\t${ProcessIdentity.boot()}\t$base\n")

    when:
    def ledger = open()

    then:
    ledger.earlier().empty
    warnings.size() == 1
    warnings[0].contains('a line makes no sense')

    where:
    base << [-2, -1, 1, (1L << 62) + 1, Long.MIN_VALUE]
  }
}

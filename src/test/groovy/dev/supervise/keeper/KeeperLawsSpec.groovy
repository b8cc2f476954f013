package dev.supervise.keeper

import spock.lang.Requires
import spock.lang.Specification

/// Each law is a function of `src/test/c/keeper_laws.c`: a supervisor of its own, in C, with the keeper that is shipped.
@Requires(value = { CPrograms.COMPILER }, reason = 'needs Linux on x86-64 or aarch64, and gcc')
class KeeperLawsSpec extends Specification {

  def "#law"() {
    when:
    def said = CPrograms.run(CPrograms.laws, CPrograms.keeper, CPrograms.child, function)

    then:
    assert said.code == 0: said.text
    said.lines.last().startsWith("ok $function ")

    where:
    function << (CPrograms.COMPILER ? CPrograms.run(CPrograms.laws, 'list').lines : ['none'])
    law = function.replace('_', ' ')
  }
}

package dev.supervise.worker.probe

import dev.supervise.spec.Check
import spock.lang.Specification

class CombinedResultSpec extends Specification {
  static final yes = ProbeResult.HOLDS
  static final Check one = new Check.Called()

  static ProbeResult no(String why) {
    ProbeResult.not(why)
  }

  static Check all(Check... parts) {
    new Check.AllOf(parts as List)
  }

  static Check any(Check... parts) {
    new Check.AnyOf(parts as List)
  }

  def 'a whole check is answered as soon as its parts allow it: #answers'() {
    expect:
    CombinedResult.by(check, answers as ProbeResult[]) == decided

    where:
    check                      | answers                      || decided
    one                        | [yes]                        || yes
    one                        | [no('a')]                    || no('a')
    one                        | [null]                       || null
    all(one, one)              | [yes, yes]                   || yes
    all(one, one)              | [yes, null]                  || null
    all(one, one)              | [null, no('b')]              || no('b')
    all(one, one)              | [no('a'), no('b')]           || no('a')
    any(one, one)              | [null, yes]                  || yes
    any(one, one)              | [no('a'), null]              || null
    any(one, one)              | [no('a'), no('b')]           || no('a; b')
    any(all(one, one), one)    | [yes, null, no('c')]         || null
    any(all(one, one), one)    | [yes, no('b'), no('c')]      || no('b; c')
    any(all(one, one), one)    | [yes, no('b'), yes]          || yes
    all(any(one, one), one)    | [no('a'), yes, yes]          || yes
    all(any(one, one), one)    | [null, null, no('c')]        || no('c')
    all(all(any(one)), one)    | [yes, yes]                   || yes
  }
}

package dev.supervise.worker.keeper

import spock.lang.Specification

class KeeperMarkSpec extends Specification {
  static final long BASE = (1L << 62) | (0x12345L << 40)

  def 'what a run carries says which run it is, and whether it is detached'() {
    given:
    def mark = new KeeperMark(BASE)

    expect:
    mark.run(mark.of(run, detached)) == OptionalLong.of(run)
    mark.detached(mark.of(run, detached)) == detached
    KeeperMark.mayBe(mark.of(run, detached))

    where:
    [run, detached] << [[1L, 2L, (1L << 40) - 1], [false, true]].combinations()
  }

  def '#soft is no run\'s'() {
    expect:
    new KeeperMark(BASE).run(soft).empty

    where:
    soft << [0L, -1L, 7L, BASE, BASE - 1, BASE + (1L << 40), BASE + (1L << 61), Long.MAX_VALUE, Long.MIN_VALUE, -(1L << 61)]
  }

  def 'a keeper without marks marks nothing, and knows nothing'() {
    expect:
    KeeperMark.NONE.of(5, false) == 0
    KeeperMark.NONE.run(5).empty
    KeeperMark.NONE.run(-1).empty
  }

  def 'no keeper can have chosen #base'() {
    when:
    new KeeperMark(base)

    then:
    thrown(IllegalArgumentException)

    where:
    base << [-1L, -2L, 1L, 1L << 61, BASE + 1, BASE | (1L << 61), Long.MIN_VALUE, (1L << 62) | (1L << 39)]
  }

  def 'whether #soft can be a mark of some keeper: #may'() {
    expect:
    KeeperMark.mayBe(soft) == may

    where:
    soft                          || may
    BASE + 1                      || true
    BASE + (1L << 61) + 1         || true
    BASE                          || false
    BASE + (1L << 61)             || false
    (1L << 62)                    || false
    -1L                           || false
    7L                            || false
    Long.MAX_VALUE                || true // what a detached run of the highest number would carry
    Long.MIN_VALUE                || false
  }
}

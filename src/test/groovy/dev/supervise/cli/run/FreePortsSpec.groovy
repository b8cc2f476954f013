package dev.supervise.cli.run

import spock.lang.Specification

class FreePortsSpec extends Specification {
  def ports = new FreePorts()

  Map<String, Integer> load(Set<String> used = [], String... names) {
    ports.load(used).withCloseable { free -> names.toList().collectEntries { [it, free.free(it)] } }
  }

  def 'a name keeps its number, whatever the loads in between say; no number has two names'() {
    when:
    def first = load('a', 'b')
    load('c')
    load()
    def more = load(*('d'..'z'))
    then:
    load('b', 'a') == first
    (first.values() + more.values() + load('c').values()).toList().with { it.unique(false) == it }
  }

  def 'the number of a name that is in use is not asked about; one that nothing uses may have been taken'() {
    given:
    def number = load('a').a
    def taken = new ServerSocket(number, 1, InetAddress.loopbackAddress)
    expect:
    load(['a'] as Set, 'a').a == number
    load('a').a != number
    cleanup:
    taken.close()
  }

  def 'what a typed line named is in use from then on'() {
    given:
    def number = ports.line().withCloseable { it.free('x') }
    def child = new ServerSocket(number, 1, InetAddress.loopbackAddress)
    expect:
    ports.line().withCloseable { it.free('x') } == number
    load('x').x == number
    cleanup:
    child.close()
  }

  def 'what is chosen is held until the load is over, and not after it'() {
    given:
    def during = ports.load([] as Set)
    def number = during.free('a')
    when:
    new ServerSocket(number, 1, InetAddress.loopbackAddress)
    then:
    thrown(BindException)
    when:
    during.close()
    new ServerSocket(number, 1, InetAddress.loopbackAddress).close()
    def late = during.free('b')
    new ServerSocket(late, 1, InetAddress.loopbackAddress).close()
    then:
    noExceptionThrown()
  }
}

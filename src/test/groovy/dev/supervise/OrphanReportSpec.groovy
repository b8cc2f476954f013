package dev.supervise

import dev.supervise.spec.*
import spock.lang.Specification

/// Detached processes that outlived their declaration are named.
class OrphanReportSpec extends Specification {
  static UnitSpec process(String name, boolean detached, int instances = 0) {
    new ProcessSpec(name, Origin.NONE, UnitPolicy.DEFAULT, new Command.Argv([Value.of('x')]), Value.of('/'), '/', [], false,
        Identity.INHERITED, [], new Logs.None(), instances, new Presence(Optional.empty(), [], false, detached))
  }

  static SupervisorSpec group(String name, UnitSpec... units) { SupervisorSpec.root(new Members.Listed(units.toList())).with {
    new SupervisorSpec(name, it.origin(), it.policy(), it.strategy(), it.intensity(), it.autoShutdown(), it.stopWithin(), it.members())
  } }

  static final ROOT = SupervisorSpec.root(new Members.Listed([process('db', true), process('web', true, 2), process('api', false), group('g', process('in', true))]))

  def 'what a detached unit of the script can adopt is none: #path'() {
    expect:
    OrphanReport.of(ROOT, [(path): 7]).size() == strays
    where:
    path    || strays
    'db'    || 0
    'web-2' || 0
    'web-3' || 1
    'g/in'  || 0
    'api'   || 1
    'in'    || 1
  }

  def 'a stray is named with its pid, and what ends it'() {
    expect:
    OrphanReport.of(ROOT, [old: 4711]).first() =~ /^'old' \(pid 4711\) was started detached .* kill 4711 ends it$/
  }
}

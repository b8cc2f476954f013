package dev.supervise.render

import spock.lang.Specification

class DiagramsSpec extends Specification {
  static DiagramUnit unit(Map with = [:], String name, List<DiagramUnit> children = []) {
    new DiagramUnit(name, with.kind ?: 'process', with.status ?: 'running', with.pid ?: 0, with.restarts ?: 0,
        with.containsKey('exit') ? OptionalInt.of(with.exit) : OptionalInt.empty(), with.error ?: '', children)
  }

  static final TREE = unit('app.groovy', kind: 'supervisor', [
      unit('db', pid: 4711),
      unit('backend', kind: 'supervisor', status: 'backing-off', restarts: 2, [
          unit('tick', kind: 'function'), unit('workers', kind: 'pool', status: 'stopped')])])

  def 'the whole tree as Mermaid: a node a unit, shape by kind, class by status'() {
    expect:
    Mermaid.tree(TREE).join('\n') == '''\
graph TD
    root(["app.groovy<br/>running"]):::running
    root --> root_0
    root_0["db<br/>running<br/>pid 4711"]:::running
    root --> root_1
    root_1(["backend<br/>backing-off<br/>2 restarts"]):::backingoff
    root_1 --> root_1_0
    root_1_0("tick<br/>running"):::running
    root_1 --> root_1_1
    root_1_1[["workers<br/>stopped"]]:::stopped
    classDef backingoff fill:#fff8c5,stroke:#9a6700,color:#1f2328
    classDef running fill:#dafbe1,stroke:#1a7f37,color:#1f2328
    classDef stopped fill:#eaeef2,stroke:#57606a,color:#1f2328'''
  }

  def 'every status has a class of its own'() {
    given:
    def statuses = ['pending', 'waiting', 'blocked', 'starting', 'running', 'backing-off', 'stopping', 'stopped',
                    'finished', 'failed', 'stuck']

    expect:
    Mermaid.looks(unit([:], 'root', statuses.collect { unit(it, status: it) })).size() == statuses.size()
  }

  def 'the states of a unit, its present one marked, with a note'() {
    given:
    def lines = Mermaid.state(unit('api', status: 'failed', exit: 3, error: 'exit 3; gave up'))

    expect:
    lines[0] == 'stateDiagram-v2'
    lines.containsAll([
        '    [*] --> Pending',
        '    Pending --> Running: Start()',
        '    Running --> Finished: Success (Exit 0)',
        '    Running --> Stopped: Stop()',
        '    Running --> Failed: Error (Exit != 0)',
        '    Starting --> BackingOff: Start failed',
        '    class Failed current'])
    lines.join('\n').contains('''\
    note right of Failed
        name: api
        exit code: 3
        error: exit 3#59; gave up
    end note''')
    !lines.join('\n').contains('pid:')
    Mermaid.state(unit('api', status: 'backing-off', pid: 9)).containsAll(['    class BackingOff current', '        pid: 9'])
  }

  def 'each status is a state of the diagram'() {
    expect:
    (Diagrams.MOVES*.from() + Diagrams.MOVES*.to()).toSet().containsAll(
        dev.supervise.run.Status.values().collect { Diagrams.stateOf(it.word()) })
  }

  def 'no name and no error can break out of its place'() {
    given:
    def evil = unit('x"];end', error: 'a "b" <i>#1 & c\nend note')

    expect:
    Mermaid.tree(evil)[1] == '    root["x#quot;]#59;end<br/>running"]:::running'
    Mermaid.state(evil).count { it.trim() == 'end note' } == 1
    Mermaid.state(evil).any { it.contains('&') || it.contains('<i>') } == false
    Dot.tree(evil)[2] == '    root [label="x\\"];end\\nrunning", shape=box, fillcolor="#dafbe1"];'
  }

  def 'fragments become part of a diagram of one\'s own'() {
    given:
    def mine = ['graph LR', '    me --> left'] + Mermaid.treeFragment(unit('db'), 'left') + Mermaid.looks(unit('db'))

    expect:
    mine == ['graph LR', '    me --> left', '    left["db<br/>running"]:::running',
             '    classDef running fill:#dafbe1,stroke:#1a7f37,color:#1f2328']
  }

  def 'Graphviz has the same tree and the same states'() {
    expect:
    Dot.tree(TREE).containsAll(['    root -> root_1;', '    root_1 -> root_1_0;',
        '    root_0 [label="db\\nrunning\\npid 4711", shape=box, fillcolor="#dafbe1"];'])
    Dot.state(unit('api')).containsAll(['    begin -> Pending;', '    Running -> Failed [label="Error (Exit != 0)"];'])
    Dot.state(unit('api')).any { it.startsWith('    Running [fillcolor') }
  }
}

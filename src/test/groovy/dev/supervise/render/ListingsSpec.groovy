package dev.supervise.render

import dev.supervise.control.protocol.Instance
import dev.supervise.run.UnitSnapshot
import dev.supervise.run.Status
import java.time.Duration
import spock.lang.Specification

class ListingsSpec extends Specification {
  static UnitSnapshot unit(Map with = [:], String path, List<UnitSnapshot> children = []) {
    def status = with.status ?: Status.RUNNING
    new UnitSnapshot(path, with.kind ?: 'process', 1, 1, status, with.getOrDefault('ready', status == Status.RUNNING),
        with.live ?: false, with.pid ?: 0, 0, Optional.ofNullable(with.exit), with.restarts ?: 0,
        with.span ?: Duration.ZERO, with.detail ?: '', with.labels ?: [:], children, with.goal ?: 'up')
  }

  static final ROOT = unit('', kind: 'supervisor', [
      unit('db', pid: 4711, detail: 'pid 4711', span: Duration.ofSeconds(125)),
      unit('backend', kind: 'supervisor', [
          unit('backend/api', ready: false, pid: 4712, detail: 'pid 4712; not ready yet: refused', labels: [tier: 'web']),
          unit('backend/probe', live: true, status: Status.BACKING_OFF, restarts: 3, detail: 'exit 1 after 0.8 s')])])

  def 'ps: a line a unit, drift marked, nothing said twice'() {
    expect:
    Listings.table([ROOT], OutputFormat.PLAIN) == [
        'NAME             STATUS               PID  RESTARTS  FOR      LABELS    DETAIL',
        'db               running             4711            2 m 5 s',
        'backend          running',
        'backend/api      running, not ready  4712                     tier=web  not ready yet: refused',
        'backend/probe *  backing-off                      3                     exit 1 after 0.8 s']
    Listings.summary(new Instance('/a/app.groovy', 99, '/a', '', 0, '1'), ROOT) ==
        '3 units, 1 up, 1 declared live (*); supervisor pid 99'
  }

  def 'tree: with lines where the locale has them, plain where not'() {
    expect:
    Listings.tree([ROOT], 'app.groovy', OutputFormat.PLAIN) == [
        'supervisor app.groovy  running',
        '|- db  running  pid 4711, 2 m 5 s',
        '`- supervisor backend  running',
        '   |- api  running, not ready  pid 4712, not ready yet: refused',
        '   `- probe  backing-off  live, 3 restarts, exit 1 after 0.8 s']
    Listings.tree([ROOT], 'app.groovy', new OutputFormat(40, false, true))[3..4] == [
        '   ├─ api  running, not ready  pid 4712…',
        '   └─ probe  backing-off  live, 3 resta…']
  }

  def 'colour says how a unit fares'() {
    expect:
    StatusText.ink(unit('a')) == Style.GOOD
    StatusText.ink(unit('a', ready: false)) == Style.CARE
    StatusText.ink(unit('a', status: Status.FAILED)) == Style.BAD
    StatusText.ink(unit('a', status: Status.STOPPED)) == Style.PALE
  }

  def 'graph: the tree or the states, for Mermaid or Graphviz'() {
    expect:
    Listings.graph(ROOT, 'app.groovy', false, false)[0..4] == [
        'graph TD', '    root(["app.groovy<br/>running"]):::running', '    root --> root_0',
        '    root_0["db<br/>running<br/>pid 4711"]:::running', '    root --> root_1']
    Listings.graph(unit('web', status: Status.FAILED, exit: new UnitSnapshot.Ended(3, 0, 'exit 3'), detail: 'exit 3 after 1 s'),
        'x', true, false).containsAll(['        exit code: 3', '        error: exit 3 after 1 s'])
    Listings.graph(ROOT, 'app.groovy', false, true)[0] == 'digraph supervise {'
    Listings.graph(unit('web'), 'x', true, true)[0] == 'digraph "web" {'
  }
}

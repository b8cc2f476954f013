package dev.supervise.worker.process

import dev.supervise.worker.keeper.KeeperMark
import dev.supervise.posix.ProcessStat
import spock.lang.Specification

/** Whose a process is, as a table: processes are [parent, group, session, start], marks are the soft limits they carry. */
class OriginsSpec extends Specification {
  static final long MARK = (1L << 62) | (77L << 40)

  static ProcessStat stat(int pid, int parent, int group, int session, long start) {
    new ProcessStat(pid, 'p', 'S' as char, parent, group, session, 1, 0, start, 0)
  }

  /** Runs 1 and 2 are led by 100 and 200; 10 is their keeper. */
  Origins<String> origins(Map<Integer, ProcessStat> all, Map<Integer, Long> carried, Closure<Boolean> credible = { true }) {
    def mark = new KeeperMark(MARK)
    def origins = new Origins<String>(
        { pid -> Optional.ofNullable(all[pid]) },
        { stat -> carried[stat.pid()] == null ? OptionalLong.empty() : OptionalLong.of(carried[stat.pid()]) },
        { soft -> mark.run(soft).present ? Optional.of("run ${mark.run(soft).asLong}".toString()) : Optional.empty() },
        { stat -> credible(stat) })
    origins.leader(100, 50, 'run 1')
    origins.leader(200, 60, 'run 2')
    origins
  }

  def '#what'() {
    given:
    def all = [10: stat(10, 1, 10, 10, 40), 100: stat(100, 10, 100, 100, 50), 200: stat(200, 10, 200, 200, 60)] + (others ?: [:])
    def it = stat(300, *process)

    expect:
    origins(all + [300: it], [300: carries]).of(it) == Optional.ofNullable(owner)

    where:
    what                                                     | process             | carries         | others                                  || owner
    'in its leader\'s session'                               | [1, 300, 100, 70]   | null            | null                                    || 'run 1'
    'in its leader\'s group'                                 | [1, 100, 300, 70]   | null            | null                                    || 'run 1'
    'the session is the kernel\'s, a mark anybody\'s'        | [10, 300, 100, 70]  | MARK + 2        | null                                    || 'run 1'
    'a daemon, by its mark'                                  | [10, 300, 300, 70]  | MARK + 2        | null                                    || 'run 2'
    'a detached daemon, by its mark'                         | [1, 300, 300, 70]   | MARK + (1L << 61) + 2 | null                              || 'run 2'
    'in a session of its own, by its parent'                 | [200, 300, 300, 70] | null            | null                                    || 'run 2'
    'another keeper\'s mark says nothing'                    | [10, 300, 300, 70]  | MARK + (1L << 40) + 2 | null                              || null
    'an unlimited soft limit is no mark'                     | [10, 300, 300, 70]  | -1L             | null                                    || null
    'older than the leader: of a session with that number before' | [1, 300, 100, 49] | null         | null                                    || null
    'the number of the leader is another process\' by now'   | [1, 300, 100, 99]   | null            | [100: stat(100, 1, 100, 100, 90)]       || null
    'shed everything'                                        | [10, 300, 300, 70]  | 7L              | null                                    || null
  }

  def 'a mark is believed only of a process that may be ours'() {
    given:
    def strange = stat(300, 1, 300, 300, 70)
    def child = stat(301, 300, 301, 301, 71)
    def origins = origins([300: strange, 301: child], [300: MARK + 1, 301: MARK + 1], { false })

    expect:
    origins.of(strange).empty
    origins.of(child).empty
  }

  def 'a chain of a hundred thousand parents is walked, a circle is left'() {
    given:
    def all = [100: stat(100, 10, 100, 100, 50)]
    (1000..101000).each { all[it] = stat(it, it == 1000 ? 100 : it - 1, it, it, 70) }
    def circle = [1: stat(1, 2, 1, 1, 1), 2: stat(2, 1, 2, 2, 1)]

    expect:
    origins(all, [:]).of(all[101000]) == Optional.of('run 1')
    origins(circle, [:]).of(circle[1]).empty
    Descendants.below(all, [100]).test(all[101000])
    !Descendants.below(circle, [100]).test(circle[1])
  }
}

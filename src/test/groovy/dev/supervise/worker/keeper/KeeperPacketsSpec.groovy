package dev.supervise.worker.keeper

import dev.supervise.worker.Action
import dev.supervise.worker.Survivors
import dev.supervise.worker.environment.EnvBlock
import dev.supervise.worker.keeper.KeeperPackets.Report
import java.nio.ByteBuffer
import java.nio.ByteOrder
import spock.lang.Specification

class KeeperPacketsSpec extends Specification {
  static SpawnRequest order(Map changes = [:]) {
    new SpawnRequest(SpawnRequest.LEAVE, 5, 0022, changes.nice != null, (changes.nice ?: 0) as int, changes.groups != null,
        (changes.groups ?: []) as int[], [new SpawnRequest.LimitEntry(7, 1024, -1)], '/tmp'.bytes, '/bin:/usr/bin'.bytes,
        ['sleep'.bytes, 'ä'.getBytes('UTF-8')], EnvBlock.of(['A=1'.bytes]))
  }

  static ByteBuffer little(byte[] bytes) {
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)
  }

  def 'a start is laid out as the protocol says'() {
    when:
    ByteBuffer packet = little(KeeperPackets.spawn(77, KeeperPackets.STDOUT, order(nice: 3, groups: [8, 9, 10])))

    then: 'type, flags (stdout, nice, groups), run'
    [packet.getInt(), packet.getInt(), packet.getLong()] == [1, 2 | 8 | 16, 77L]

    and: 'uid, gid, umask, nice, counts of groups, limits, argv, environment'
    (1..8).collect { packet.getInt() } == [-1, 5, 0022, 3, 3, 1, 2, 1]

    and: 'groups, padded to 8'
    (1..4).collect { packet.getInt() } == [8, 9, 10, 0]

    and: 'the limit'
    [packet.getInt(), packet.getInt(), packet.getLong(), packet.getLong()] == [7, 0, 1024L, -1L]

    and: 'texts, each ended by a NUL, and nothing after them'
    new String(packet.array(), packet.position(), packet.remaining(), 'UTF-8') ==
        '/tmp\0/bin:/usr/bin\0sleep\0ä\0A=1\0'
  }

  def 'what is too large for a packet is announced by its header and length'() {
    given:
    byte[] whole = KeeperPackets.spawn(5, KeeperPackets.STDOUT, order())

    when:
    ByteBuffer packet = little(KeeperPackets.spawnInMemfd(whole))

    then:
    [packet.getInt(), packet.getInt(), packet.getLong(), packet.getLong()] == [1, 2 | 1, 5L, whole.length - 16L]
    !packet.hasRemaining()
    KeeperPackets.spawnBody(whole).length == whole.length - 16
  }

  def 'a signal names #scope as target #target'() {
    when:
    ByteBuffer packet = little(KeeperPackets.signal(9, 15, scope, cont))

    then:
    [packet.getInt(), packet.getInt(), packet.getLong(), packet.getInt(), packet.getInt()] ==
        [2, cont ? 1 : 0, 9L, 15, target]

    where:
    scope                | cont  || target
    Action.Scope.LEADER  | false || 0
    Action.Scope.GROUP   | true  || 1
    Action.Scope.ALL     | true  || 2
  }

  static byte[] bytes(int type, long run, Closure body) {
    ByteBuffer packet = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN)
    packet.putInt(type).putInt(0).putLong(run)
    body(packet)
    Arrays.copyOf(packet.array(), packet.position())
  }

  def 'reports are read as the keeper writes them'() {
    expect:
    KeeperPackets.report(packet, packet.length) == report

    where:
    packet                                                                   || report
    bytes(100, 0) { it.putInt(1).putInt(12).putLong(99) }                    || new Report.Hello(0, 1, 12, 99)
    bytes(101, 3) { it.putInt(12).putInt(0).putLong(4711) }                  || new Report.Spawned(3, 12, 4711)
    bytes(102, 3) { it.putInt(8).putInt(2) }                                 || new Report.Failed(3, 8, 2)
    bytes(103, 3) { it.putInt(1).putInt(9).putInt(0).putInt(0) }             || new Report.Exited(3, 1, 9, Survivors.NONE)
    bytes(103, 3) { it.putInt(0).putInt(1).putInt(7).putInt(1).putInt(50).putInt(0).putLong(8).put('sleep'.bytes).put(new byte[11]) } ||
        new Report.Exited(3, 0, 1, new Survivors(7, [new Survivors.Process(50, 8, 'sleep')]))
    bytes(104, 3) {}                                                         || new Report.Gone(3)
    bytes(106, 3) { it.putInt(2).putInt(1) }                                 || new Report.Refused(3, 2, 1)
  }

  def 'what no keeper says is refused, not guessed at'() {
    when:
    KeeperPackets.report(packet, packet.length)

    then:
    thrown(IllegalArgumentException)

    where:
    packet << [new byte[3], bytes(101, 3) { it.putInt(12) }, bytes(55, 0) {}]
  }
}

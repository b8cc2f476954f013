package dev.supervise.worker.keeper;

import dev.supervise.worker.Action;
import dev.supervise.worker.Survivors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The keeper's protocol, version 2, as bytes and back. Pure; the meaning of every field is in
/// `src/main/c/PROTOCOL.md`.
public final class KeeperPackets {
  public static final int VERSION = 2;

  /// The body is in the memfd that is the first descriptor.
  static final int IN_MEMFD = 1;

  public static final int STDOUT = 2;
  public static final int STDERR = 4;

  /// The run outlives the keeper.
  public static final int DETACHED = 32;

  private static final int HEADER = 16;
  private static final int SPAWN = 1;
  private static final int SIGNAL = 2;
  public static final int MEMBERS = 3;
  private static final int HOLD = 4;
  private static final int NICE = 8;
  private static final int GROUPS = 16;
  private static final int CONT = 1;

  private KeeperPackets() {}

  /// What a keeper says.
  public sealed interface Report {
    long run();

    /// @param pid the keeper proper's; what was started may be its guard
    record Hello(long run, int version, int pid, long mark) implements Report {}

    record Spawned(long run, int pid, long startTicks) implements Report {}

    /// @param step as the protocol numbers them, 1 to 11
    record Failed(long run, int step, int errno) implements Report {}

    /// @param how 0 exited, 1 killed, 2 killed and dumped core
    record Exited(long run, int how, int status, Survivors remains) implements Report {}

    record Gone(long run) implements Report {}

    /// What of a run is alive, its leader not counted.
    record Members(long run, Survivors remains) implements Report {}

    record Refused(long run, int request, int errno) implements Report {}
  }

  /// A whole `SPAWN` packet; without header (16 bytes) it is the body for a memfd.
  ///
  /// @param what which outputs are passed, and whether the run is detached
  public static byte[] spawn(long run, int what, SpawnRequest order) {
    int size = HEADER + 32 + 4 * order.groups().length;
    size = (size + 7) / 8 * 8 + 24 * order.limits().size();
    size += order.dir().length + 1 + order.path().length + 1;
    for (byte[] word : order.argv()) {
      size += word.length + 1;
    }
    size += order.environment().block().length;
    ByteBuffer packet = buffer(size);
    int flags = what | (order.hasNice() ? NICE : 0) | (order.hasGroups() ? GROUPS : 0);
    packet.putInt(SPAWN).putInt(flags).putLong(run);
    packet.putInt(order.uid()).putInt(order.gid()).putInt(order.umask()).putInt(order.nice());
    packet.putInt(order.groups().length).putInt(order.limits().size());
    packet.putInt(order.argv().size()).putInt(order.environment().count());
    for (int group : order.groups()) {
      packet.putInt(group);
    }
    packet.position((packet.position() + 7) / 8 * 8);
    for (SpawnRequest.LimitEntry limit : order.limits()) {
      packet.putInt(limit.resource()).putInt(0).putLong(limit.soft()).putLong(limit.hard());
    }
    packet.put(order.dir()).put((byte) 0).put(order.path()).put((byte) 0);
    for (byte[] word : order.argv()) {
      packet.put(word).put((byte) 0);
    }
    return packet.put(order.environment().block()).array();
  }

  /// The packet that stands for one that is too large and travels in a memfd.
  static byte[] spawnInMemfd(byte[] spawn) {
    ByteBuffer packet = buffer(HEADER + 8);
    packet.put(spawn, 0, HEADER).putLong(spawn.length - HEADER);
    packet.putInt(4, packet.getInt(4) | IN_MEMFD);
    return packet.array();
  }

  static byte[] spawnBody(byte[] spawn) {
    return java.util.Arrays.copyOfRange(spawn, HEADER, spawn.length);
  }

  public static byte[] signal(long run, int signal, Action.Scope scope, boolean cont) {
    int target =
        switch (scope) {
          case LEADER -> 0;
          case GROUP -> 1;
          case ALL -> 2;
        };
    return header(SIGNAL, cont ? CONT : 0, run, 8).putInt(signal).putInt(target).array();
  }

  /// Asks what of a run is alive.
  public static byte[] members(long run) {
    return header(MEMBERS, 0, run, 0).array();
  }

  /// Goes with one descriptor, which the keeper keeps open until it ends.
  static byte[] hold() {
    return header(HOLD, 0, 0, 0).array();
  }

  /// @throws IllegalArgumentException for what no keeper of this version says
  static Report report(byte[] bytes, int length) {
    ByteBuffer packet = ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.LITTLE_ENDIAN);
    try {
      int type = packet.getInt();
      packet.getInt();
      long run = packet.getLong();
      return switch (type) {
        case 100 -> new Report.Hello(run, packet.getInt(), packet.getInt(), packet.getLong());
        case 101 -> {
          int pid = packet.getInt();
          packet.getInt();
          yield new Report.Spawned(run, pid, packet.getLong());
        }
        case 102 -> new Report.Failed(run, packet.getInt(), packet.getInt());
        case 103 -> new Report.Exited(run, packet.getInt(), packet.getInt(), remains(packet));
        case 104 -> new Report.Gone(run);
        case 105 -> new Report.Members(run, remains(packet));
        case 106 -> new Report.Refused(run, packet.getInt(), packet.getInt());
        default -> throw new IllegalArgumentException("the keeper sent a packet of type " + type);
      };
    } catch (java.nio.BufferUnderflowException e) {
      throw new IllegalArgumentException("the keeper sent a short packet, " + length + " bytes", e);
    }
  }

  private static Survivors remains(ByteBuffer packet) {
    int left = packet.getInt();
    int named = packet.getInt();
    List<Survivors.Process> processes = new ArrayList<>();
    for (int i = 0; i < named; i++) {
      int pid = packet.getInt();
      packet.getInt();
      long start = packet.getLong();
      byte[] name = new byte[16];
      packet.get(name);
      int end = 0;
      while (end < name.length && name[end] != 0) {
        end++;
      }
      processes.add(
          new Survivors.Process(pid, start, new String(name, 0, end, StandardCharsets.UTF_8)));
    }
    return left == 0 ? Survivors.NONE : new Survivors(left, processes);
  }

  private static ByteBuffer header(int type, int flags, long run, int body) {
    return buffer(HEADER + body).putInt(type).putInt(flags).putLong(run);
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}

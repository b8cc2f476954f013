package dev.supervise.worker.process;

import dev.supervise.posix.Epoll;
import dev.supervise.posix.PacketSocket;
import dev.supervise.spec.Signals;
import dev.supervise.vital.Threads;
import dev.supervise.worker.keeper.KeeperPackets;
import dev.supervise.worker.keeper.KeeperSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Plays the keeper without one process: every program it is asked to start it says has started and
/// crashed, every second of them by a signal, until there were `lives` of them; the one after that
/// lives until it is signalled. It speaks through a real socket, so that everything on this side of
/// it happens as ever.
final class FakeKeeper implements KeeperSource {
  private static final int SPAWN = 1;
  private static final int SIGNAL = 2;
  private static final int HELLO = 100;
  private static final int SPAWNED = 101;
  private static final int EXITED = 103;

  private final int lives;
  private final Runnable last;

  /// @param last called once, from the stand-in's own thread, when the last one has started
  FakeKeeper(int lives, Runnable last) {
    this.lives = lives;
    this.last = last;
  }

  @Override
  public Started start() {
    PacketSocket.Pair pair = PacketSocket.pair();
    Thread thread = Threads.start(Threads.vital("supervise-rehearsal", () -> play(pair.far())));
    return new Started(pair.near(), 0, () -> thread.isAlive() ? End.NOT_YET : End.SWEPT);
  }

  private void play(int descriptor) {
    try (PacketSocket socket = PacketSocket.over(descriptor);
        Epoll epoll = new Epoll()) {
      epoll.add(descriptor, Epoll.IN, 0);
      byte[] packet = new byte[PacketSocket.LIMIT];
      say(socket, HELLO, 0, KeeperPackets.VERSION, 0, 0, 0);
      int lived = 0;
      while (true) {
        int length = socket.receive(packet);
        if (length == 0) {
          return;
        }
        if (length < 0) {
          epoll.await(-1);
          continue;
        }
        ByteBuffer request = ByteBuffer.wrap(packet).order(ByteOrder.LITTLE_ENDIAN);
        int type = request.getInt();
        long run = request.getLong(8);
        switch (type) {
          case SPAWN -> {
            say(socket, SPAWNED, run, 0, 0, 0, 0);
            if (lived < lives) {
              boolean killed = lived % 2 == 1;
              say(socket, EXITED, run, killed ? 1 : 0, killed ? Signals.KILL : 1, 0, 0);
              lived++;
            } else {
              last.run();
            }
          }
          case SIGNAL -> say(socket, EXITED, run, 1, Signals.TERM, 0, 0);
          default -> throw new IllegalStateException("no keeper is asked for " + type);
        }
      }
    }
  }

  private static void say(PacketSocket socket, int type, long run, int a, int b, int c, int d) {
    byte[] packet = new byte[32];
    ByteBuffer.wrap(packet)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(type)
        .putInt(0)
        .putLong(run)
        .putInt(a)
        .putInt(b)
        .putInt(c)
        .putInt(d);
    socket.send(packet, packet.length, NO_DESCRIPTORS, 0);
  }

  private static final int[] NO_DESCRIPTORS = {};
}
